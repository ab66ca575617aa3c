"""A list is as it was asked for, whatever the server makes of the asking."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from confmon.cli.filtering.expression import parse_expression
from confmon.cli.filtering.list_options import ListOptions, read_list
from confmon.models.errors import Rejected
from confmon.models.lists import ListQuery, ListResult

Habit = Literal["honours", "refuses", "no filter", "no limit", "nothing"]


@dataclass(frozen=True)
class Row:
    id: int
    kind: str


class Server:
    """A list with habits."""

    def __init__(self, rows: list[Row], habit: Habit) -> None:
        self.rows, self.habit = rows, habit

    async def read(self, listing: ListQuery) -> ListResult[Row]:
        if self.habit == "refuses" and (listing.filter or listing.order):
            raise Rejected("400")
        rows = list(self.rows)
        if listing.filter and self.habit not in ("no filter", "nothing"):
            rows = [row for row in rows if reference(row, listing.filter)]
        if listing.order and self.habit != "nothing":
            rows.sort(key=lambda row: row.id, reverse=listing.order.endswith("desc"))
        if self.habit not in ("no limit", "nothing"):
            stop = None if listing.limit is None else listing.offset + listing.limit
            rows = rows[listing.offset : stop]
        return ListResult(records=tuple(rows))


def reference(row: Row, text: str) -> bool:
    """Tell whether a row meets ``id gt N``."""
    return row.id > int(text.split()[2])


@given(
    ids=st.lists(st.integers(0, 30), unique=True, max_size=12),
    above=st.none() | st.integers(0, 30),
    way=st.sampled_from(["", "id", "id desc"]),
    limit=st.none() | st.integers(1, 8),
    habit=st.sampled_from(["honours", "refuses", "no filter", "no limit"]),
)
def test_any_server_gives_what_was_asked(
    ids: list[int], above: int | None, way: str, limit: int | None, habit: Habit
) -> None:
    rows = [Row(id_, "a") for id_ in ids]
    text = "" if above is None else f"id gt {above}"
    want = ListOptions(
        conditions=parse_expression(text, ["id"]) if text else (), order=way, limit=limit
    )
    listed = asyncio.run(read_list(Server(rows, habit).read, want))
    wanted = [row for row in rows if not text or reference(row, text)]
    if way:
        wanted.sort(key=lambda row: row.id, reverse=way.endswith("desc"))
    assert list(listed.records) == wanted[:limit]


def test_what_only_the_server_can_have_looked_at_is_left_to_it() -> None:
    rows = [Row(1, "a"), Row(2, "b")]
    want = ListOptions(conditions=parse_expression("callFlowId eq 3", ["callFlowId"]))

    async def read(_: ListQuery) -> ListResult[Row]:
        return ListResult(records=tuple(rows))

    assert len(asyncio.run(read_list(read, want)).records) == 2


def test_a_list_of_values_hides_no_other_condition() -> None:
    @dataclass(frozen=True)
    class Group:
        dids: tuple[str, ...]
        id: int

    async def read(_: ListQuery) -> ListResult[Group]:
        return ListResult(records=(Group(("1",), 1), Group(("2",), 7)))

    conditions = parse_expression('dids eq "2" and id gt 5', ["dids", "id"])
    listed = asyncio.run(read_list(read, ListOptions(conditions=conditions)))
    assert [record.id for record in listed.records] == [7]


def test_the_server_is_sent_what_was_asked() -> None:
    want = ListOptions(
        conditions=parse_expression('id gt 5 and kind eq "a"', ["id", "kind"]), order="id desc",
        limit=3, offset=2, fields=("name",), exclude=("kind", "more"),
    )  # fmt: skip
    assert want.query() == ListQuery(
        filter='id gt 5 and kind eq "a"', order="id desc", limit=3, offset=2,
        include=("name", "id", "kind"), exclude=("more",),
    )  # fmt: skip
