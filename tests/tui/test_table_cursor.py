"""The cursor belongs to a key, whatever happens to the rows."""

from hypothesis import given
from hypothesis import strategies as st

from confmon.tui.table.cursor import Cursor

KEYS = st.lists(st.integers(0, 30), unique=True)


def at(key: str, keys: str) -> Cursor:
    return Cursor(key, keys.index(key))


def test_it_starts_on_the_first_row() -> None:
    cursor = Cursor()
    cursor.follow("", "", 10)
    assert cursor == Cursor(None, 0)
    cursor.follow("", "abc", 10)
    assert cursor == Cursor("a", 0)


def test_it_follows_its_key() -> None:
    cursor = at("b", "abc")
    cursor.follow("abc", "xyzcba", 10)
    assert cursor == Cursor("b", 4)


def test_a_key_that_goes_leaves_it_hollow_between_its_neighbours() -> None:
    cursor = at("c", "abcde")
    cursor.follow("abcde", "abde", 10)
    assert cursor == Cursor(None, 2, lost="c")
    cursor.follow("abde", "xyabde", 10)
    assert cursor == Cursor(None, 4, lost="c")
    down, up = Cursor(None, 4, "c"), Cursor(None, 4, "c")
    down.step(1, "xyabde")
    up.step(-1, "xyabde")
    assert (down.key, up.key) == ("d", "b")


def test_it_takes_its_key_again_when_that_comes_back() -> None:
    cursor = at("c", "abcde")
    cursor.follow("abcde", "abde", 10)
    cursor.follow("abde", "cabde", 10)
    assert cursor == Cursor("c", 0)


def test_gone_at_the_end_it_comes_after_the_last() -> None:
    cursor = at("c", "abc")
    cursor.follow("abc", "ab", 10)
    assert cursor == Cursor(None, 2, lost="c")
    cursor.step(-1, "ab")
    assert cursor.key == "b"


def test_gone_with_all_its_neighbours_it_takes_none() -> None:
    cursor = at("c", "abcde")
    cursor.follow("abcde", "xy", 10)
    assert cursor == Cursor(None, 2, lost="c")
    cursor.follow("xy", "", 10)
    assert cursor == Cursor(None, 0, lost="c")
    cursor.follow("", "pq", 10)
    assert cursor.key is None


def test_moving_stops_at_the_ends_and_does_nothing_in_an_empty_list() -> None:
    cursor = at("b", "abc")
    cursor.step(-9, "abc")
    assert cursor == Cursor("a", 0)
    cursor.step(9, "abc")
    assert cursor == Cursor("c", 2)
    empty = Cursor()
    empty.step(1, "")
    assert empty == Cursor()


@given(st.lists(KEYS, min_size=1), st.data())
def test_it_is_never_on_a_key_it_was_not_put_on(
    lists: list[list[int]], data: st.DataObject
) -> None:
    cursor = Cursor()
    old: list[int] = []
    put: int | None = None
    for new in lists:
        cursor.follow(old, new, 5)
        if put is None:
            put = new[0] if new else None
        if put in new:
            assert (cursor.key, cursor.at, cursor.lost) == (put, new.index(put), None)
        elif put is not None:
            assert (cursor.key, cursor.lost) == (None, put)
            assert 0 <= cursor.at <= len(new)
        by = data.draw(st.sampled_from([0, -1, 1, 7]))
        if new and by:
            cursor.step(by, new)
            assert cursor.key == new[cursor.at]
            put = new[cursor.at]
        old = new


@given(KEYS, st.data())
def test_hollow_it_is_between_the_nearest_that_are_left(
    keys: list[int], data: st.DataObject
) -> None:
    if not keys:
        return
    row = data.draw(st.integers(0, len(keys) - 1))
    gone = data.draw(st.sets(st.sampled_from(keys))) | {keys[row]}
    left = [key for key in keys if key not in gone]
    cursor = Cursor(keys[row], row)
    cursor.follow(keys, left, len(keys))
    assert cursor.at == sum(key not in gone for key in keys[:row])
