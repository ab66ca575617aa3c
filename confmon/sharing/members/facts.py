"""Small facts that one operator says and all see: five tables with one mechanism."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args

from confmon.sharing.engine import WORD_LENGTH
from confmon.sharing.members.presence import ARE_SHORT, BEAT_S
from confmon.sharing.members.row_text import (
    ID_LENGTH,
    KEY_LENGTH,
    read_data,
    read_number,
    read_operator,
    read_text,
)
from confmon.sharing.members.table_copy import Stamp, TableCopy, to_stamp
from confmon.sharing.records import Fact, FactKind, Operator

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from confmon.clock import Clock
    from confmon.sharing.engine import Connection, Row

KINDS: Final[tuple[FactKind, ...]] = get_args(FactKind)
OF_MEMBERS: Final[tuple[FactKind, ...]] = ("claim", "standing_order")
"""Kinds that end when the confmon that put them is gone."""
DATA_BYTES: Final = 16_384
"""No fact may be larger."""

_COLUMNS: Final = "key, at, operator, box, member, expires, data"
# What is longer than anything that a confmon says is not even fetched.
_COUNTS: Final = (
    f"(expires = 0 OR expires > now_ms()) AND length(data) <= {DATA_BYTES}"
    f" AND length(key) <= {KEY_LENGTH} AND {ARE_SHORT}"
)
_EXPIRES: Final = "CASE WHEN ? > 0 THEN now_ms() + ? ELSE 0 END"
_INSERT: Final = (
    "INSERT INTO {} (key, operator, box, member, data, at, expires)"
    f" VALUES (?, ?, ?, ?, ?, now_ms(), {_EXPIRES}) ON CONFLICT (key) DO"
)
_PUT: Final = (
    _INSERT + " UPDATE SET operator = excluded.operator, box = excluded.box,"
    " member = excluded.member, at = excluded.at, expires = excluded.expires,"
    " data = excluded.data"
)
_PUT_IF_GONE: Final = _INSERT + " NOTHING"
_RENEW: Final = f"UPDATE {{}} SET expires = {_EXPIRES} WHERE member = ? AND key IN ({{}})"
_STILL: Final = "SELECT key FROM {} WHERE member = ? AND key IN ({})"
_IS_GONE: Final = "-"
"""Between a kind and a key: a word that this fact is gone, so that nobody reads all the others."""
_REFRESH_S: Final = 1.0
_IS_MEMBER: Final = "SELECT 1 FROM member WHERE member = ?"
_AT_ONCE: Final = 200
"""So many keys are renewed by one statement."""
_DROP: Final = "DELETE FROM {} WHERE key = ?"
_LEAVE: Final = "DELETE FROM {} WHERE member = ?"
_EXPIRED: Final = "DELETE FROM {} WHERE expires > 0 AND expires <= now_ms()"
# Only if the row was deleted: then its member finds that out, and says it again.
_ORPHANED: Final = "DELETE FROM {} WHERE member NOT IN (SELECT member FROM member)"


def _gone(kind: FactKind, key: str) -> str:
    """Return the word that a fact is gone; of a long key only that its kind was changed."""
    word = f"{kind}{_IS_GONE}{key}"
    return word if len(word.encode()) <= WORD_LENGTH else kind


def to_text(data: Mapping[str, Any]) -> str:
    """Return the data of a fact as it is written. ValueError: it is too large; TypeError."""
    text = json.dumps(dict(data), separators=(",", ":"))
    if len(text) > DATA_BYTES:
        raise ValueError(f"a fact of {len(text)} bytes is too large to be shared")
    return text


@dataclass(slots=True)
class _Own:
    data: str
    lasts_ms: int
    renewed_at: float


class Facts:
    """What this confmon says, and a copy of what all say."""

    def __init__(self, member: str, who: Operator, clock: Clock) -> None:
        self._member, self._who, self._clock = member, who, clock
        self._own: dict[tuple[FactKind, str], _Own] = {}
        """What is renewed while this confmon lives."""
        self._allowed: frozenset[FactKind] = frozenset(KINDS)
        self._waiting: dict[tuple[FactKind, str], _Own | None] = {}
        """What is not written yet. None: it is to be taken back."""
        self._copies = {
            kind: TableCopy(kind, _COLUMNS, _COUNTS, partial(_to_fact, kind)) for kind in KINDS
        }
        self._maybe_changed: set[FactKind] = set()
        self._refresh_at = clock.now()
        self.known: Mapping[FactKind, Mapping[str, Fact]] = MappingProxyType({})

    def allow(self, kinds: Collection[FactKind]) -> None:
        """Say only facts of these kinds: into the other tables the role may not write."""
        self._allowed = frozenset(kinds)
        for known in (self._own, self._waiting):
            for kind, key in [fact for fact in known if fact[0] not in self._allowed]:
                del known[kind, key]

    def put(self, kind: FactKind, key: str, text: str, lasts_s: float) -> None:
        """Say something at the next `write`. `text` is made by `to_text`."""
        if kind not in self._allowed:
            return
        own = _Own(text, round(lasts_s * 1000), self._clock.now())
        self._waiting[kind, key] = own
        if own.lasts_ms or kind in OF_MEMBERS:
            self._own[kind, key] = own

    def drop(self, kind: FactKind, key: str) -> None:
        """Take something back at the next `write`."""
        if kind not in self._allowed:
            return
        self._waiting[kind, key] = None
        self._own.pop((kind, key), None)

    def write(self, connection: Connection) -> set[FactKind]:
        """Write what waits. Returns the kinds that were changed."""
        kinds: set[FactKind] = set()
        words: set[str] = set()
        for (kind, key), own in list(self._waiting.items()):
            if own is None:
                connection.execute(_DROP.format(kind), (key,))
                self._copies[kind].forget(key)
                words.add(_gone(kind, key))
            else:
                connection.execute(_PUT.format(kind), self._values(key, own))
                words.add(kind)
            kinds.add(kind)
            del self._waiting[kind, key]
        for word in sorted(words):
            connection.notify(word)
        return kinds

    def renew(self, connection: Connection) -> None:
        """Let last what this confmon says. What another took back, or says now, it says no more."""
        now = self._clock.now()
        groups: dict[tuple[FactKind, int], list[str]] = {}
        for (kind, key), own in self._own.items():
            # A fact that lasts long need not be renewed at every heartbeat.
            lives_s = own.lasts_ms / 1000 - BEAT_S
            if now - own.renewed_at >= lives_s / 2 or not own.lasts_ms:
                groups.setdefault((kind, own.lasts_ms), []).append(key)
        for (kind, lasts_ms), keys in groups.items():
            for begin in range(0, len(keys), _AT_ONCE):
                self._renew(connection, kind, lasts_ms, keys[begin : begin + _AT_ONCE])

    def _renew(
        self, connection: Connection, kind: FactKind, lasts_ms: int, keys: Sequence[str]
    ) -> None:
        marks = ", ".join("?" * len(keys))
        values = (self._member, *keys)
        still = set(keys)
        renewed = connection.execute(_RENEW.format(kind, marks), (lasts_ms, lasts_ms, *values))
        if renewed < len(keys):
            still = {row[0] for row in connection.query(_STILL.format(kind, marks), values)}
            if not connection.query(_IS_MEMBER, (self._member,)):
                return  # all of it was deleted: after the next heartbeat it is said again
        now = self._clock.now()
        for key in keys:
            if key in still or (kind, key) in self._waiting:
                self._own[kind, key].renewed_at = now
            else:
                del self._own[kind, key]

    def say_again(self, connection: Connection) -> None:
        """Say again what may have expired while the database was away."""
        for (kind, key), own in self._own.items():
            if connection.execute(_PUT_IF_GONE.format(kind), self._values(key, own)):
                connection.notify(kind)

    def refresh(self, connection: Connection, kinds: Iterable[FactKind]) -> None:
        """Read what is new of some kinds."""
        changed = [
            kind
            for kind, stamp in self._read_stamps(connection, kinds).items()
            if self._copies[kind].refresh_to(connection, stamp)
        ]
        if changed:
            known = dict(self.known)
            for kind in changed:
                values = self._copies[kind].values()
                known[kind] = MappingProxyType({fact.key: fact for fact in values})
            self.known = MappingProxyType(known)

    def kinds_due(self, words: Iterable[str]) -> set[FactKind]:
        """Return what was named now, and once a second what may have changed."""
        now, named = self._clock.now(), set()
        for word in words:
            kind, _, key = word.partition(_IS_GONE)
            named.add(kind)
            if key and kind in self._copies:
                self._copies[kind].forget(key)
        if "any" in named:
            self._maybe_changed.update(KINDS)
        kinds: set[FactKind] = {kind for kind in KINDS if kind in named}
        if now >= self._refresh_at:
            self._refresh_at = now + _REFRESH_S
            kinds |= self._maybe_changed
            self._maybe_changed.clear()
        return kinds

    def _read_stamps(
        self, connection: Connection, kinds: Iterable[FactKind]
    ) -> dict[FactKind, Stamp]:
        """Return the stamps of some tables, by one statement that answers with one text."""
        in_order = sorted(kinds)  # always the same statement, so that it is prepared once
        if not in_order:
            return {}
        parts = " || ',' || ".join(f"({self._copies[kind].stamp})" for kind in in_order)
        stamps = connection.query(f"SELECT {parts} AS s")[0][0].split(",")
        return dict(zip(in_order, map(to_stamp, stamps), strict=True))

    def leave(self, connection: Connection) -> None:
        """Take back what ends with this confmon."""
        for kind in dict.fromkeys(kind for kind, _ in self._own if kind in OF_MEMBERS):
            if connection.execute(_LEAVE.format(kind), (self._member,)):
                connection.notify(kind)

    def delete_old(self, connection: Connection) -> None:
        """Delete what has expired, and what members put that are gone."""
        for kind in KINDS:
            gone = connection.execute(_EXPIRED.format(kind))
            if kind in OF_MEMBERS:
                gone += connection.execute(_ORPHANED.format(kind))
            if gone:
                connection.notify(kind)

    def _values(self, key: str, own: _Own) -> tuple[object, ...]:
        return (key, *self._who, self._member, own.data, own.lasts_ms, own.lasts_ms)


def _to_fact(kind: FactKind, row: Row) -> Fact:
    key, at, operator, box, member, expires, text = row
    try:
        data = json.loads(text) if len(text) <= DATA_BYTES else None
    except RecursionError:
        data = None
    if not isinstance(data, dict):
        raise ValueError("not the data of a fact")
    return Fact(
        kind,
        read_text(key, KEY_LENGTH),
        read_operator(operator, box),
        read_text(member, ID_LENGTH),
        read_number(at),
        read_number(int(expires)),
        MappingProxyType(read_data(data)),
    )
