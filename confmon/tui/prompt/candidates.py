"""What a line of the command prompt may mean: commands, and ways to a record. Pure, but for `find`.

`meeting`, `caller`, `room` and `number` take words and go there; any other line is a command, by
its id or its label.
"""

from __future__ import annotations

from dataclasses import dataclass
from os.path import commonprefix
from typing import TYPE_CHECKING, Literal

from confmon.commands import sign_of
from confmon.models.people.folding import digits_of, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.commands import Command
    from confmon.monitor.lookup import Found, Lookup

Way = Literal["meeting", "caller", "room", "number"]
WAYS: dict[Way, str] = {
    "meeting": "go into a meeting, by number or name",
    "caller": "go to a caller, by name or number",
    "room": "show a room, by its number",
    "number": "show a DID, by its digits",
}
MOST = 6
"""So many candidates are shown."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that a line may mean."""

    line: str
    """The line that means this alone; empty: there is none."""
    title: str
    more: str = ""
    sign: str = ""
    """The key that does the same."""
    command: Command | None = None
    found: Found | None = None
    way: Way | None = None
    """Of a room or a number: where to look for the digits in `line`. Else: a word goes on."""
    is_exact: bool = False
    """Whether the line is this one's whole name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a line may mean now. `total` counts those that are not shown, too."""

    shown: tuple[Candidate, ...] = ()
    total: int = 0
    hint: str = ""

    @property
    def meant(self) -> Candidate | None:
        """The one candidate that Enter acts on; None: there is none, or it is not clear which."""
        exact = [candidate for candidate in self.shown if candidate.is_exact]
        if len(exact) == 1:
            return exact[0]
        return self.shown[0] if self.total == 1 else None


def split(line: str) -> tuple[Way | None, str]:
    """Return where to look and for what; None: the line is a command.

    >>> split("caller anna s"), split(" mute all"), split("room")
    (('caller', 'anna s'), (None, 'mute all'), (None, 'room'))
    """
    head, blank, rest = line.strip().partition(" ")
    way = next((known for known in WAYS if known == head.lower()), None)
    goes_on = way is not None and (blank or line.endswith(" "))
    return (way, rest.strip()) if goes_on else (None, line.strip())


def commands_like(text: str, commands: Iterable[Command], remapped: Mapping[str, str]) -> Choice:
    """Return the commands, and the ways to records, that begin with a text."""
    wanted = _plain(text)
    found: list[Candidate] = []
    for command in commands:
        names = (_plain(command.id), _plain(command.label))
        if any(name.startswith(wanted) for name in names):
            found.append(
                Candidate(
                    command.id.replace("_", " "), command.label, command.help,
                    sign_of(command, remapped), command=command, is_exact=wanted in names,
                )
            )  # fmt: skip
    for way, more in WAYS.items():
        if way.startswith(wanted) and not any(candidate.is_exact for candidate in found):
            found.append(Candidate(f"{way} ", f"{way} …", more, way=way))
    found.sort(key=lambda candidate: (not candidate.is_exact, candidate.way is None))
    hint = "" if found else "no such command"
    return Choice(tuple(found[:MOST]), len(found), hint)


async def records_like(way: Way, text: str, lookup: Lookup) -> Choice:
    """Return the records that the words after `way` may mean."""
    if way in ("room", "number"):
        if not (digits := digits_of(text)):
            return Choice(hint=f"which {way}? type its digits")
        line = f"{way} {digits}"
        return Choice((Candidate(line, f"{way} {digits}", WAYS[way], way=way),), 1)
    if not text:
        return Choice(hint=f"which {way}? {WAYS[way]}")
    finds = await lookup.find("meeting" if way == "meeting" else "call", text, MOST)
    shown = tuple(
        Candidate(
            f"meeting {found.key}" if way == "meeting" else "", found.name, found.more, found=found,
            is_exact=way == "meeting" and text == str(found.key),
        )
        for found in finds.shown
    )  # fmt: skip
    return Choice(shown, finds.total, "" if shown else f"no {way} like that is live")


def completed(line: str, choice: Choice) -> str:
    """Return the line as far as all candidates agree on it; the line itself: they do not.

    >>> completed("mu", Choice((Candidate("mute", ""), Candidate("mute all", "")), 2))
    'mute'
    """
    lines = [candidate.line for candidate in choice.shown]
    if not lines or not all(lines) or choice.total > len(lines):
        return line
    common = commonprefix(lines)  # noqa: RUF071 - these are no paths
    begun = _plain(common).startswith(_plain(line)) and len(common) > len(line.strip())
    return common if len(lines) == 1 or begun else line


def _plain(text: str) -> str:
    """Return a name as it may be typed: in any case, with blanks or not.

    >>> _plain("Gain_Up")
    'gain up'
    """
    return " ".join(fold(text).replace("_", " ").split())
