"""What the cards say: how many calls, how many come and go, and what needs somebody.

Below so many lines a terminal has no room for cards; then one line says the same.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Literal

from confmon.commands import NEEDS_YOU
from confmon.monitor.needs import are_stale, known_age_s, known_until
from confmon.monitor.views.graphs import sparkline
from confmon.tui.bars.ages import age_of_count, rough_age
from confmon.tui.bars.bar import Part, Parts
from confmon.tui.desk.box import EDGES, Card
from confmon.tui.table.cells import cut

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.memory.series import Figure
    from confmon.monitor.polling.live_state import LiveState, Tally
    from confmon.monitor.session import Session
    from confmon.tui.table.look import Cell

    Line = tuple[Cell, ...]
    Rate = Literal["joins", "leaves"]

RENEWED_S = 5.0
"""The cards are made anew so often: not every second has to move them. That somebody is needed at
all, or badly, is shown at once, and so is a count that gets too old or is read again."""
SPARK = 12
"""The cells of a sparkline on a narrow card; half an hour in full is 30."""
FINE_BELOW = 8
"""With fewer minutes than this there are bars for every 15 s."""
WORST = 3
"""So many signals are shown in words."""
CALLS_SHARE, FLOW_SHARE, NEEDS_SHARE = 4, 3, 5
ROOM_FOR_THREE = 76
"""The columns from which joins and leaves have a card of their own."""
WIDE = 150


def urgent(session: Session) -> Hashable:
    """Return what the cards may not be late with."""
    counts = session.attention.counts()
    return counts.loud > 0, counts.red > 0, age_of_count(session, "calls")


def card_lines(session: Session, width: int, height: int) -> tuple[Card, ...]:
    """Return the cards for a terminal so wide; `height` has their lines, edges included."""
    lines = height - 2
    if lines < 1:
        return ()
    spark = 30 if width >= WIDE else SPARK
    calls = _calls(session, spark)
    if session.is_past or width < ROOM_FOR_THREE:
        room = _room(width, NEEDS_SHARE, CALLS_SHARE + NEEDS_SHARE)
        return calls, _needs(session, lines, room, whole=width >= WIDE)
    of = CALLS_SHARE + FLOW_SHARE + NEEDS_SHARE
    needs = _needs(session, lines, _room(width, NEEDS_SHARE, of), whole=width >= WIDE)
    return calls, _flow(session, spark, lines, _room(width, FLOW_SHARE, of)), needs


def _room(width: int, share: int, of: int) -> int:
    """Return the cells of a line in a card, one less where the cards do not come out even."""
    return width * share // of - EDGES


def brief_line(session: Session) -> Parts:
    """Return what the cards say, in one line."""
    live_state = session.live_state
    left = [Part(f" {_calls_text(live_state)}", "dim", priority=6)]
    if live_state.calls_known:
        left.append(Part(f" · {_states_text(live_state.everybody())}", "dim", priority=7))
    if not session.is_past:
        flow = f"joins, leaves {_when_known(session)}"
        if _is_rate_known(session):
            flow = f"{_rate(session, 'joins')} · {_rate(session, 'leaves')}"
        left.append(Part(f" · {flow}", "dim", priority=8))
    worst, needs = _worst(session, 1), _title(session)
    if not worst:
        return Parts(tuple(left), (Part(f" {needs}: {_nobody(session)} ", "dim", priority=5),))
    of_now = "now: " if session.is_past else ""
    loudest = f"  {of_now}{_signal_text(session, worst[0])} "
    return Parts(tuple(left), (Part(loudest, _tone(worst[0]), NEEDS_YOU, yields=True),))


Overview = tuple[tuple[Card, ...], Parts]
"""The cards, and the line in their place."""


def count_anew(made: Overview, live_state: LiveState) -> Overview:
    """Return the same with the number of calls there are now: the tab says it too, never late."""
    (cards, brief), text = made, _calls_text(live_state)
    if cards:
        first = cards[0]
        cards = (first._replace(title=((text, "title"), *first.title[1:])), *cards[1:])
    if brief.left:
        first_part = brief.left[0]._replace(text=f" {text}")
        brief = brief._replace(left=(first_part, *brief.left[1:]))
    return cards, brief


def _calls(session: Session, spark: int) -> Card:
    live_state = session.live_state
    bars = _bars(session, "calls", spark)
    title: list[Cell] = [(_calls_text(live_state), "title")]
    if bars:
        title.append((f" {bars}", "graph"))
    if not session.is_past and (old := age_of_count(session, "calls")):
        title.append((f" {old} old", "warn"))
    if not live_state.calls_known:
        return Card(tuple(title), ((("counting callers…", "dim"),),), CALLS_SHARE)
    tally = live_state.everybody()
    meetings = len(live_state.meetings)
    recorded = sum(1 for meeting in live_state.meetings.values() if meeting.is_recording)
    locked = sum(1 for meeting in live_state.meetings.values() if meeting.is_secured)
    states = (recorded, "recorded"), (locked, "locked")
    places = [f"{meetings} meeting{'s' * (meetings != 1)}"]
    places += [f"{count} {word}" for count, word in states if count]
    lines: list[Line] = [((_states_text(tally), ""),), ((" · ".join(places), "dim"),)]
    roles = (tally.participants, "part"), (tally.listeners, "list"), (tally.legs, "rec legs")
    lines.append(((" · ".join(f"{count} {word}" for count, word in roles if count), "dim"),))
    return Card(tuple(title), tuple(lines), CALLS_SHARE)


def _flow(session: Session, spark: int, lines: int, room: int) -> Card:
    if not _is_rate_known(session):
        known: Line = ((_when_known(session), ""),)
        return Card((("come and go", "title"),), (known,), FLOW_SHARE)
    series = session.memory.series
    made: list[Line] = []
    figures: tuple[Rate, ...] = ("joins", "leaves")
    for figure in figures:
        rate = f"{_rate(session, figure)} "
        bars = _bars(session, figure, min(spark, room - len(rate)))
        made.append(((rate, ""), (bars, "graph")))
    minutes = sum(value is not None for value in series.values("joins"))
    if lines >= 3 and minutes:
        sums = [sum(filter(None, series.values(figure))) for figure in figures]
        made.append(((f"{minutes} min: {sums[0]} joined, {sums[1]} left", "dim"),))
    if lines == 1:
        return Card(made[0], (made[1],), FLOW_SHARE)
    return Card((("come and go", "title"),), tuple(made), FLOW_SHARE)


def _bars(session: Session, figure: Figure, width: int) -> str:
    """Return the last half hour as bars; as long as that is only minutes, those in finer steps."""
    series = session.memory.series
    values = series.values(figure) if session.past is None else session.past.counts
    if session.past is None and sum(value is not None for value in values) < FINE_BELOW:
        values = series.values(figure, fine=True)[-width:]
    bars = sparkline(values, width).strip()
    return bars if len(bars) > 1 else ""


def _needs(session: Session, lines: int, room: int, *, whole: bool) -> Card:
    shown = _worst(session, min(lines, WORST))
    counts = session.attention.counts()
    quiet = f" · {counts.quiet} quiet" if counts.quiet else ""
    if not counts.loud:
        title: Line = ((f"{_title(session)}: {_nobody(session)}", "title"), (quiet, "dim"))
        return Card(title, (), NEEDS_SHARE, NEEDS_YOU)
    title = (
        ("! ", _tone(shown[0])),
        (_title(session), "title"),  # how many is in the tab line, where it is never late
        (quiet, "dim"),
    )
    made: list[Line] = [
        ((_signal_text(session, signal, room, whole=whole), _tone(signal)),) for signal in shown
    ]
    return Card(title, tuple(made), NEEDS_SHARE, NEEDS_YOU)


def _title(session: Session) -> str:
    """Return what the needs are called: beside the past they are still those of now."""
    return "needs you now" if session.is_past else "needs you"


def _nobody(session: Session) -> str:
    """Return that nobody needs the operator, as of when, where that is not now."""
    age = known_age_s(session)
    if age is None:
        return "…"
    return f"nobody, {rough_age(age)} ago" if are_stale(session) else "nobody"


def _worst(session: Session, most: int) -> Sequence[Signal]:
    """Return the worst signal of each of the callers, meetings or things that need somebody most.

    There are up to `most` of them, and one at least if anything needs somebody.
    """
    found: dict[Hashable, Signal] = {}
    for signal in session.attention.signals:
        if not signal.is_quiet:
            found.setdefault(signal.stop, signal)
            if len(found) >= most:
                break
    return list(found.values())


def _tone(signal: Signal) -> str:
    return "bad" if signal.severity == "red" else "warn"


def _signal_text(session: Session, signal: Signal, room: int = 999, *, whole: bool = False) -> str:
    """Return a signal in words: what, where, for how long; `whole`: with its figures.

    Where there is no room for all, the meeting is cut, so that the time stays.
    """
    since = rough_age(known_until(session) - signal.since)
    where = ""
    if signal.meeting is not None:
        meeting = session.store.live_state.meetings.get(signal.meeting)
        where = f" · {(meeting and meeting.subscriber_name) or signal.meeting}"
    text = signal.title
    if whole:
        text = signal.text if text in signal.text else f"{text}: {signal.text}"
    return f"{cut(text + where, max(12, room - len(since) - 3))} · {since}"


def _calls_text(live_state: LiveState) -> str:
    return f"calls {len(live_state.calls)}" if live_state.calls_known else "calls …"


def _states_text(tally: Tally) -> str:
    hosts = f"{tally.hosts} host{'s' * (tally.hosts != 1)}"
    states = (tally.muted, "muted"), (tally.held, "held")
    return " · ".join([hosts, *(f"{count} {word}" for count, word in states if count)])


def _rate(session: Session, figure: Rate) -> str:
    return f"{figure} {session.memory.series.last_minute(figure)}/min"


def _is_rate_known(session: Session) -> bool:
    return session.memory.series.last_minute("joins") is not None


def _when_known(session: Session) -> str:
    """Return when a whole minute will have been read; in steps that don't move every second."""
    rest_s = session.memory.series.minute_known_in_s()
    return "not known yet" if rest_s is None else f"known in {max(5, ceil(rest_s / 5) * 5)}s"
