"""Turns what the rules find into signals: after their threshold, until their cause leaves.

Only what changed is looked at, and in parts: nobody waits for it. A condition ages by the reads
that show it, not by the clock. What no read has shown (a failed poll, a stale feed, a torn read) is
not known: it neither makes a signal appear nor takes one away.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from confmon.models.identity import same
from confmon.monitor.attention.evidence import Evidence, Published
from confmon.monitor.attention.held import Held
from confmon.monitor.attention.past import Past
from confmon.monitor.attention.rule import Situation
from confmon.monitor.attention.signals import Signals
from confmon.monitor.polling.snapshot import ALL_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from confmon.clock import Clock
    from confmon.config.settings.attention import AttentionSettings
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.foreign import Explains
    from confmon.monitor.attention.rule import Condition, Rule
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.snapshot import Snapshot
    from confmon.monitor.polling.state_update import Diff

PART = 64
"""So many calls or meetings are looked at in one step: well below a millisecond."""
ATTRIBUTES_KEPT = 2000


class Attention(Signals):
    """The signals of one session, and what the operators did about them."""

    def __init__(
        self,
        store: LiveStore,
        settings: AttentionSettings,
        clock: Clock,
        *,
        rules: Sequence[Rule],
        ours: Explains,
        is_answered: Callable[[int], bool] = lambda _call: False,
    ) -> None:
        """`is_answered`: whether operators have answered a call, whatever the API says of it."""
        super().__init__(store)
        self._settings, self._clock, self._is_answered = settings, clock, is_answered
        self.rules = tuple(rule for rule in rules if rule.id not in settings.off)
        """The rules that are watched."""
        self.past = Past(settings, store.live_state.codes, ours)
        self._evidence = Evidence()
        self._attributes: dict[int, Mapping[str, str]] = {}
        self._by_scope = {
            scope: tuple(rule for rule in self.rules if rule.scope == scope)
            for scope in ("call", "meeting", "bridge")
        }
        self._looked_at: dict[str, float] = {}
        """When a rule looked at everything for the last time, by the reads' moments."""
        self._read: tuple[float, float] = (0.0, 0.0)
        """The newest moment of a read: monotonic, and by the server's clock."""
        self._calls: dict[int, None] = {}
        self._meetings: dict[int, None] = {}
        """What is to be looked at."""
        store.on_changed(self.follow)

    # Following the reads.

    def follow(self, diff: Diff, asked_at: float, snapshot: Snapshot[Any] | None) -> Iterator[None]:
        """Take in what a read changed, step by step."""
        published = Published(
            kind=diff.kind,
            diff=diff,
            asked_at=asked_at,
            wall=self._store.wall() - (self._clock.now() - asked_at),
            feed=None if snapshot is None else snapshot.feed,
            is_first=diff.quiet,
            is_clean=snapshot is None or snapshot.scan.clean,
        )
        records, before = self._store.live_state.records_of(diff.kind)[0], diff.was.get
        pairs: list[tuple[Call | Meeting | None, ...]] = [
            (before(key), records.get(key)) for key in (*diff.added, *diff.changed)
        ]
        pairs += [(before(key), None) for key in diff.gone]
        yield from self._take_in(published, pairs)
        self._read = max(self._read, (published.asked_at, published.wall))
        self._evidence.add(published)
        yield from self._look(at_bridge=published.feed == ALL_CALLS)
        yield from self._look_again()
        self._ripen()
        self._show()

    def tick(self) -> None:
        """End the snoozes that are over."""
        self.end_snoozes()

    def _take_in(
        self, published: Published, pairs: list[tuple[Call | Meeting | None, ...]]
    ) -> Iterator[None]:
        """Follow the past, and note what is to be looked at."""
        past, wall = self.past, published.wall
        is_news = not published.is_first and past.follows_closely(wall)
        for at, (was, now) in enumerate(pairs):
            if published.kind == "meeting":
                meetings = cast("tuple[Meeting | None, Meeting | None]", (was, now))
                past.follow_meeting(*meetings, wall)
                self._mark_meeting(*meetings)
            else:
                calls = cast("tuple[Call | None, Call | None]", (was, now))
                past.follow_call(*calls, wall, news=is_news)
                self._mark_call(*calls)
            if at % PART == PART - 1:
                yield
        state = self._store.live_state
        feed = published.feed
        if published.kind == "call" and feed is not None:
            past.end_read(wall, state, of_all=feed == ALL_CALLS, first=published.is_first)
            if published.is_first:  # meetings without callers are known only now
                numbers = state.meetings if feed == ALL_CALLS else (feed.meeting or 0,)
                self._meetings.update(dict.fromkeys(numbers))

    def _mark_call(self, was: Call | None, now: Call | None) -> None:
        for call in (was, now):
            if call is not None and call.meeting_number is not None:
                self._meetings[call.meeting_number] = None
        if now is not None:
            self._calls[now.id] = None
        if was is not None and (now is None or not same(was, now)):
            self._drop("call", was.id)
            number = was.meeting_number
            for rule in self._by_scope["meeting"] if number is not None else ():
                self._changed |= self._held.drop_caller(rule, number or 0, was.id)

    def _mark_meeting(self, was: Meeting | None, now: Meeting | None) -> None:
        if was is not None and (now is None or not same(was, now)):
            number = was.meeting_number
            self._drop("meeting", number)
            self._attributes.pop(number, None)
            self._evidence.forget(number)
        if now is not None:
            self._meetings[now.meeting_number] = None

    def _drop(self, scope: str, owner: int) -> None:
        for rule in self._by_scope[scope]:
            self._changed |= self._held.drop_owner(rule, owner)

    def learn_attributes(self, number: int, attributes: Mapping[str, str]) -> None:
        """Take in the attributes of a live meeting, whenever somebody has read them."""
        if number in self._store.live_state.meetings and attributes != self._attributes.get(number):
            if len(self._attributes) >= ATTRIBUTES_KEPT:
                del self._attributes[next(iter(self._attributes))]
            self._attributes[number] = attributes
            self._look_at_meetings([number])
            self._show()

    def look_at_caller(self, call: int) -> None:
        """Ask the rules about a caller anew: operators have answered it, or taken that back."""
        self._look_at_calls([call], self._by_scope["call"])
        self._show()

    # Asking the rules.

    def _look(self, *, at_bridge: bool) -> Iterator[None]:
        """Ask the rules about everything that changed.

        What is asked of the whole bridge waits for a read of all calls: the reads of one meeting
        come in between, and would show half of what happened.
        """
        calls, self._calls = self._calls, {}
        meetings, self._meetings = self._meetings, {}
        for part in _parts(calls):
            self._look_at_calls(part, self._by_scope["call"])
            yield
        meetings.update(dict.fromkeys(self.past.foreign.touched))
        self.past.foreign.touched.clear()
        for part in _parts(meetings):
            self._look_at_meetings(part)
            yield
        for rule in self._by_scope["bridge"] if at_bridge else ():
            if not rule.looks_again_s:
                self._look_at_bridge(rule)
        yield

    def _look_again(self) -> Iterator[None]:
        """Ask those rules about everything that time alone makes so."""
        now = self._read[0]
        for rule in self.rules:
            if not rule.looks_again_s or not self._store.live_state.calls_known:
                continue
            if now - self._looked_at.get(rule.id, float("-inf")) < rule.looks_again_s:
                continue
            self._looked_at[rule.id] = now
            if rule.scope == "bridge":
                self._look_at_bridge(rule)
                continue
            for part in _parts(list(self._store.live_state.calls)):
                self._look_at_calls(part, (rule,))
                yield

    def _situation(
        self, calls: Collection[Call] = (), meetings: Collection[Meeting] = ()
    ) -> Situation:
        return Situation(
            state=self._store.live_state,
            wall=self._read[1],
            past=self.past,
            calls=calls,
            meetings=meetings,
            attributes=self._attributes,
            is_answered=self._is_answered,
        )

    def _look_at_calls(self, keys: Iterable[int], rules: Iterable[Rule]) -> None:
        known = self._store.live_state.calls
        calls = [known[key] for key in keys if key in known]
        situation = self._situation(calls)
        for rule in rules:
            found: dict[int, list[Condition]] = {}
            for condition in rule.find(situation, self._settings):
                found.setdefault(condition.target[1], []).append(condition)
            owners = self._held.owners(rule)
            if found or owners:
                for call in calls:
                    if call.id in found or call.id in owners:
                        self._hold(rule, call.id, found.get(call.id, ()))

    def _look_at_meetings(self, numbers: Iterable[int]) -> None:
        state = self._store.live_state
        listed = [state.meetings[number] for number in numbers if number in state.meetings]
        counted = [one for one in listed if state.knows(one.meeting_number)]
        for rule in self._by_scope["meeting"]:
            meetings = counted if "calls" in rule.needs else listed
            found: dict[int, list[Condition]] = {}
            situation = self._situation(meetings=meetings)
            for condition in rule.find(situation, self._settings):
                found.setdefault(condition.meeting or 0, []).append(condition)
            owners = self._held.owners(rule)
            for meeting in meetings if found or owners else ():
                number = meeting.meeting_number
                if number in found or number in owners:
                    self._hold(rule, number, found.get(number, ()))

    def _look_at_bridge(self, rule: Rule) -> None:
        self._hold(rule, 0, list(rule.find(self._situation(), self._settings)))

    def _hold(self, rule: Rule, owner: int, found: Sequence[Condition]) -> None:
        """Put what a rule found of an owner in the place of what it found before."""
        identities = {condition.identity: None for condition in found}
        self._changed |= self._held.drop_owner(rule, owner, keep=identities)
        if not found:
            return
        conditions = self._held.owners(rule).setdefault(owner, {})
        for condition in found:
            held = conditions.get(condition.identity)
            if held is None:
                held = conditions[condition.identity] = self._begin(rule, condition)
                if condition.reads > 1:
                    self._held.counting[held] = None
            elif condition == held.condition:
                held.seen_at = self._read[0]
                continue
            else:
                if condition.since != held.condition.since:
                    held.began, held.began_wall = self._beginning(condition)
                held.condition, held.seen_at = condition, self._read[0]
            self._judge(held)

    def _begin(self, rule: Rule, condition: Condition) -> Held:
        at = self._read[0]
        return Held(rule, condition, *self._beginning(condition), seen_at=at, read_at=at)

    def _beginning(self, condition: Condition) -> tuple[float, float]:
        at, wall = self._read
        if condition.since is None:
            return at, wall
        return at - (wall - condition.since), condition.since

    # From conditions to signals.

    def _ripen(self) -> None:
        """Let conditions grow older by the reads that came."""
        self._held.compact()
        for held in list(self._held.counting):
            shown_until, newest = self._evidence.of(held.rule, held.condition)
            if shown_until > held.read_at:
                held.reads, held.read_at = held.reads + 1, newest
                if held.reads >= held.condition.reads:
                    del self._held.counting[held]
                self._judge(held)
        late, self._held.late = self._held.late, {}
        for held in (*late, *self._held.pop_due(self._read[0])):
            self._judge(held)

    def _judge(self, held: Held) -> None:
        shown_until, _ = self._evidence.of(held.rule, held.condition)
        if held.rule.is_presence:
            shown_until = max(shown_until, held.seen_at)
        severity = held.severity_at(shown_until)
        self._changed |= self._held.show(held, severity)
        due = held.next_due(severity)
        if held.reads < held.condition.reads:
            return
        if due <= self._read[0]:
            self._held.late[held] = None
        else:
            self._held.plan(held, due)


def _parts(keys: Iterable[int]) -> Iterable[list[int]]:
    rest = iter(keys)
    while part := list(islice(rest, PART)):
        yield part
