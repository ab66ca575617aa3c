"""What a run that has just begun learns from the history: figures, and since when something is so.

Nothing is bridged. A minute that nobody has seen has no figure, and a condition is as old as the
reads without a gap up to now have shown it: after a restart that is since the restart; where
another confmon has recorded meanwhile it is longer.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.clock import PAUSE_S
from confmon.models.identity import TOLERANCE_MS, in_ms
from confmon.models.live_records import Meeting
from confmon.monitor.attention.rule import Situation
from confmon.monitor.memory.series import SLOT_S, SLOTS
from confmon.monitor.past.records import PastRecords
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.live_columns import TREND_CELLS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from confmon.config.settings.attention import AttentionSettings
    from confmon.history.answers import Attendance
    from confmon.history.history import History
    from confmon.history.records import Leg, MeetingSession, Stay
    from confmon.models.codes import Codes
    from confmon.monitor.attention.engine import Attention
    from confmon.monitor.attention.past.past import Past
    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.attention.signal import SignalTarget
    from confmon.monitor.memory.series import Series
    from confmon.monitor.past.reader import HistoryReader
    from confmon.monitor.past.recording import Recording
    from confmon.monitor.polling.live_store import LiveStore

    Since = dict[SignalTarget | str, float]

SLOT_MS: Final = SLOT_S * 1000
MEETINGS_ASKED: Final = 200
"""So many meetings at most are looked at for how long a condition has held."""
CHANGES_ASKED: Final = 200
"""So many changes of a meeting at most are looked at."""


class Minutes(NamedTuple):
    """How many calls there were in the minutes up to one that is over, and callers by meeting."""

    newest: int
    calls: list[int | None]
    callers: dict[int, list[int | None]]


def minutes_before(now: int, history: History, codes: Codes) -> Minutes:
    """Return the figures of the minutes before that of `now` (epoch milliseconds)."""
    end = now // SLOT_MS * SLOT_MS
    begin = end - (SLOTS - 1) * SLOT_MS
    calls = history.counts(begin, end, SLOT_MS, codes)
    cells = range(len(calls) - TREND_CELLS, len(calls))
    callers: dict[int, list[int | None]] = {}
    for place, cell in enumerate(cells):
        if calls[cell] is None:
            continue
        time.sleep(PAUSE_S)
        for number, count in _callers_at(begin + (cell + 1) * SLOT_MS - 1, history, codes):
            callers.setdefault(number, [None] * TREND_CELLS)[place] = count
    return Minutes(end - SLOT_MS, calls, callers)


def _callers_at(at: int, history: History, codes: Codes) -> Iterator[tuple[int, int]]:
    past = history.state_at(at)
    if past is None:
        return
    counts = Counter(
        call.session for call in past.calls if codes.role(call.state.role) != "recording"
    )
    sessions = history.meeting_sessions({meeting.session for meeting in past.meetings})
    for session in sessions.values():
        yield session.number, counts[session.session]


def can_look_back(rule: Rule) -> bool:
    """Whether what a rule finds of a meeting follows from the calls in it alone."""
    needs_more = rule.of_meetings or rule.of_past or rule.attributes or rule.looks_again_s
    return rule.scope == "meeting" and bool(rule.of_calls) and not needs_more


def since_when(
    meetings: Mapping[int, Collection[Rule]],
    now: int,
    history: History,
    *,
    settings: AttentionSettings,
    past: Past,
    codes: Codes,
) -> dict[tuple[int, str], Since]:
    """Return since when (epoch seconds) what rules find of meetings has been so, up to now."""
    found: dict[tuple[int, str], Since] = {}
    records = PastRecords(codes)
    for number in [*meetings][:MEETINGS_ASKED]:
        time.sleep(PAUSE_S)
        session = history.session_at(number, now)
        if session is None or session.ended_to is not None:
            continue
        attendance = history.attendance(session.session, codes)
        if attendance is None:
            continue
        states = _states_back(session, attendance, records, codes)
        for rule, since in _since(meetings[number], states, settings, past).items():
            found[number, rule.id] = since
    return found


def _states_back(
    session: MeetingSession, attendance: Attendance, records: PastRecords, codes: Codes
) -> Iterator[tuple[int, LiveState]]:
    """Yield the state of a meeting after each change, the newest first, back to the last gap."""
    stays = [pair for attendee in attendance.attendees for pair in attendee.stays]
    known_from = max(
        [session.started_to, *(gap.to_at or attendance.until for gap in attendance.gaps)]
    )
    moments = {known_from}
    for stay, _ in stays:
        moments |= {at for at, _ in stay.changes} | {stay.joined_to}
        if stay.left_to is not None:
            moments.add(stay.left_to)
    newest_first = sorted((at for at in moments if at >= known_from), reverse=True)
    for at in newest_first[:CHANGES_ASKED]:
        yield at, _state_at(at, session, stays, records, codes)


def _state_at(
    at: int,
    session: MeetingSession,
    stays: Sequence[tuple[Stay, Leg]],
    records: PastRecords,
    codes: Codes,
) -> LiveState:
    number = session.number
    state = LiveState(codes, meetings_known=True, calls_known=True)
    state.meetings[number] = Meeting(meeting_number=number, id=session.id, created=session.created)
    there = state.by_meeting[number] = {}
    for stay, leg in stays:
        if stay.joined_to <= at and (stay.left_to is None or at < stay.left_to) and stay.changes:
            raw = [change for moment, change in stay.changes if moment <= at] or [
                stay.changes[0][1]
            ]
            call = records.call(leg, number, raw[-1], at)
            there[call.id] = state.calls[call.id] = call
    return state


def _since(
    rules: Collection[Rule],
    states: Iterable[tuple[int, LiveState]],
    settings: AttentionSettings,
    past: Past,
) -> dict[Rule, Since]:
    """Return since when what each rule finds in the newest state has been so in all states."""
    since: dict[Rule, Since] = {rule: {} for rule in rules}
    going_on: dict[Rule, set[SignalTarget | str] | None] = dict.fromkeys(rules)
    for at, state in states:
        situation = Situation(
            state=state,
            wall=at / 1000,
            past=past,  # the rules that are asked here do not look at it
            meetings=state.meetings.values(),
        )
        for rule, before in going_on.items():
            if before is not None and not before:
                continue
            found = {condition.identity for condition in rule.find(situation, settings)}
            lasts = going_on[rule] = found if before is None else before & found
            since[rule] |= dict.fromkeys(lasts, at / 1000)
        if not any(going_on.values()):
            break
        time.sleep(PAUSE_S)
    return since


class WarmStart:
    """Asks the history once, after the first whole reads."""

    def __init__(
        self,
        recording: Recording,
        reader: HistoryReader,
        store: LiveStore,
        series: Series,
        attention: Attention,
        *,
        seen_within_s: Callable[[], float],
    ) -> None:
        """`seen_within_s`: what was seen so lately is seen up to now."""
        self._recording, self._reader, self._store = recording, reader, store
        self._series, self._attention, self._seen_within_s = series, attention, seen_within_s
        self._task: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Begin as soon as what is live is known, and the history knows of this run."""
        state, writer = self._store.live_state, self._recording.writer
        is_known = state.calls_known and state.meetings_known
        if self._task is None and is_known and (writer.acknowledged or writer.is_following):
            self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        from confmon.history.database import HistoryUnavailable

        codes, now_s = self._store.live_state.codes, self._store.wall()
        now, attention = round(now_s * 1000), self._attention
        asked: dict[int, list[Rule]] = {}
        for rule in filter(can_look_back, attention.rules):
            for number in attention.conditions_of(rule):
                asked.setdefault(number, []).append(rule)
        try:
            minutes = await self._reader.read(partial(minutes_before, now, codes=codes))
            self._series.fill(minutes.newest / 1000, minutes.calls, minutes.callers)
            span = await self._reader.read(lambda history: history.span())
            if span is None or now - span[1] > self._seen_within_s() * 1000:
                return
            found = await self._reader.read(
                partial(
                    since_when,
                    asked,
                    now,
                    settings=attention.settings,
                    past=attention.past,
                    codes=codes,
                )
            )
        except HistoryUnavailable:
            return  # there is nothing to learn from; whoever asks for the past hears why
        for (number, rule_id), since in found.items():
            attention.learn_since(rule_id, number, self._believed(since))

    def _believed(self, since: Since) -> Since:
        """Return what is about the calls and meetings that are live now."""
        state = self._store.live_state
        believed: Since = {}
        for identity, at_s in since.items():
            kind, key = identity if isinstance(identity, tuple) else ("", 0)
            record = (state.calls if kind == "call" else state.meetings).get(key)
            created = record and record.created
            if record is not None and at_s * 1000 >= in_ms(created or 0) - TOLERANCE_MS:
                believed[identity] = at_s
        return believed
