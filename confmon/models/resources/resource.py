"""What a row of the resource table says: a kind of record, its fields, and how each is treated.

The client, the port, the pollers, the checks, the command line, the forms, the details pane and
the masking of numbers and codes read these rows. A new field is one line, a new resource one row.
Nothing heavy is imported: the grammar of the command line is made from the table before the first
frame of the screen.
"""

from __future__ import annotations

import re
from importlib import import_module
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    TypeVar,
    cast,
    dataclass_transform,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from confmon.models.attributes.catalogue import Where
    from confmon.models.records import Record

    Check = Callable[[object], object]
    Hints = Mapping[int, str]

R = TypeVar("R", bound="Record")
R_co = TypeVar("R_co", bound="Record", covariant=True)

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
ApiName = Literal["directory", "mediator", "core"]
Change = Literal["create", "update", "replace", "delete"]
Phone = Literal["person", "rented", "in_text", "dids"]
"""The phone number in a field: a person's, one rented to be dialled, one in a text, whole DIDs."""
Show = Literal["", "moment", "lasting", "seconds", "role", "dids"]
"""How a value is shown where it is not shown as it is."""

NOTHING: Mapping[Any, Any] = MappingProxyType({})

_IN_WORDS: Mapping[Change, tuple[str, str]] = {
    "create": ("creating…", "created"),
    "update": ("changing…", "changed"),
    "replace": ("replacing…", "replaced"),
    "delete": ("deleting…", "deleted"),
}


@dataclass_transform(frozen_default=True)
class Row:
    """A row with the fields that its class annotates, in that order.

    A dataclass to type checkers; making one of the real ones takes a hundred times as long.
    """

    __row__: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        cls.__row__ = {name: vars(cls).get(name) for name in cls.__annotations__}

    def __init__(self, *values: Any, **named: Any) -> None:
        vars(self).update(self.__row__)
        vars(self).update(zip(self.__row__, values, strict=False))
        vars(self).update(named)


class Flag(Row):
    """The flag that sets a field. It is called like the field unless `name` says otherwise.

    `low` makes it take whole numbers from there. With `many` it is given once for each value.
    Without `help` it says what the form says of the field.
    """

    metavar: str
    help: str = ""
    name: str = ""
    low: int | None = None
    many: bool = False
    commands: tuple[str, ...] = ("create", "update")


class Shape(Row):
    """A column that shows a field, as `confmon.monitor.views.live_columns.Column` has it.

    `place` orders it among the others, those that show more than a field included. A moment needs
    no width.
    """

    id: str
    title: str
    width: int = 0
    place: int = 99
    grow: int = 0
    priority: int = 0
    align: Literal["left", "right"] = "left"
    tone: str = ""


class Field(Row):
    """A field of a record, called `name` there.

    `check` returns a value as it is sent, or raises ValueError with what the field takes; without
    one the field can't be set. A field with a `label` is in the form of its resource; `help` says
    what it means there, and `empty` what it means to leave it empty; `new_help` and `new_empty`
    are for a new one, where they differ. `nullable`: emptied, it is sent as null.
    `refers_to` is the list in which the record with this id is. `kept`: the audit log keeps it of
    a record that is deleted. `is_long`: lists leave it out unless it is asked for; those that are
    polled leave out what is not `is_polled` too.
    """

    name: str
    check: Check | None = None
    label: str = ""
    help: str = ""
    new_help: str = ""
    empty: str = ""
    new_empty: str = ""
    is_required: bool = False
    is_for_new_only: bool = False
    nullable: bool = False
    refers_to: str = ""
    phone: Phone | None = None
    secret: bool = False
    kept: bool = False
    is_long: bool = False
    is_polled: bool = True
    show: Show = ""
    flag: Flag | None = None
    column: Shape | None = None


