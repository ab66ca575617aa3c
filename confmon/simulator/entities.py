"""A call and a meeting as the bridge holds them. None means: this key is not sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confmon.simulator.sample.network import Node

HOST, PARTICIPANT, LISTENER, RECORDER = 1, 2, 3, 0
CONNECTING, JOINED = 1, 2
MUTED_BY_SELF, MUTED_BY_HOST = 1, 2


@dataclass(slots=True, eq=False, kw_only=True)
class Call:
    """One leg. Times are epoch milliseconds.

    `waiting`: on hold only until a host comes. `parts` keeps its JSON until something changes.
    """

    id: int
    meeting: Meeting
    node: Node
    access_code: str
    callee: str
    caller: str
    codec: str
    created: int
    role: int
    custom_name: str = ""
    address_from: str = ""
    address_to: str | None = None
    bridge_name: str = ""
    connection_status: int = 0
    gain_level: int = 0
    hold_mode: int = 0
    joined: int | None = None
    mute_mode: int = 0
    node_name: str = ""
    operator_mode: int | None = None
    presenter_media: int = 1
    qa_mode: int = 0
    state: int = JOINED
    waiting: bool = False
    parts: dict[Any, tuple[bytes, bytes]] = field(default_factory=dict)

    def wire(self, now_ms: int) -> dict[str, Any]:
        """Return the Call object, keys in the vendor's (alphabetical) order."""
        fields = {
            "accessCode": self.access_code,
            "addressFrom": self.address_from,
            "addressTo": self.address_to,
            "bridgeName": self.bridge_name,
            "callee": self.callee,
            "caller": self.caller,
            "codec": self.codec,
            "connectionStatus": self.connection_status,
            "created": self.created,
            "customName": self.custom_name,
            "duration": max(0, (now_ms - self.created) // 1000),
            "gainLevel": self.gain_level,
            "holdMode": self.hold_mode,
            "id": self.id,
            "joined": self.joined,
            "meetingNumber": self.meeting.number,
            "muteMode": self.mute_mode,
            "nodeName": self.node_name,
            "operatorMode": self.operator_mode,
            "presenterMedia": self.presenter_media,
            "qaMode": self.qa_mode,
            "role": self.role,
            "state": self.state,
        }
        return {name: value for name, value in fields.items() if value is not None}


CALL_FIELDS = {
    "accessCode": "access_code",
    "addressFrom": "address_from",
    "addressTo": "address_to",
    "bridgeName": "bridge_name",
    "callee": "callee",
    "caller": "caller",
    "codec": "codec",
    "connectionStatus": "connection_status",
    "created": "created",
    "customName": "custom_name",
    "gainLevel": "gain_level",
    "holdMode": "hold_mode",
    "id": "id",
    "joined": "joined",
    "meetingNumber": "meeting.number",
    "muteMode": "mute_mode",
    "nodeName": "node_name",
    "operatorMode": "operator_mode",
    "presenterMedia": "presenter_media",
    "qaMode": "qa_mode",
    "role": "role",
    "state": "state",
}
"""The wire's name of a field, and where it is kept; `duration` moves by itself."""


@dataclass(slots=True, eq=False, kw_only=True)
class Meeting:
    """One session (`id`) of one meeting number. `heads` counts calls by role, 0 to 3.

    `begun` is False while its room has it wait for a host or for its time; `starting` while a
    host is about to press the start keys.
    """

    id: int
    number: int
    created: int
    owner: str | None
    attributes: dict[str, str]
    codes: tuple[str, str, str]
    wanted: int
    hold_mode: int = 0
    is_recording: bool = False
    is_secured: bool = False
    mute_mode: int = 0
    qa_mode: int = 0
    type: int = 0
    state: int = 2
    polling_mode: object = None
    ending: bool = False
    begun: bool = True
    starting: bool = False
    calls: dict[int, Call] = field(default_factory=dict)
    heads: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    @property
    def participant_count(self) -> int:
        """Return how many people are in: roles 1 to 3, no recording leg."""
        return self.heads[1] + self.heads[2] + self.heads[3]

    def wire(self, now_ms: int) -> dict[str, Any]:
        """Return the Meeting object. `pollingMode` and live attributes are not in it."""
        fields = {
            "attributes": [],
            "created": self.created,
            "duration": max(0, (now_ms - self.created) // 1000),
            "holdMode": self.hold_mode,
            "id": self.id,
            "isRecording": self.is_recording,
            "isSecured": self.is_secured,
            "meetingNumber": self.number,
            "muteMode": self.mute_mode,
            "participantCount": self.participant_count,
            "qaMode": self.qa_mode,
            "state": self.state,
            "subscriberName": self.owner,
            "type": self.type,
        }
        return {name: value for name, value in fields.items() if value is not None}


MEETING_FIELDS = frozenset(
    (
        *("attributes", "created", "duration", "holdMode", "id", "isRecording", "isSecured"),
        *("meetingNumber", "muteMode", "participantCount", "qaMode", "state", "subscriberName"),
        "type",
    )
)
