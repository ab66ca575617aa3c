"""The rules of a meeting: which callers it admits, and which wait. Nothing changes here."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from confmon.simulator.entities import HOST, RECORDER
from confmon.simulator.world import schedule

if TYPE_CHECKING:
    from confmon.simulator.entities import Meeting

_BITS = {"h": 2, "p": 8, "l": 32}


def reason_to_refuse(meeting: Meeting, role: int, now_s: float) -> str:
    """Return why the meeting refuses this role, in a word or two; empty if it does not."""
    if role == RECORDER:
        return ""
    if meeting.is_secured and role != HOST:
        return "locked"
    settings = meeting.attributes
    if 0 <= read_number(settings.get("conference_maxcalls"), -1) <= meeting.participant_count:
        return "full"
    each = settings.get("conference_maxcallsperrole", "").split(":")
    if len(each) == 3 and 0 <= read_number(each[role - 1], -1) <= meeting.heads[role]:
        return "role full"
    window = schedule.read_window(settings)
    if window is None:
        return ""
    hold_s = read_number(settings.get("conference_schedule_hold"), -1)
    if hold_s >= 0 and now_s < window[0] - hold_s:
        return "too early"
    return "over" if now_s >= window[1] else ""


def must_wait(meeting: Meeting, role: int, now_s: float) -> bool:
    """Tell whether a new caller hears music until the meeting begins or its host comes."""
    if role == RECORDER:
        return False
    if role != HOST and meeting.hold_mode >> 2 * (role - 1) & 3 and not meeting.heads[HOST]:
        return True
    return not meeting.begun and (role != HOST or is_early(meeting, now_s))


def is_early(meeting: Meeting, now_s: float) -> bool:
    """Tell whether the meeting is scheduled for later."""
    window = schedule.read_window(meeting.attributes)
    return window is not None and now_s < window[0]


def level_bits(policy: str) -> int:
    """Return the bits of the access levels in a policy: host 2, participant 8, listener 32."""
    return sum(_BITS.get(level, 0) for level in set(policy))


def read_number(text: str | None, default: int) -> int:
    """Read a setting that is a number."""
    with suppress(TypeError, ValueError):
        return int(text)  # type: ignore[arg-type]
    return default
