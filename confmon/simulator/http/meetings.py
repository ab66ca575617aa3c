"""Live meetings: their fields, what of a PUT this bridge carries out, their attributes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.presets import PRESETS
from confmon.simulator.entities import RECORDER
from confmon.simulator.http.errors import bad_object, invalid_field, not_found, wrong_value
from confmon.simulator.http.fields import read_flag, read_number, read_text
from confmon.simulator.http.lists import query
from confmon.simulator.http.resource import Field, Resource, constant, duration_s, reader

if TYPE_CHECKING:
    from confmon.simulator.entities import Meeting
    from confmon.simulator.http.lists.query import Query
    from confmon.simulator.world.world import World

_CODE = reader(partial(read_number, low=0, high=255))
_FLAG = reader(read_flag)


def find_meetings(world: World, asked: Query) -> tuple[list[Meeting], int]:
    """Return one page of meetings, by number unless asked otherwise, and how many there are."""
    records = [world.meetings[number] for number in world.meeting_numbers]
    return query.find(records, asked, MEETINGS.getters(world), world.quirks)


def change_meeting(world: World, meeting: Meeting, fields: dict[str, Any]) -> None:
    """Carry out what this bridge honours of a change; ignore the rest.

    `pollingMode` is taken and never shown. `holdMode` of a meeting never changes, even where it
    is honoured: its callers are held or released instead.
    """
    honoured = world.quirks.honoured & set(MEETINGS.fields)
    effective = {MEETINGS.fields[name].attribute for name in honoured} | {"polling_mode"}
    for name, value in fields.items():
        if name in effective:
            _carry_out(world, meeting, name, value)


def _carry_out(world: World, meeting: Meeting, name: str, value: Any) -> None:
    if name == "is_recording":
        world.after(world.quirks.recording_delay_s, partial(world.record, meeting, on=value))
        return
    if name != "hold_mode":
        setattr(meeting, name, value)
    if name not in ("mute_mode", "hold_mode"):
        return
    for call in list(meeting.calls.values()):
        if call.role != RECORDER:
            bits = value >> 2 * (call.role - 1) & 3
            if name == "mute_mode":
                world.change(call, mute_mode=bits | call.mute_mode & 1)
            else:
                world.change(call, hold_mode=int(bits > 0), waiting=False)


MEETINGS = Resource(
    path="meetings",
    records=lambda world: world.meetings,
    fields={
        "attributes": Field(constant([])),
        "created": Field("created"),
        "duration": Field(duration_s),
        "holdMode": Field("hold_mode", _CODE),
        "id": Field("id"),
        "isRecording": Field("is_recording", _FLAG),
        "isSecured": Field("is_secured", _FLAG),
        "meetingNumber": Field("number"),
        "muteMode": Field("mute_mode", _CODE),
        "participantCount": Field("reported_count"),
        "qaMode": Field("qa_mode", _CODE),
        "state": Field("state"),
        "subscriberName": Field("owner", optional=True),
        "type": Field("type"),
    },
    change_fields={"pollingMode": Field("polling_mode", reader(lambda value: value))},
    find=find_meetings,
    change=change_meeting,
    remove=lambda world, meeting: world.end(meeting),
)


def live_attributes(meeting: Meeting) -> list[dict[str, str]]:
    """Return a meeting's settings and run-time counts as name and value, all strings."""
    people = (call for call in meeting.calls.values() if call.role != RECORDER)
    listed = ",".join(f"{call.caller}:{call.callee}:'{call.access_code}'" for call in people)
    counted = {
        "conf_participants_count": str(meeting.heads[2]),
        "conf_hosts_count": str(meeting.heads[1]),
        "conf_listeners_count": str(meeting.heads[3]),
        "participant_list": listed,
    }
    both = meeting.attributes | counted
    return [{"name": name, "value": value} for name, value in both.items()]


def put_attribute(meeting: Meeting, name: str, body: object) -> dict[str, str]:
    """Set an attribute that the meeting has, or a preset, which takes only its own values.

    Those that the bridge counts are accepted and stay as they are.
    """
    if not isinstance(body, dict):
        raise bad_object()
    if set(body) - {"name", "value"} or "value" not in body:
        raise invalid_field()
    value = read_text(body["value"])
    preset = PRESETS.get(name)
    if preset is not None and not preset.accepts(value):
        raise wrong_value()
    if preset is not None or name in meeting.attributes:
        meeting.attributes[name] = value
    elif name not in {attribute["name"] for attribute in live_attributes(meeting)}:
        raise not_found()
    return {"name": name, "value": value}
