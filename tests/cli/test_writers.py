"""What leaves on stdout can be read by the program it is for."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

import pytest

from confmon.cli.output import writers
from confmon.monitor.exports import formats

ROWS: list[dict[str, Any]] = [
    {"id": 1, "name": "Zoë \u202e☃", "on": True},
    {"id": 2, "name": None, "on": False},
]


def test_json_is_ascii_and_an_array(capsys: pytest.CaptureFixture[str]) -> None:
    for rows in (ROWS, []):
        formats.write_json(rows, sys.stdout)
        out = capsys.readouterr().out
        assert out.isascii()
        assert json.loads(out) == rows


def test_jsonl_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    formats.write_jsonl(ROWS, sys.stdout)
    out = capsys.readouterr().out
    assert out.isascii()
    assert [json.loads(line) for line in out.splitlines()] == ROWS


@pytest.mark.parametrize("name", ["=1+1", "+15162065319", "-2+3", "@SUM(A1)", "\t=1"])
def test_csv_holds_no_formula(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    formats.write_csv(["id", "name"], [{"id": -5, "name": name}], sys.stdout)
    [header, row] = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == ["id", "name"]
    assert row == ["-5", "'" + name]


def test_csv_quotes_and_leaves_blank(capsys: pytest.CaptureFixture[str]) -> None:
    formats.write_csv(
        ["id", "name", "on"], [{"id": 1, "name": 'a,"b"', "on": True}, {"id": 2}], sys.stdout
    )
    assert capsys.readouterr().out == 'id,name,on\n1,"a,""b""",true\n2,,\n'


def test_table_columns_stay_straight_under_wide_and_combining_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [["会議", "1"], ["e\u0301", "22"], ["plain", "333"]]
    writers.write_table(["name", "n"], rows, [False, True])
    lines = capsys.readouterr().out.splitlines()
    assert {writers.cell_width(line) for line in lines} == {10}
    assert lines[1] == "会議     1"


def test_an_empty_table_keeps_its_titles(capsys: pytest.CaptureFixture[str]) -> None:
    writers.write_table(["name", "n"], [])
    assert capsys.readouterr().out == "name  n\n"
