"""What the lines above the table say of the past: which moment it is, what is not known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.commands import BY_ID, sign_of
from confmon.monitor.past.timeline.moments import when
from confmon.monitor.polling.freshness import ago
from confmon.tui.bars.ages import rough_age
from confmon.tui.bars.bar import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.history.records import Gap, Reason
    from confmon.monitor.session import Session

NOW = "now"

_WHY: Final[Mapping[Reason, str]] = {
    "not running": "confmon was not running",
    "unreachable": "the bridge could not be reached",
    "torn": "reads were torn",
    "paused": "nothing could be written",
    "clock set back": "the server's clock was set back",
}


def past_parts(session: Session) -> list[Part]:
    """Return which moment is shown and how far back it is, for the header."""
    past = session.past
    reading = [Part(" reading… ", "dim")] if session.travel.is_reading else []
    if past is None:
        return [Part(" PAST … ", "paused"), *reading]
    wall_s = session.store.wall()
    moment = when(past.at / 1000, wall_s)
    back = rough_age(wall_s - past.at / 1000)
    parts = [*reading, Part(f" PAST {moment} ", "paused"), Part(f" {back} ago ")]
    if session.is_stale():
        age = session.age_s()
        old = "no data" if age is None else ago(age)
        parts.append(Part(f" now: STALE {old} ", "outage", short=" STALE ", priority=3))
    return parts


def past_banner(session: Session) -> list[Part]:
    """Return what the operator must know of the moment, and the way back."""
    past = session.past
    sign = sign_of(BY_ID["back"], session.settings.keys)
    leaves = f"· {sign} goes back to {NOW} "
    if past is None:
        return [Part(" Reading the past… "), Part(leaves)]
    wall_s = session.store.wall()
    words = " The past: verbs are off, collection goes on "
    if past.first is not None:
        words = f" Nothing was recorded before {when(past.first / 1000, wall_s)} "
    elif past.gap is not None:
        words = f" {gap_sentence(past.gap, wall_s)}; this is the state before "
    elif past.is_newest:
        words = " Nothing later has been recorded yet: verbs are off "
    return [Part(words), Part(leaves, priority=4)]


def gap_sentence(gap: Gap, wall_s: float) -> str:
    """Return between which moments nothing was seen, and why."""
    start, why = when(gap.from_at / 1000, wall_s), _WHY[gap.reason]
    if gap.to_at is None:
        return f"Not seen since {start}: {why}"
    until = when(gap.to_at / 1000, gap.from_at / 1000)
    return f"Not seen from {start} to {until}: {why}"
