"""What the palette finds: commands, each with its key, and the meetings and callers to go to.

Wire text is drawn as plain text: Textual reads the prompt of a hit as markup if it is a string.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Provider

from confmon.commands import sign_of
from confmon.help.topic import TOPICS, read_topic
from confmon.models.people.folding import fold
from confmon.monitor.lookup import Lookup
from confmon.tui.prompt.typed import Host, visit

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from textual.command import Hits

    from confmon.commands import Command
    from confmon.models.live_records import LiveResource
    from confmon.monitor.lookup import Found

MOST = 8
"""So many meetings, and so many callers, are shown."""

_BEGINS, _HAS, _RECORD, _REST, _ALIKE, _TOPIC = 4.0, 3.0, 2.0, 1.5, 1.0, 0.5
"""Scores: a command beginning with what was typed comes before one that has it, before
meetings and callers, before how many more there are, before a command with its letters apart,
before a topic of the help."""


class Finder(Provider):
    """Finds commands, meetings and callers. Those are gone to; nothing is done to them."""

    @property
    def _screen(self) -> Host:
        return cast("Host", self.screen)

    async def startup(self) -> None:
        """Begin with nothing searched."""
        self._lookup = Lookup(self._screen.session)

    async def discover(self) -> Hits:
        """Offer every command, as nothing is typed yet."""
        for command in sorted(self._screen.offered(), key=lambda command: command.label):
            shown, do = self._titled(Text(command.label), command), self._does(command)
            yield DiscoveryHit(shown, do, text=command.label, help=command.help)
        for title, summary, show in self._topics():
            yield DiscoveryHit(Text(title), show, text=title, help=summary)

    async def search(self, query: str) -> Hits:
        """Find what has been typed."""
        matcher, typed = self.matcher(query), fold(query)
        for command in self._screen.offered():
            label = fold(command.label)
            if (alike := matcher.match(command.label)) > 0:
                score = _BEGINS if label.startswith(typed) else _HAS if typed in label else _ALIKE
                shown = Text(command.label)
                shown.highlight_words(query.split(), "bold underline", case_sensitive=False)
                yield Hit(
                    score + min(alike, 100.0) / 1000, self._titled(shown, command),
                    self._does(command), text=command.label, help=command.help,
                )  # fmt: skip
        for title, summary, show in self._topics():
            if (alike := matcher.match(title)) > 0:
                score = _TOPIC + min(alike, 100.0) / 1000
                yield Hit(score, Text(title), show, text=title, help=summary)
        kinds: tuple[tuple[LiveResource, str], ...] = (("meeting", "meetings"), ("call", "callers"))
        for kind, named in kinds:
            finds = await self._lookup.find(kind, query, MOST)
            for place, found in enumerate(finds.shown):
                go = partial(visit, self._screen, found, self._lookup)
                yield Hit(_RECORD - place / 100, _words(found), go, text=found.name)
            if finds.more:
                words = f"and {finds.more:,} more {named}"
                show_all = partial(self._screen.navigator.show_all, kind, query)
                yield Hit(_REST, Text(words, style="dim"), show_all, text=words)

    def _titled(self, shown: Text, command: Command) -> Text:
        """Return a label with the key that does the same."""
        sign = sign_of(command, self._screen.session.settings.keys)
        return shown.append(f"  {sign}", "bold not underline") if sign else shown

    def _topics(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """Yield the title and the summary of each topic of the help, and what shows it."""
        for topic in map(read_topic, TOPICS):
            yield f"Help: {topic.title}", topic.summary, partial(self._show_topic, topic.name)

    def _show_topic(self, name: str) -> None:
        from confmon.tui.dialogs.topics import TopicsDialog

        self.app.push_screen(TopicsDialog(name))

    def _does(self, command: Command) -> Callable[[], Coroutine[Any, Any, None]]:
        return partial(self._screen.run_command, command.id)


def _words(found: Found) -> Text:
    """Return a meeting or caller in one line."""
    return Text.assemble(found.name, (f"  {found.more}", "dim not bold"), no_wrap=True)
