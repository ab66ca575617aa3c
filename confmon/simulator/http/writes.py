"""What PUT and DELETE do, and what they only seem to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.presets import PRESETS
from confmon.simulator.entities import CALL_FIELDS, RECORDER
from confmon.simulator.http.errors import bad_object, invalid_field, not_found, wrong_value
from confmon.simulator.http.fields import read_number, read_text
from confmon.simulator.world import admission

if TYPE_CHECKING:
    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.world.world import World

CALL_NUMBERS = frozenset(
    ["connectionStatus", "gainLevel", "holdMode", "muteMode", "presenterMedia", "role", "state"]
)
CALL_TEXTS = frozenset(
    [
        "accessCode",
        "addressFrom",
        "addressTo",
        "callee",
        "caller",
        "codec",
        "customName",
        "nodeName",
    ]
)
MEETING_NUMBERS = frozenset(["holdMode", "muteMode", "qaMode"])
MEETING_SWITCHES = frozenset(["isRecording", "isSecured"])


def create_call(world: World, body: object) -> Call:
    """Let `caller` dial `callee` and enter `accessCode`: a guess at a request that has no words.

    The reference says which three are required, and no more. 400 when they lead into no meeting.
    """
    if not isinstance(body, dict) or not {"accessCode", "callee", "caller"} <= set(body):
        raise bad_object()
    if set(body) - {"accessCode", "callee", "caller", "customName"}:
        raise invalid_field()
    for value in body.values():
        read_text(value)
    name = body.get("customName", "")
    call = admission.dial(
        world, body["callee"], body["accessCode"], body["caller"], custom_name=name
    )
    if call is None:
        raise wrong_value()
    return call


def put_call(world: World, call: Call, body: object) -> None:
    """Change a call, all or nothing, at once or after the bridge's delay."""
    if not isinstance(body, dict):
        raise bad_object()
    changes: dict[str, Any] = {}
    for name, value in body.items():
        if name in CALL_NUMBERS:
            read_number(value, 0 if name == "role" else -1000, 3 if name == "role" else 100_000)
        elif name in CALL_TEXTS:
            read_text(value)
        else:
            raise invalid_field()
        changes[CALL_FIELDS[name]] = value
    if "hold_mode" in changes:
        changes["waiting"] = False
    if not changes:
        return
    if world.quirks.write_delay_s > 0:
        world.after(world.quirks.write_delay_s, partial(world.change, call, **changes))
    else:
        world.change(call, **changes)


def put_meeting(world: World, meeting: Meeting, body: object) -> None:
    """Take a change of a meeting; carry out only what this bridge honours.

    `pollingMode` is taken and never shown. `holdMode` of a meeting never changes, even where it
    is honoured: its callers are held or released instead.
    """
    if not isinstance(body, dict):
        raise bad_object()
    for name, value in body.items():
        if name in MEETING_SWITCHES:
            if not isinstance(value, bool):
                raise wrong_value()
        elif name in MEETING_NUMBERS:
            read_number(value, 0, 255)
        elif name != "pollingMode":
            raise invalid_field()
    for name, value in body.items():
        if name == "pollingMode":
            meeting.polling_mode = value
        elif name in world.quirks.honoured:
            _carry_out(world, meeting, name, value)


def _carry_out(world: World, meeting: Meeting, name: str, value: Any) -> None:
    if name == "isRecording":
        world.after(world.quirks.recording_delay_s, partial(world.record, meeting, on=value))
    elif name == "isSecured":
        meeting.is_secured = value
    elif name == "qaMode":
        meeting.qa_mode = value
    else:
        if name == "muteMode":
            meeting.mute_mode = value
        for call in list(meeting.calls.values()):
            if call.role != RECORDER:
                bits = value >> 2 * (call.role - 1) & 3
                if name == "muteMode":
                    world.change(call, mute_mode=bits | call.mute_mode & 1)
                else:
                    world.change(call, hold_mode=int(bits > 0), waiting=False)


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
    """Set one attribute: one that is there, or a preset, which takes only what it can mean.

    Those the bridge counts by itself are taken and stay as they are.
    """
    if not isinstance(body, dict):
        raise bad_object()
    if set(body) - {"name", "value"} or "value" not in body:
        raise invalid_field()
    read_text(body["value"])
    preset = PRESETS.get(name)
    if preset is not None and not preset.accepts(body["value"]):
        raise wrong_value()
    if preset is not None or name in meeting.attributes:
        meeting.attributes[name] = body["value"]
    elif name not in {one["name"] for one in live_attributes(meeting)}:
        raise not_found()
    return {"name": name, "value": body["value"]}
