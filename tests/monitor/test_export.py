"""A view as data: no name twice, and a file that is nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from confmon.monitor.exports.export import check_file, write_file
from confmon.monitor.exports.pieces import LONGEST, clean
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.directory_columns import COLUMNS
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.monitor.views.live_columns import Column


@pytest.mark.parametrize("columns", [ALL_CALL_COLUMNS, CALL_COLUMNS, MEETING_COLUMNS,
                                     *COLUMNS.values()])  # fmt: skip
def test_no_two_columns_of_a_view_have_one_title(columns: tuple[Column[Any], ...]) -> None:
    titles = [column.title or column.id for column in columns if not column.is_drawn]
    assert len(titles) == len(set(titles))


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    with pytest.raises(TypeError):
        write_file(path, ["a"], [{"a": object()}])
    assert list(tmp_path.iterdir()) == []
    write_file(path, ["a"], [{"a": 1}])
    with pytest.raises(FileExistsError):
        write_file(path, ["a"], [{"a": 2}])
    assert path.read_text() == '[{"a": 1}]\n'


@pytest.mark.parametrize("text", ["", "x", "x.txt", ".csv", "a\nb.csv", "~nobody-at-all/x.csv"])
def test_a_file_says_its_format(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(Its name|The file)"):
        check_file(text)


def test_what_is_copied_is_one_line_and_bounded() -> None:
    assert clean("a\nb\tc\x9b1m" + "x" * LONGEST) == "abc1m" + "x" * (LONGEST - 8)
