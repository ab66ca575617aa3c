"""Columns fit the width there is: the least important drop out, spare cells are shared."""

from hypothesis import given
from hypothesis import strategies as st

from confmon.tui.table.bar import thumb_lines, top_line_at
from confmon.tui.table.columns import GAP, place_columns
from confmon.tui.table.look import ColumnLook

COLUMNS = (
    ColumnLook("number", "Number", 10, align="right"),
    ColumnLook("name", "Name", 12, grow=2),
    ColumnLook("codec", "Codec", 6, priority=3),
    ColumnLook("node", "Node", 8, grow=1, priority=2),
    ColumnLook("state", "State", 8),
)


def ids(width: int) -> list[str]:
    return [COLUMNS[at.column].id for at in place_columns(COLUMNS, width, start=2)]


def test_all_columns_stand_where_there_is_room() -> None:
    assert ids(120) == ["number", "name", "codec", "node", "state"]
    assert ids(2 + 10 + 12 + 6 + 8 + 8 + 4 * GAP) == ["number", "name", "codec", "node", "state"]


def test_the_highest_priority_drops_first_and_zero_never() -> None:
    assert ids(49) == ["number", "name", "node", "state"]
    assert ids(40) == ["number", "name", "state"]
    assert ids(30) == ["number", "name", "state"]
    assert ids(20) == ["number", "name"]  # cut off at the edge


def test_spare_cells_are_shared_by_growth() -> None:
    places = place_columns(COLUMNS, 2 + 44 + 4 * GAP + 30, start=2)
    assert [at.width for at in places] == [10, 32, 6, 18, 8]


def test_luxury_goes_before_another_column_is_short_of_its_comfort() -> None:
    looks = (
        ColumnLook("name", "Name", 10, grow=1, comfort=20),
        ColumnLook("mute", "Mute", 5, priority=5),
        ColumnLook("node", "Node", 9, priority=6),
    )
    for width, kept in ((38, 3), (37, 2), (18, 2), (17, 1)):
        assert len(place_columns(looks, width, start=2)) == kept, width
    assert [at.width for at in place_columns(looks, 37, start=2)] == [29, 5]


columns = st.lists(
    st.builds(
        ColumnLook,
        id=st.just("c"),
        title=st.just("C"),
        width=st.integers(1, 20),
        grow=st.integers(0, 3),
        priority=st.integers(0, 9),
        comfort=st.integers(0, 30),
    ),
    max_size=12,
)


@given(columns, st.integers(0, 200))
def test_columns_stand_in_order_inside_the_width(looks: list[ColumnLook], width: int) -> None:
    places = place_columns(looks, width, start=2)
    x = 2
    for at in places:
        assert at.x == x
        assert at.width >= 1
        x += at.width + GAP
    assert not places or x - GAP <= width
    assert [at.column for at in places] == sorted({at.column for at in places})
    if any(looks[at.column].grow for at in places):
        assert width - (x - GAP) <= GAP  # what grows leaves nothing over but a gap at the edge


@given(columns, st.integers(0, 200))
def test_nothing_more_important_drops_than_what_stays(looks: list[ColumnLook], width: int) -> None:
    stays = {at.column for at in place_columns(looks, width, start=2)}
    gone = [look.priority for i, look in enumerate(looks) if i not in stays and look.priority]
    if gone:
        assert all(looks[i].priority <= min(gone) for i in stays)


@given(st.integers(1, 60), st.integers(0, 10_000), st.floats(0, 1))
def test_the_thumb_stays_on_its_track(track: int, total: int, part: float) -> None:
    top = round(max(0, total - track) * part)
    covered = thumb_lines(track, total, top)
    assert bool(covered) == (total > track)
    assert all(0 <= y < track for y in covered)
    if total > track:
        assert thumb_lines(track, total, 0).start == 0
        assert thumb_lines(track, total, total - track).stop == track
        assert 0 <= top_line_at(track, total, covered.start) <= total - track
        assert top_line_at(track, total, 0) == 0
        assert track == 1 or top_line_at(track, total, track - 1) == total - track
