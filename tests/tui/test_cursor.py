"""The cursor belongs to a key; a key that means somebody else now is not kept."""

from __future__ import annotations

from confmon.tui.table.cursor import Cursor


def standing(row: int, keys: list[int]) -> Cursor:
    cursor = Cursor()
    cursor.follow((), keys, 10)
    cursor.to(row, keys)
    return cursor


def place(cursor: Cursor) -> tuple[object, int]:
    return (cursor.key, cursor.at)


def test_a_key_that_comes_back_gets_the_cursor_back() -> None:
    cursor = standing(1, [10, 20, 30])
    cursor.follow([10, 20, 30], [10, 30], 10)
    assert place(cursor) == (None, 1)
    cursor.follow([10, 30], [10, 20, 30], 10)
    assert place(cursor) == (20, 1)


def test_a_key_reused_by_somebody_else_never_does() -> None:
    cursor = standing(1, [10, 20, 30])
    cursor.release()
    for keys in ([10, 20, 30], [10, 30], [20]):
        cursor.follow([10, 20, 30], keys, 10)
        assert cursor.key is None


def test_the_next_step_from_a_lost_key_takes_a_neighbour() -> None:
    keys = [10, 20, 30]
    cursor = standing(1, keys)
    cursor.release()
    cursor.step(1, keys)
    assert cursor.key == 20
