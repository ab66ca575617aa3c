"""The topics of the help: their names, and how to read one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from confmon.help.markdown import parse, plain

if TYPE_CHECKING:
    from confmon.help.markdown import Block

FOLDER = Path(__file__).with_name("topics")

TOPICS = (
    "install", "setup", "screen", "actions", "keys", "filter", "views", "attention", "queue",
    "orders", "history", "sharing", "rooms", "forwarding", "commands", "lists", "record",
    "monitoring", "settings", "security", "audit", "demo", "slow-lines", "speed", "limits", "api",
    "troubleshooting",
)  # fmt: skip
"""In the order of reading; a test compares with the files."""


class Topic(NamedTuple):
    """One topic. `summary` is its first paragraph: one sentence, without markup."""

    name: str
    title: str
    summary: str
    blocks: tuple[Block, ...]
    """All of it, with the title first."""


@cache
def read_topic(name: str) -> Topic:
    """Return a topic by its name, one of `TOPICS`."""
    blocks = tuple(parse((FOLDER / f"{name}.md").read_text(encoding="utf-8")))
    return Topic(name, plain(blocks[0].text), plain(blocks[1].text), blocks)
