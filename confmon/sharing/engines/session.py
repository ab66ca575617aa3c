"""psycopg as confmon needs it: it does not wait for ever, and knows the same types as SQLite."""

from __future__ import annotations

import re
import select
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.adapt import Dumper
from psycopg.types.numeric import (
    Int8BinaryDumper,
    Int8Dumper,
    NumericBinaryLoader,
    NumericLoader,
)
from psycopg.waiting import Ready, Wait

from confmon.sharing.engine import Row, storable
from confmon.sharing.engines.failures import explain_connecting

if TYPE_CHECKING:
    from decimal import Decimal

    from psycopg.abc import Buffer, PQGen

T = TypeVar("T")

_PART = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\?|%")

_READABLE = select.POLLIN | select.POLLHUP | select.POLLERR


class NothingHeard(Exception):
    """The server did not answer in time."""


class OptionsRefused(Exception):
    """A pooler does not let a session start with settings of its own."""


class Session(psycopg.Connection[Row]):
    """A connection that waits at most `patience_s`: psycopg only limits how long it connects."""

    patience_s = 0.0

    def wait(self, gen: PQGen[T], *_: Any, **__: Any) -> T:
        """Run what talks to the server, as psycopg does, but only for a time. NothingHeard."""
        until = time.monotonic() + self.patience_s
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(self._poll(wanted, until - time.monotonic()))
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _poll(self, wanted: Wait, left_s: float) -> Ready:
        poll = select.poll()
        reads, writes = wanted & Wait.R, wanted & Wait.W
        poll.register(
            self.pgconn.socket, (select.POLLIN if reads else 0) | (select.POLLOUT if writes else 0)
        )
        found = poll.poll(max(0.0, left_s) * 1000)
        if not found:
            raise NothingHeard
        event = found[0][1]
        if event & select.POLLOUT and not event & _READABLE:
            return Ready.W
        return Ready.RW if event & select.POLLOUT else Ready.R


class _Text(Dumper):
    """Text, without what PostgreSQL can't keep."""

    def dump(self, obj: str) -> Buffer:
        return storable(obj).encode()


class _Bool(Dumper):
    """A truth value as a number: SQLite has no other."""

    oid = 20  # int8

    def dump(self, obj: bool) -> Buffer:
        return b"1" if obj else b"0"


class _Number(NumericLoader):
    """A sum or mean: PostgreSQL makes it decimal, SQLite does not."""

    def load(self, data: Buffer) -> Any:
        return _plain(super().load(data))


class _BinaryNumber(NumericBinaryLoader):
    def load(self, data: Buffer) -> Any:
        return _plain(super().load(data))


def _plain(number: Decimal) -> int | float:
    return int(number) if number.is_finite() and number == number.to_integral() else float(number)


def connect(given: dict[str, Any], patience_s: float) -> Session:
    """Connect by libpq's parameters. ShareUnavailable; OptionsRefused: a pooler is in between."""
    try:
        db = Session.connect(autocommit=True, prepare_threshold=None, **given)
    except psycopg.Error as error:
        text = str(error)
        if "unsupported startup parameter" in text:  # a pooler's own words, never translated
            raise OptionsRefused from None
        needs = bool(error.pgconn and error.pgconn.needs_password)
        raise explain_connecting(text, needs_password=needs) from None
    db.patience_s = patience_s
    # A type may not depend on a value: SQLite has one kind of number.
    db.adapters.register_dumper(int, Int8Dumper)
    db.adapters.register_dumper(int, Int8BinaryDumper)
    db.adapters.register_dumper(bool, _Bool)
    db.adapters.register_dumper(str, _Text)
    db.adapters.register_loader("numeric", _Number)
    db.adapters.register_loader("numeric", _BinaryNumber)
    return db


@lru_cache(maxsize=512)
def to_psycopg(statement: str) -> str:
    """Return a statement with `%s` for each `?` outside of quotes, and `%%` for each `%`."""
    return _PART.sub(lambda part: "%s" if part[0] == "?" else part[0].replace("%", "%%"), statement)
