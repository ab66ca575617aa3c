"""One key press that can be taken back, and one press of the keys that do so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.plan import OwnChange


@dataclass(eq=False, slots=True)
class UndoStep:
    """One key press: what it asked for, and what became of that.

    `results` is keyed by the id of the action as it was first asked for; a redo overwrites it.
    `restored` likewise, of what took it back. `running` is the press id of what was sent last.
    `own` is what confmon itself changed with it.
    """

    actions: tuple[Action, ...]
    running: str
    own: OwnChange | None = None
    results: dict[str, Result] = field(default_factory=dict)
    restored: dict[str, Result] = field(default_factory=dict)
    renewed: dict[str, Action] = field(default_factory=dict)
    """The actions of which the value before was read again when they were sent, by their id."""
    name: str = ""
    end: Callable[[], str] | None = None
    """What takes back a press that began a standing order, and returns what there is to say."""

    @property
    def title(self) -> str:
        """How it is named: ``mute Ann Lee``, ``hold 300 callers``."""
        if self.name or self.actions:
            return self.name or title_of(self.actions)
        return self.own.title if self.own else ""


def title_of(actions: Sequence[Action]) -> str:
    """Return how what was done by one key press is named."""
    if len({action.verb for action in actions}) > 1:
        return ", ".join(f"{action.verb.replace('_', ' ')} {action.label}" for action in actions)
    verb, count = actions[0].verb.replace("_", " "), len(actions)
    return f"{verb} {actions[0].label if count == 1 else f'{count} callers'}"


@dataclass(eq=False, slots=True)
class Run:
    """One press of `u` or `ctrl+y`: what it still has to do, and who was left as they are."""

    press: UndoStep
    back: bool
    id: str
    group: str | None
    rest: int
    sent: int = 0
    refused: int = 0
    unsettled: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    halted: bool = False
    tells: bool = False
    """Whether there is something to say when it is over: not while its key is being answered."""

    @property
    def word(self) -> str:
        """What it is called."""
        return "undo" if self.back else "redo"


@dataclass(eq=False, slots=True)
class Step:
    """One target of a run, waiting until nothing is under way on it."""

    run: Run
    action: Action


@dataclass(frozen=True, slots=True)
class Running:
    """A bulk that has not sent everything yet: `sent` of `total` targets, and what it is doing.

    `is_last` is whether it is what `u` would take back, and so stop.
    """

    press: str
    doing: str
    sent: int
    total: int
    is_last: bool
