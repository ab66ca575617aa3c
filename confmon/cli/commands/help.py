"""`confmon help`: the topics, a search through them, and the man page."""

from __future__ import annotations

import shutil
import sys
from textwrap import fill
from typing import TYPE_CHECKING

from confmon.help.layout import lay_out
from confmon.help.search import search
from confmon.help.topic import TOPICS, read_topic
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

WIDTH, NARROW, WIDE = 80, 40, 100
"""Columns: where stdout is no terminal, and the least and the most on one."""


def run(arguments: Namespace) -> int:
    """Print a topic, what was searched for, the man page, or the list of topics."""
    if arguments.man:
        if arguments.topic:
            raise exits.CliExit(exits.USAGE, "confmon help: --man prints all topics; name none")
        from confmon.help.man_page import man_page

        print(man_page(), end="")
    elif arguments.search is not None:
        return _print_hits(arguments.search, (arguments.topic,) if arguments.topic else TOPICS)
    elif arguments.topic:
        for line in lay_out(read_topic(arguments.topic).blocks, _width()):
            print(line.text)
    else:
        print("\n".join(_overview()))
    return exits.OK


def _width() -> int:
    if not sys.stdout.isatty():
        return WIDTH
    return max(NARROW, min(WIDE, shutil.get_terminal_size((WIDTH, 24)).columns))


def _overview() -> Iterator[str]:
    yield "confmon help TOPIC prints one of these:"
    yield ""
    broad = max(map(len, TOPICS)) + 2
    for topic in map(read_topic, TOPICS):
        yield fill(
            f"{topic.name:<{broad}}{topic.summary}", _width(),
            initial_indent="  ", subsequent_indent=" " * (broad + 2),
        )  # fmt: skip
    yield ""
    yield "confmon help --search WORD looks through them, confmon help --man is a man page."
    yield "confmon COMMAND --help tells what goes with a command."


def _print_hits(query: str, names: tuple[str, ...]) -> int:
    hits = search(query, names)
    if not hits:
        print(f"No topic has {query!r}.", file=sys.stderr)
        return exits.NOT_PROVED
    for nth, topic in enumerate(dict.fromkeys(hit.topic for hit in hits)):
        print(f"{chr(10) if nth else ''}{topic}: {read_topic(topic).title}")
        for text in dict.fromkeys(hit.text for hit in hits if hit.topic == topic):
            print(fill(text, _width(), initial_indent="  ", subsequent_indent="    "))
    return exits.OK
