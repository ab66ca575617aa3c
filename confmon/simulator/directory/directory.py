"""The directory of this endpoint: rooms, numbers, call flows, subscribers.

It draws from its own Random, so that the calls of a seed do not depend on it.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from confmon.simulator.directory.presets import IN_ROOM, PRESETS, attribute_array
from confmon.simulator.directory.records import (
    CONF,
    SPECTEL,
    CallFlow,
    Did,
    DidGroup,
    Key,
    Room,
    Subscriber,
)
from confmon.simulator.entities import HOST, LISTENER, PARTICIPANT
from confmon.simulator.sample import names
from confmon.simulator.sample.network import DIDS, draw_digits

if TYPE_CHECKING:
    from confmon.simulator.entities import Meeting

SAMPLE_SID = "yIMW9.jKxffi2EyM.afDmeO.gke.9fe0"
_COUNTRIES = {"1": "US", "44": "GB", "49": "DE", "55": "BR", "65": "SG", "81": "JP"}
_SID_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789."
_FIRST_DID_ID = 220
_IDLE_ROOMS = (273751, 452650)
"""Rooms of the reference's samples; every world has them, unless a meeting has the number."""
IDLE = (
    ("Quarterly review, by appointment", {"conference_start_how": "moderator"}),
    (
        "Press line, listeners only",
        {"conference_mute_policy": "l", "conference_maxcallsperrole": "2:10:-1"},
    ),
    (
        "Small talk, four at most",
        {"conference_maxcalls": "4", "conference_stop_how": "moderator"},
    ),
    (
        "Court hearing, recorded",
        {
            "conference_recording": "auto",
            "conference_hold_policy": "pl",
            "conference_start_how": "explicit",
        },
    ),
    (
        "Standup",
        {"conference_maxduration": "900", "conference_entrytones": "off"},
    ),
)


