"""What a rule is: a pure function from a situation to conditions, with words and parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from confmon.config.settings.attention import AttentionSettings
from confmon.monitor.attention.moments import NEVER, seconds_of
from confmon.monitor.attention.signal import BRIDGE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.past.facts import Fact
    from confmon.monitor.attention.past.past import Past
    from confmon.monitor.attention.signal import SignalTarget
    from confmon.monitor.polling.live_state import LiveState

# With these a rule is written.
__all__ = ["NEVER", "AttentionSettings", "Condition", "Conditions", "Rule", "Situation"]

Scope = Literal["call", "meeting", "bridge"]
Need = Literal["calls", "meetings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a rule looks at. It changes nothing of it.

    `wall` is epoch seconds by the server's clock, which is `skew_s` ahead of ours. `calls` and
    `meetings` are those to look at now; where a rule needs calls, those of each of these meetings
    have been read. A rule for the whole bridge looks at `past`. `attributes` are those of meetings
    that were read, by number and name. `is_answered`: whether operators have answered a call,
    whatever the API says of it.
    """

    state: LiveState
    wall: float
    past: Past
    calls: Collection[Call] = ()
    meetings: Collection[Meeting] = ()
    attributes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    is_answered: Callable[[int], bool] = lambda _call: False
    skew_s: float = 0.0

    def attribute(self, number: int, name: str) -> str:
        """Return an attribute of a meeting; empty: it has none, or was not read."""
        return self.attributes.get(number, {}).get(name, "")

    def seconds_of(self, moment: int | None) -> float | None:
        """Return a moment of a record in epoch seconds; None where it is not to be believed."""
        return seconds_of(moment, self.wall, self.skew_s)


class Condition(NamedTuple):
    """What a rule found to be so. It becomes a signal once it has lasted long enough.

    `subject` is what it is about where that is no call and no meeting: a node, a telephone number.
    It is never shown. `since` is when it began, in epoch seconds by the server's clock; None: when
    the engine first found it. It turns amber `amber_s` after that, red after `red_s`; and not
    before as many reads as `reads` in a row have shown it.
    """

    text: str
    target: SignalTarget = BRIDGE
    meeting: int | None = None
    call: int | None = None
    since: float | None = None
    amber_s: float = 0.0
    red_s: float = NEVER
    reads: int = 1
    subject: str = ""

    @staticmethod
    def of_call(
        call: Call,
        text: str,
        *,
        since: float | None = None,
        amber_s: float = 0.0,
        red_s: float = NEVER,
    ) -> Condition:
        """Return what is so of a caller."""
        number = call.meeting_number
        return Condition(text, ("call", call.id), number, call.id, since, amber_s, red_s)

    @staticmethod
    def of_meeting(
        number: int,
        text: str,
        *,
        since: float | None = None,
        amber_s: float = 0.0,
        red_s: float = NEVER,
        reads: int = 1,
    ) -> Condition:
        """Return what is so of a meeting."""
        return Condition(text, ("meeting", number), number, None, since, amber_s, red_s, reads)

    @property
    def identity(self) -> SignalTarget | str:
        """What tells it apart from others of its rule; the target of a subject may change."""
        return self.subject or self.target


Conditions = Iterable[Condition]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule. `title` is for the screen, `meaning` a sentence, `thresholds` when it turns what.

    `scope` is what it is asked about: calls, meetings, or the whole bridge. `needs` are the lists
    that have a say; `attributes` are the names of those of a meeting that it reads.
    `looks_again_s`: how often it looks at everything again, because time alone makes it so; 0: only
    at what changed. `is_presence`: what it finds is there, also in a torn read.

    `of_calls`, `of_meetings` and `of_past` are the fields of calls and of meetings and the facts of
    the past that decide what it finds of a call or a meeting: it is asked only when one of them
    differs. The last two are heeded only for a rule about meetings. That one, if it reads any field
    of calls, is also asked when a call comes, goes or moves. A rule about the whole bridge is asked
    at every read of all calls.
    """

    id: str
    title: str
    meaning: str
    thresholds: str
    scope: Scope
    find: Callable[[Situation, AttentionSettings], Conditions]
    needs: tuple[Need, ...] = ("calls",)
    of_calls: tuple[str, ...] = ()
    of_meetings: tuple[str, ...] = ()
    of_past: tuple[Fact, ...] = ()
    attributes: tuple[str, ...] = ()
    looks_again_s: float = 0.0
    is_presence: bool = True