class Resource(Row, Generic[R_co]):
    """A kind of record that an API keeps: how it is called, reached, shown and changed.

    `name` is in the verbs of the audit log (``did_group_update``), `plural` names the list, `word`
    and `title` are for people. `record` is the class below `confmon.models`. `key` is the field it
    is reached by, `created` the one that tells it from another that is given the same key.
    `commands` has the help of each command, ``list`` and ``family`` included.
    """

    name: str
    plural: str
    word: str
    title: str
    api: ApiName
    path: str
    record_path: str
    key: str
    fields: tuple[Field, ...]
    created: str = ""
    section: str = ""
    """The section of the screen that has its list."""
    is_snake: bool = False
    """Whether the API spells its fields as the records do."""
    key_flag: Flag = Flag("ID", name="id", low=0)
    commands: Mapping[str, str] = NOTHING
    changes: Mapping[Change, Method] = NOTHING
    asks: tuple[Change, ...] = ("create", "delete")
    """What the command line asks about first."""
    words: Mapping[Change, tuple[str, str]] = NOTHING
    """How a change reads while it is under way and when it is done, where not as usual."""
    label: Callable[[Any, Callable[[str | None], str]], Sequence[str]] = lambda _, __: ()
    """The words that name a record; the second argument cuts a phone number if need be."""
    new_label: Callable[[Mapping[str, Any]], Sequence[str]] = lambda _: ()
    """The words that name a new one, of its body."""
    check_new: Callable[[Mapping[str, Any]], None] = lambda _: None
    """Raises ValueError where the fields of a new one don't go together."""
    placed: Where | None = None
    """Where the catalogue of attributes has it; None: it has attributes of any name, or none."""
    new_attributes: bool = False
    """Whether a new one can be given attributes on the command line."""
    form_first: tuple[str, ...] = ()
    """The fields that come first in the form; the others follow as they are here."""
    has_codes: bool = False
    """Whether its records have access codes."""
    is_brief: bool = False
    """Whether its records last for seconds: the list is read often while there are any."""
    on_request: tuple[str, ...] = ()
    """The wire names that a list has only if they are asked for."""
    never: str = ""
    """The wire name that is never asked for: a secret that nobody here needs."""
    long_page: bool = True
    """Whether a page of a list may be long, with the long fields in it."""
    hints: Hints = NOTHING
    """What the operator can do, by HTTP status."""
    method_hints: Mapping[str, Hints] = NOTHING
    """The same for one method; ``LIST`` is reading a list."""

    @property
    def record(self) -> type[R_co]:
        """The class of its records."""
        module, _, name = self.record_path.rpartition(".")
        return cast("type[R_co]", getattr(import_module(f"confmon.models.{module}"), name))

    @property
    def record_name(self) -> str:
        """The name of the class of its records."""
        return self.record_path.rpartition(".")[2]

    @property
    def command(self) -> str:
        """What the command line calls it."""
        return self.name.replace("_", "-")

    @property
    def list_command(self) -> str:
        """What the command line calls its list."""
        return self.plural.replace("_", "-")

    def wire(self, name: str) -> str:
        """Return a field's name on the wire."""
        if self.is_snake:
            return name
        head, *rest = name.split("_")
        return head + "".join(part.title() for part in rest)

    def by_wire(self) -> dict[str, Field]:
        """Return the fields by their names on the wire."""
        return {self.wire(field.name): field for field in self.fields}

    def field(self, name: str) -> Field | None:
        """Return the field that a record calls `name`."""
        return next((field for field in self.fields if field.name == name), None)

    def long_fields(self) -> tuple[str, ...]:
        """Return the fields that lists leave out."""
        return tuple(field.name for field in self.fields if field.is_long)

    def unpolled_fields(self) -> tuple[str, ...]:
        """Return the fields that polled lists leave out."""
        return tuple(field.name for field in self.fields if field.is_long or not field.is_polled)

    @property
    def is_named_by_phones(self) -> bool:
        """Whether the label of a record has phone numbers in it."""
        return bool({"person", "rented"} & set(self.phones().values()))

    def phones(self) -> dict[str, Phone]:
        """Return the fields that have phone numbers, and of which kind they are."""
        return {field.name: field.phone for field in self.fields if field.phone is not None}

    def flags(self, command: str) -> Iterator[tuple[Field, Flag]]:
        """Yield the fields that a command sets, with their flags: what a new one needs first."""
        new = command == "create"
        fields = sorted(self.fields, key=lambda own: not (new and own.is_required))
        for field in fields:
            if field.flag and command in field.flag.commands and (new or not field.is_for_new_only):
                yield field, field.flag

    def form(self, *, new: bool) -> tuple[Field, ...]:
        """Return the fields of its form: of a new one those that it needs come first."""
        found = [
            field for field in self.fields if field.label and (new or not field.is_for_new_only)
        ]
        first = self.form_first
        found.sort(key=lambda field: first.index(field.name) if field.name in first else len(first))
        if new:
            found.sort(key=lambda field: not field.is_required)
        return tuple(found)

    @property
    def verbs(self) -> tuple[str, ...]:
        """What the audit log calls what can be done to a record: ``room_update``."""
        reveal = ("reveal",) if self.has_codes else ()
        return tuple(f"{self.name}_{done}" for done in (*self.changes, *reveal))

    def in_words(self, change: Change) -> tuple[str, str]:
        """Return how a change reads while it is under way, and when it is done."""
        return self.words.get(change) or _IN_WORDS[change]


def attribute_name(wire: str) -> str:
    """Return what a record calls a field of the wire.

    >>> attribute_name("didGroupId"), attribute_name("maximum_ttl")
    ('did_group_id', 'maximum_ttl')
    """
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", wire)