class Directory:
    """The records by id. A call is routed by `find_did` and `find_room`."""

    def __init__(self, seed: int, now_ms: int) -> None:
        self.rng = Random(f"estate {seed}")  # noqa: S311 - another text would draw another sample
        self.rooms: dict[int, Room] = {}
        self.dids: dict[int, Did] = {}
        self.groups: dict[int, DidGroup] = {}
        self.flows: dict[int, CallFlow] = {}
        self.subscribers: dict[str, Subscriber] = {}
        self._last_key_id = 40_000
        self.now_ms = now_ms

    def next_key_id(self) -> int:
        """Return an id that no access code has or had."""
        self._last_key_id += 1
        return self._last_key_id

    def next_did_id(self) -> int:
        """Return an id that neither a DID nor a DID group has."""
        return max([_FIRST_DID_ID, *self.dids, *self.groups]) + 1

    def next_room_number(self, taken: dict[int, Meeting]) -> int:
        """Return a meeting number that no room and no live meeting has."""
        while True:
            number = self.rng.randrange(100_000, 1_000_000)
            if number not in self.rooms and number not in taken:
                return number

    def add_subscribers(self, count: int = 6) -> None:
        """Add subscribers: an administrator, an operator, and regular users."""
        self.add_subscriber(SAMPLE_SID, "John", "Smith", 1)
        for nth in range(1, count):
            first, last = self.rng.choice(names.FIRST), self.rng.choice(names.LAST)
            sid = "".join(self.rng.choice(_SID_LETTERS) for _ in range(32))
            self.add_subscriber(sid, first, last, 2 if nth == 1 else 3)

    def add_subscriber(self, sid: str, first: str, last: str, role: int) -> Subscriber:
        """Add one subscriber."""
        subscriber = Subscriber(
            sid=sid,
            first_name=first,
            last_name=last,
            login=f"subscriber{len(self.subscribers) + 1}",
            role=role,
            created=self.now_ms - self.rng.randrange(10**9, 9 * 10**10),
            parent_sid=None if role == 1 else SAMPLE_SID,
            token=f"{self.rng.getrandbits(128):032x}",
            phone_number=f"1{self.rng.randrange(201, 990)}5550{self.rng.randrange(100, 200)}",
        )
        self.subscribers[sid] = subscriber
        return subscriber

    def add_numbers(self) -> None:
        """Add both call flows, and DID groups with every DID that callers dial."""
        self.flows = {
            SPECTEL: CallFlow(id=SPECTEL, name="SPECTEL"),
            CONF: CallFlow(id=CONF, name="CONF"),
        }
        sids = list(self.subscribers)
        for id_, name, flow in (
            (219, "sample_conference_008_didGroup", CONF),
            (301, "europe", CONF),
            (302, "overseas", CONF),
            (303, "members_only", SPECTEL),
            (304, "not_in_use", SPECTEL),
        ):
            owner = sids[len(self.groups) % len(sids)]
            self.groups[id_] = DidGroup(id=id_, name=name, call_flow_id=flow, subscriber_sid=owner)
        self.groups[301].attributes["conference_country"] = "GB"
        self.groups[303].description = "Only codes of a room"
        # The two of the reference's sample come first and have its ids.
        ordered = [DIDS[1], DIDS[0], *DIDS[2:], "18005550142", "442080994599"]
        for phone in ordered:
            self.add_did(phone, self._group_for(phone))

    def add_did(self, phone: str, group_id: int) -> Did:
        """Add a number to a group."""
        id_ = _FIRST_DID_ID + len(self.dids)
        if id_ in self.dids or id_ in self.groups:
            id_ = self.next_did_id()
        prefix = max((code for code in _COUNTRIES if phone.startswith(code)), key=len, default="1")
        did = Did(id=id_, phone_number=phone, group_id=group_id, country_code=_COUNTRIES[prefix])
        self.dids[did.id] = did
        return did

    def _group_for(self, phone: str) -> int:
        if phone not in DIDS:
            return 303
        return {"1": 219, "4": 301}.get(phone[0], 302)

    def add_room_of(self, meeting: Meeting, created: int) -> Room:
        """Give a live meeting its room, with the meeting's codes and settings.

        Callers reach it by every number of the CONF groups. A second call renews the settings.
        """
        room = self.rooms.get(meeting.number)
        if room is None:
            groups = (219, 301, 302)
            first = groups[meeting.number % 3]
            room = Room(
                number=meeting.number,
                created=created,
                call_flow_id=CONF,
                primary_group_id=first,
                group_ids=(first, *(group for group in groups if group != first)),
                subscriber_sid=list(self.subscribers)[meeting.number % len(self.subscribers)],
            )
            room.keychain = [
                Key(id=self.next_key_id(), access_code=code, role=role)
                for role, code in enumerate(meeting.codes, start=HOST)
            ]
            self.rooms[room.number] = room
        room.description = meeting.owner
        room.attributes = {
            name: value
            for name, value in meeting.attributes.items()
            if name in PRESETS and value != PRESETS[name].value
        }
        return room

    def add_idle_rooms(self, taken: dict[int, Meeting]) -> None:
        """Add rooms without a live meeting: two bare ones, one of SPECTEL, some with rules."""
        for number in _IDLE_ROOMS:
            if number not in taken:
                self.add_room(number, "", {}, 219).keychain.clear()
        members = self.add_room(self.next_room_number(taken), "Members’ assembly", {}, 303)
        members.attributes["conference_lock_dtmf"] = "hp"
        second = Key(id=self.next_key_id(), access_code=draw_digits(self.rng, 6), role=HOST)
        members.keychain.append(second)
        for nth, (description, attributes) in enumerate(IDLE):
            self.add_room(
                self.next_room_number(taken), description, dict(attributes), (219, 301)[nth % 2]
            )

    def add_room(
        self, number: int, description: str, attributes: dict[str, str], group_id: int
    ) -> Room:
        """Add a room with one access code for each role."""
        room = Room(
            number=number,
            created=self.now_ms - self.rng.randrange(10**7, 10**10),
            call_flow_id=self.groups[group_id].call_flow_id,
            primary_group_id=group_id,
            group_ids=(group_id,),
            subscriber_sid=self.groups[group_id].subscriber_sid,
            description=description or None,
            attributes=attributes,
        )
        for role, count in ((HOST, 6), (PARTICIPANT, 5), (LISTENER, 7)):
            code = draw_digits(self.rng, count)
            room.keychain.append(Key(id=self.next_key_id(), access_code=code, role=role))
        self.rooms[number] = room
        return room

    def find_did(self, phone: str) -> Did | None:
        """Return the DID that is dialled, written with or without the plus."""
        wanted = phone.removeprefix("+")
        return next((did for did in self.dids.values() if did.phone_number == wanted), None)

    def find_dids(self, group_id: int) -> list[Did]:
        """Return the DIDs of a group."""
        return [did for did in self.dids.values() if did.group_id == group_id]

    def find_room(self, group_id: int, access_code: str) -> tuple[Room, Key] | None:
        """Return the room and key of a code dialled in a DID group; the oldest room, if two fit."""
        for room in self.rooms.values():
            if group_id in room.group_ids:
                for key in room.keychain:
                    if key.access_code == access_code:
                        return room, key
        return None

    def resolve_settings(self, did: Did | None, room: Room | None) -> dict[str, str]:
        """Return every preset's value for a call that came in by `did` to `room`."""
        group = self.groups.get(did.group_id if did else room.primary_group_id if room else 0)
        flow = self.flows.get(room.call_flow_id if room else group.call_flow_id if group else CONF)
        found = {name: preset.value for name, preset in PRESETS.items()}
        for owner in (flow, group, did, room):
            if owner is not None:
                found |= owner.attributes
        return found

    def list_room_attributes(self, room: Room) -> list[dict[str, object]]:
        """Return every attribute a room can have, with the value that applies."""
        found = self.resolve_settings(None, room)
        return attribute_array(
            {name: found[name] for name, preset in PRESETS.items() if preset.group & IN_ROOM}
        )
