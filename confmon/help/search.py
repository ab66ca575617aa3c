"""Looks for words in the topics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confmon.help.markdown import plain
from confmon.help.topic import TOPICS, read_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confmon.help.topic import Topic


class Hit(NamedTuple):
    """A place that has all words: the topic, the heading it is under, and the sentence or row."""

    topic: str
    heading: str
    text: str


def search(query: str, names: Iterable[str] = TOPICS) -> list[Hit]:
    """Return where all words of a query are found together, whatever their case.

    Topics that have the words in name, title or summary come first.
    """
    words = query.casefold().split()
    if not words:
        return []
    topics = sorted(map(read_topic, names), key=lambda topic: not _is_about(topic, words))
    return [hit for topic in topics for hit in _hits(topic, words)]


def _is_about(topic: Topic, words: list[str]) -> bool:
    text = f"{topic.name} {topic.title} {topic.summary}".casefold()
    return all(word in text for word in words)


def _hits(topic: Topic, words: list[str]) -> Iterator[Hit]:
    heading = topic.title
    if _is_about(topic, words):
        yield Hit(topic.name, heading, topic.summary)
    for block in topic.blocks:
        if block.kind == "heading":
            heading = plain(block.text)
            texts = [heading] if block.level > 1 else []
        elif block.kind == "code":
            texts = block.text.splitlines()
        elif block.kind == "table":
            texts = ["  ".join(filter(None, map(plain, row))) for row in block.rows[1:]]
        else:
            texts = [plain(block.text)]
        for text in texts:
            folded = text.casefold()
            if text != topic.summary and all(word in folded for word in words):
                yield Hit(topic.name, heading, _sentence(text, words))


def _sentence(text: str, words: list[str]) -> str:
    """Return the sentence with the most of the words, the first of them."""
    sentences = re.split(r"(?<=[.;:]) (?=\S)", text)
    return max(sentences, key=lambda sentence: sum(word in sentence.casefold() for word in words))
