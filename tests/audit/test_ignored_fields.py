"""What an endpoint ignores is remembered per endpoint, and forgetting is harmless."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from confmon.audit.ignored_fields import Refusals

if TYPE_CHECKING:
    from pathlib import Path


def test_remembered_by_the_next_run_of_the_same_endpoint_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "refusals.json"
    Refusals(path, "prod").add("isSecured")
    Refusals(path, "prod").add("qaMode")
    Refusals(path, "lab").add("isRecording")
    assert Refusals(path, "prod").known() == {"isSecured", "qaMode"}
    assert Refusals(path, "lab").known() == {"isRecording"}
    assert Refusals(path, "new").known() == frozenset()


def test_forgotten_when_it_works_after_all(tmp_path: Path) -> None:
    path = tmp_path / "refusals.json"
    refusals = Refusals(path, "prod")
    refusals.add("isSecured")
    refusals.forget("isSecured")
    refusals.forget("never")
    assert refusals.known() == Refusals(path, "prod").known() == frozenset()


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"prod": 3}', '{"prod": [3, null]}', "\ud800"])
def test_a_damaged_file_says_nothing_and_is_replaced(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "refusals.json"
    path.write_bytes(damage.encode(errors="surrogatepass"))
    refusals = Refusals(path, "prod")
    assert refusals.known() == frozenset()
    refusals.add("isSecured")
    assert json.loads(path.read_text())["prod"] == ["isSecured"]


def test_where_nothing_can_be_written_it_holds_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refusals = Refusals(tmp_path / "file" / "refusals.json", "prod")
    refusals.add("isSecured")
    assert refusals.known() == {"isSecured"}


def test_no_half_written_file_is_left(tmp_path: Path) -> None:
    Refusals(tmp_path / "refusals.json", "prod").add("isSecured")
    assert [path.name for path in tmp_path.iterdir()] == ["refusals.json"]
