"""What must hold of what several confmon say of themselves: facts, members and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from confmon.sharing.members.facts import OF_MEMBERS
from confmon.sharing.members.presence import IS_HERE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from confmon.sharing.engine import Connection
    from confmon.sharing.records import FactKind

Change = Literal["put", "drop"]

READ_S: Final = 2.9
"""A little less than a request counts."""
KEPT_MS: Final = 150_000
"""A little more than the row of who is gone is kept, or a request that nobody waits for."""

_HERE: Final = f"SELECT member FROM member WHERE {IS_HERE}"  # noqa: S608
_WHO_SAYS: Final = "SELECT key, member, expires FROM {}"
_OF_ONE: Final = "SELECT COUNT(*) FROM {} WHERE member = ?"
_OF_NOBODY: Final = "SELECT key FROM {} WHERE member NOT IN (SELECT member FROM member)"
_OLD_REQUESTS: Final = "SELECT meeting FROM read_request WHERE at < now_ms() - ?"


class FactRules:
    """Looks at the facts that end with a member, after every statement that changes them."""

    def __init__(self, look: Connection) -> None:
        self._look = look
        self._before = self._read()

    def _read(self) -> dict[tuple[FactKind, str], tuple[str, int]]:
        """Return who says what, and until when."""
        return {
            (kind, key): (member, expires)
            for kind in OF_MEMBERS
            for key, member, expires in self._look.query(_WHO_SAYS.format(kind))
        }

    def check(self, name: str, asked: Mapping[tuple[FactKind, str], Change]) -> None:
        """Check what a member changed; `asked` is what an operator there wanted."""
        before, now = self._before, self._read()
        now_ms = self._look.query("SELECT now_ms()")[0][0]
        here = {row[0] for row in self._look.query(_HERE)}
        for fact, (owner, expires) in before.items():
            if owner == name or 0 < expires <= now_ms:
                continue
            says, _ = now.get(fact, ("", 0))
            if says == "":
                may = asked.get(fact) == "drop" or owner not in here
                assert may, f"{name} takes back what {owner} says"
            elif says != owner:
                assert says == name, f"{name} says something for another"
                assert asked.get(fact) == "put", f"{name} says again what {owner} says by now"
        self._before = now


def changes_facts(statement: str) -> bool:
    """Tell whether a statement changes a table that `FactRules` looks at."""
    words = statement.split()
    return words[0] != "SELECT" and not set(words).isdisjoint(OF_MEMBERS)


def what_is_changed(
    statement: str, values: Sequence[Any]
) -> tuple[FactKind, str, Change] | int | None:
    """Return the fact that an operator wanted changed, the meeting to be read, or None."""
    words = statement.split()
    if words[:3] == ["INSERT", "INTO", "read_request"]:
        return int(values[0])
    for kind in OF_MEMBERS:
        if words[:3] == ["INSERT", "INTO", kind] and "excluded.data" in words:
            return kind, values[0], "put"
        if words == ["DELETE", "FROM", kind, "WHERE", "key", "=", "?"]:
            return kind, values[0], "drop"
    return None


def check_left(look: Connection, name: str) -> None:
    """Check that nothing is there any more of a member that has left in order."""
    for table in ("member", *OF_MEMBERS):
        count = look.query(_OF_ONE.format(table), (name,))[0][0]
        assert not count, f"of who has left, something is in {table}"
    held = look.query("SELECT holder FROM lease WHERE expires > now_ms()")
    assert (name,) not in held, "who has left has the lease"


def check_tidy(look: Connection, here: Collection[str]) -> None:
    """Check that after a quiet time there are no rows that nobody needs."""
    names = {row[0] for row in look.query("SELECT member FROM member")}
    assert names == set(here), f"rows of members that are gone: {names - set(here)}"
    for kind in OF_MEMBERS:
        assert not look.query(_OF_NOBODY.format(kind)), f"old rows in {kind}"
    assert not look.query(_OLD_REQUESTS, (KEPT_MS,)), "old requests are kept"
