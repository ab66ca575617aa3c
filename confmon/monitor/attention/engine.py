"""Turns what the rules find into signals: after their threshold, until their cause leaves.

Only what changed is looked at, and in parts: nobody waits for it. A condition ages by the reads
that show it, not by the clock. What no read has shown (a failed poll, a stale feed, a torn read) is
not known: it neither makes a signal appear nor takes one away.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from confmon.monitor.attention.evidence import Evidence, Published
from confmon.monitor.attention.held import Held
from confmon.monitor.attention.past.past import Past
from confmon.monitor.attention.questions import Questions
from confmon.monitor.attention.rule import Situation
from confmon.monitor.attention.signals import Signals
from confmon.monitor.polling.snapshot import ALL_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from confmon.clock import Clock
    from confmon.config.settings.attention import AttentionSettings
    from confmon.models.live_records import Call, LiveResource, Meeting
    from confmon.monitor.attention.past.foreign import Explains
    from confmon.monitor.attention.rule import Condition, Rule
    from confmon.monitor.attention.signal import SignalTarget
    from confmon.monitor.polling.differing import Names
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.snapshot import Snapshot
    from confmon.monitor.polling.state_update import Diff

T = TypeVar("T")

PART = 64
"""So many calls or meetings are looked at in one step: well below a millisecond."""
ATTRIBUTES_KEPT = 2000
_NOTHING: Mapping[Any, Held] = {}


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
        self.settings, self._clock, self._is_answered = settings, clock, is_answered
        self.rules = tuple(rule for rule in rules if rule.id not in settings.off)
        """The rules that are watched."""
        self.past = Past(settings, store.live_state.codes, ours)
        self._evidence = Evidence()
        self._attributes: dict[int, Mapping[str, str]] = {}
        self._by_scope = {
            scope: tuple(rule for rule in self.rules if rule.scope == scope)
            for scope in ("call", "meeting", "bridge")
        }
        self._by_id = {rule.id: rule for rule in self.rules}
        self._looked_at: dict[str, float] = {}
        """When a rule looked at everything for the last time, by the reads' moments."""
        self._read: tuple[float, float] = (0.0, 0.0)
        """The newest moment of a read: monotonic, and by the server's clock."""
        self._questions = Questions(self.rules)
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
        if diff.kind == "call":
            yield from self._take_in_calls(published)
        else:
            yield from self._take_in_meetings(published)
        for fact, numbers in self.past.facts.take_turned():
            state = self._store.live_state
            self._questions.recalled(fact, state.meetings if numbers is None else numbers)
        self._read = max(self._read, (published.asked_at, published.wall))
        self._evidence.add(published)
        yield from self._look(at_bridge=published.feed == ALL_CALLS)
        yield from self._look_again()
        yield from self._ripen()
        self._show()

    def tick(self) -> None:
        """End the snoozes that are over."""
        self.end_snoozes()

    def _take_in_calls(self, published: Published) -> Iterator[None]:
        """Follow the past of calls, and note what is to be asked about them."""
        diff, wall, feed = published.diff, published.wall, published.feed
        state, past, questions = self._store.live_state, self.past, self._questions
        is_news = not published.is_first and past.follows_closely(wall)
        for part in _parts(diff.added):
            came = [state.calls[key] for key in part]
            self._follow_new(came, wall, news=is_news)
            yield
        for part in _parts(diff.changed):
            alike: dict[Names, list[tuple[Call, Call]]] = {}
            for key in part:
                was, now = diff.was[key], state.calls[key]
                if key in diff.replaced:
                    self._follow_gone([was], wall)
                    self._follow_new([now], wall, news=is_news)
                else:
                    alike.setdefault(diff.fields[key], []).append((was, now))
            for names, pairs in alike.items():
                past.follow_changes(names, pairs, wall, news=is_news)
                questions.changed(names, pairs)
            yield
        for part in _parts(diff.gone):
            self._follow_gone([diff.was[key] for key in part], wall)
            yield
        if feed is not None:
            past.end_read(wall, state, of_all=feed == ALL_CALLS, first=published.is_first)
            if published.is_first:  # meetings without callers are known only now
                questions.counted(state.meetings if feed == ALL_CALLS else (feed.meeting or 0,))

    def _follow_new(self, calls: Sequence[Call], wall: float, *, news: bool) -> None:
        for call in calls:
            self.past.follow_call(None, call, wall, news=news)
        self._questions.came(calls)

    def _follow_gone(self, calls: Sequence[Call], wall: float) -> None:
        for call in calls:
            self.past.follow_call(call, None, wall, news=False)
            self._held.drop_caller(self.rules, call.id, call.meeting_number)
        self._questions.left(calls)

    def _take_in_meetings(self, published: Published) -> Iterator[None]:
        """Follow the past of meetings, and note what is to be asked about them."""
        diff, wall = published.diff, published.wall
        meetings, questions = self._store.live_state.meetings, self._questions
        questions.began(diff.added)
        for part in _parts((*diff.changed, *diff.gone)):
            for key in part:
                was, now = diff.was[key], meetings.get(key)
                is_another = key in diff.replaced
                names = () if now is None or is_another else diff.fields[key]
                self.past.follow_meeting(names, was, now, wall, is_another=is_another)
                if now is None or is_another:
                    self._drop_meeting(key)
                if is_another:
                    questions.began((key,))
                elif names:
                    questions.meeting_changed(names, key)
            yield

    def _drop_meeting(self, number: int) -> None:
        for rule in self._by_scope["meeting"]:
            self._held.drop_owner(rule, number)
        self._attributes.pop(number, None)
        self._evidence.forget(number)

    def learn_attributes(self, number: int, attributes: Mapping[str, str]) -> None:
        """Take in the attributes of a live meeting, whenever somebody has read them."""
        if number in self._store.live_state.meetings and attributes != self._attributes.get(number):
            if len(self._attributes) >= ATTRIBUTES_KEPT:
                del self._attributes[next(iter(self._attributes))]
            self._attributes[number] = attributes
            self._questions.described(number)
            for _ in self._look_at_all("meeting"):
                pass  # one meeting is not much to do
            self._show()

    def look_at_caller(self, call: int) -> None:
        """Ask the rules about a caller anew: operators have answered it, or taken that back."""
        for rule in self.rules:
            if rule.scope == "call":
                self._look_at_calls([call], rule)
        self._show()

    # Asking the rules.

    def _look(self, *, at_bridge: bool) -> Iterator[None]:
        """Ask the rules about everything that changed.

        What is asked of the whole bridge waits for a read of all calls: the reads of one meeting
        come in between, and would show half of what happened.
        """
        yield from self._look_at_all("call")
        yield from self._look_at_all("meeting")
        for rule in self._by_scope["bridge"] if at_bridge else ():
            if not rule.looks_again_s:
                self._look_at_bridge(rule)
        yield

    def _look_at_all(self, kind: LiveResource) -> Iterator[None]:
        """Ask every open question about calls, or about meetings."""
        look = self._look_at_calls if kind == "call" else self._look_at_meetings
        looked_at = 0
        for rule, keys in self._questions.take(kind):
            for part in _parts(keys):
                look(part, rule)
                looked_at += len(part)
                if looked_at >= PART:
                    looked_at = 0
                    yield

    def _look_again(self) -> Iterator[None]:
        """Ask those rules about everything that time alone makes so."""
        now, state = self._read[0], self._store.live_state
        for rule in self.rules:
            if not rule.looks_again_s or not (rule.scope == "meeting" or state.calls_known):
                continue
            if now - self._looked_at.get(rule.id, float("-inf")) < rule.looks_again_s:
                continue
            self._looked_at[rule.id] = now
            if rule.scope == "bridge":
                self._look_at_bridge(rule)
                continue
            is_of_calls = rule.scope == "call"
            look = self._look_at_calls if is_of_calls else self._look_at_meetings
            for part in _parts(list(state.calls if is_of_calls else state.meetings)):
                look(part, rule)
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
            skew_s=self._store.skew_s or 0.0,
            is_answered=self._is_answered,
        )

    def _look_at_calls(self, keys: Iterable[int], rule: Rule) -> None:
        known = self._store.live_state.calls
        calls = [known[key] for key in keys if key in known]
        found: dict[int, list[Condition]] = {}
        for condition in rule.find(self._situation(calls), self.settings):
            found.setdefault(condition.target[1], []).append(condition)
        self._hold_all(rule, [call.id for call in calls], found)

    def _look_at_meetings(self, numbers: Iterable[int], rule: Rule) -> None:
        state = self._store.live_state
        known, is_counted = state.meetings, "calls" in rule.needs
        meetings = [
            known[number]
            for number in numbers
            if number in known and (not is_counted or state.knows(number))
        ]
        found: dict[int, list[Condition]] = {}
        for condition in rule.find(self._situation(meetings=meetings), self.settings):
            found.setdefault(condition.meeting or 0, []).append(condition)
        self._hold_all(rule, [meeting.meeting_number for meeting in meetings], found)

    def _hold_all(
        self, rule: Rule, looked_at: Sequence[int], found: Mapping[int, Sequence[Condition]]
    ) -> None:
        owners = self._held.owners(rule)
        for owner in looked_at if found or owners else ():
            if owner in found:
                self._hold(rule, owner, found[owner])
            elif owner in owners:
                self._held.drop_owner(rule, owner)

    def _look_at_bridge(self, rule: Rule) -> None:
        self._hold(rule, 0, list(rule.find(self._situation(), self.settings)))

    def _hold(self, rule: Rule, owner: int, found: Sequence[Condition]) -> None:
        """Put what a rule found of an owner in the place of what it found before."""
        owners, read_at = self._held.owners(rule), self._read[0]
        by_identity = {condition.subject or condition.target: condition for condition in found}
        conditions = owners.get(owner, _NOTHING)
        if conditions and conditions.keys() != by_identity.keys():
            self._held.drop_owner(rule, owner, keep=by_identity)
            conditions = owners.get(owner, _NOTHING)
        for identity, condition in by_identity.items():
            held = conditions.get(identity)
            if held is None:
                held = self._begin(rule, condition)
                self._held.add(owner, held)
                conditions = owners[owner]
            elif condition is held.condition or condition == held.condition:
                held.seen_at = read_at
                continue
            else:
                if condition.since != held.condition.since:
                    held.began, held.began_wall = self._beginning(condition)
                held.condition, held.seen_at = condition, read_at
            self._judge(held)

    def _begin(self, rule: Rule, condition: Condition) -> Held:
        at = self._read[0]
        return Held(rule, condition, *self._beginning(condition), seen_at=at, read_at=at)

    def _beginning(self, condition: Condition) -> tuple[float, float]:
        at, wall = self._read
        if condition.since is None:
            return at, wall
        return at - (wall - condition.since), condition.since

    def learn_since(self, rule: str, owner: int, known: Mapping[SignalTarget | str, float]) -> None:
        """Take the moments (epoch seconds) since when conditions of an owner were seen before.

        Only what holds now is moved, and only back.
        """
        conditions = self._held.owners(self._by_id[rule]).get(owner, _NOTHING)
        for identity, since in known.items():
            held = conditions.get(identity)
            if held is not None and held.condition.since is None and since < held.began_wall:
                held.began -= held.began_wall - since
                held.began_wall = since
                self._judge(held)
        self._show()

    def conditions_of(self, rule: Rule) -> dict[int, tuple[Condition, ...]]:
        """Return what a rule has found, by meeting or call."""
        return {
            owner: tuple(held.condition for held in found.values())
            for owner, found in self._held.owners(rule).items()
        }

    # From conditions to signals.

    def _ripen(self) -> Iterator[None]:
        """Let conditions grow older by the reads that came."""
        self._held.compact()
        for part in _parts(list(self._held.counting)):
            for held in part:
                self._count_read(held)
            yield
        late, self._held.late = self._held.late, {}
        for part in _parts(chain(late, self._held.pop_due(self._read[0]))):
            for held in part:
                self._judge(held)
            yield

    def _count_read(self, held: Held) -> None:
        shown_until, newest = self._evidence.of(held.rule, held.condition)
        if shown_until > held.read_at:
            held.reads, held.read_at = held.reads + 1, newest
            if held.reads >= held.condition.reads:
                del self._held.counting[held]
            self._judge(held)

    def _judge(self, held: Held) -> None:
        shown_until, _ = self._evidence.of(held.rule, held.condition)
        if held.rule.is_presence:
            shown_until = max(shown_until, held.seen_at)
        severity = held.severity_at(shown_until)
        if severity is not None or held.signal is not None:
            self._held.show(held, severity)
        if held.reads < held.condition.reads:
            return
        due = held.next_due(severity)
        if due <= self._read[0]:
            self._held.late[held] = None
        else:
            self._held.plan(held, due)


def _parts(keys: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(keys)
    while part := list(islice(rest, PART)):
        yield part
