"""From JSON to records, by pydantic, forgiving of all but the key.

Items are validated one by one. A field in a shape nobody can read becomes None (a list: without
that item); only the key is indispensable. `confmon.models.records` has the types of the fields.
"""

from __future__ import annotations

import os
from dataclasses import fields, replace
from functools import cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic_core import ValidationError

from confmon.models.records import EXACT, PLAIN, READ, Inexact, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# no plugin of somebody else's may reach into validation, and looking for one takes 10 ms
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"

T = TypeVar("T", bound=Record)
Place = tuple[int | str, ...]
"""Where in an object something is: names of fields, and numbers of items."""


class RecordDecoder(Generic[T]):
    """How one kind of record is read.

    A field `inexact` of a record counts how much of its nested arrays was lost.
    """

    def __init__(self, record: type[T]) -> None:
        self.record = record
        self.key: str = record.KEY
        """The key's wire name."""
        names = [field.name for field in fields(record)]  # type: ignore[arg-type]
        self._counts_lost = "inexact" in names
        self.key_of: Callable[[T], Any] = attrgetter(
            next(name for name in names if record.spell(name) == self.key)
        )

    @property
    def is_ready(self) -> bool:
        """Whether `validate` has been made."""
        return "validate" in vars(self)

    @cached_property
    def validate(self) -> Callable[[Any], T]:
        """What validates one object; made when it is first asked for: the first takes 50 ms."""
        from pydantic import TypeAdapter

        validate = TypeAdapter(self.record).validate_python
        return partial(validate, context=EXACT) if self._counts_lost else validate

    def read(self, raw: Any, lost: list[str] | None = None) -> T:
        """Return one record. ValueError: not an object, or without a usable key; clean words.

        What cannot be read is taken out of `raw`; `lost` gets a sentence per item of its arrays.
        """
        try:
            return self.validate(raw)
        except ValidationError as error:
            sentences, inexact = _repair(raw, error.errors(include_url=False))
        record = self.validate(raw)
        if lost is not None:
            lost += sentences
        if inexact and self._counts_lost:
            record = replace(record, inexact=inexact)  # type: ignore[type-var]
        return record


def _repair(raw: Any, errors: Iterable[Mapping[str, Any]]) -> tuple[list[str], int]:
    """Replace what cannot be kept as it was sent, and take out the items that cannot be read.

    Returns a sentence per item that was lost, and how many parts of arrays are not as they were.
    ValueError: nothing of it can be read.
    """
    problems: dict[Place, Inexact | str] = {}
    for error in errors:
        place: Place = error["loc"]
        if place[-1:] == (PLAIN,):
            continue  # the other way to read it has an error of its own
        if place[-1:] == (READ,):
            place = place[:-1]
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, Inexact):
            problems[place] = cause
        elif place and isinstance(place[-1], str):
            missing = error["type"] == "missing" or error["input"] in (None, "")
            problems[place[:-1]] = f"has {'no' if missing else 'an unreadable'} {place[-1]}"
        else:
            problems[place] = "not an object"
    unreadable = [place for place, problem in problems.items() if isinstance(problem, str)]
    if () in unreadable:
        raise ValueError(problems[()])
    sentences: list[str] = []
    inexact = 0
    for place, problem in problems.items():
        if any(place[:end] in unreadable for end in range(1, len(place))):
            continue
        if isinstance(problem, str):
            found = [f"{_words(place)}: {problem}"]
        else:
            found = [f"{_words(place)} {field}" for field in problem.lost]
            _parent(raw, place)[place[-1]] = problem.value
        sentences += found
        inexact += len(found) or len(place) > 1
    for place in sorted(unreadable, reverse=True):
        del _parent(raw, place)[place[-1]]
    return sentences, inexact


def _parent(raw: Any, place: Place) -> Any:
    for part in place[:-1]:
        raw = raw[part]
    return raw


def _words(place: Place) -> str:
    """Return a place in words: ``dids item 0: attributes item 1``."""
    parts = (f" item {part}" if isinstance(part, int) else f": {part}" for part in place)
    return "".join(parts).removeprefix(": ")
