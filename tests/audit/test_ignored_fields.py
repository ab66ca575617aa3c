"""What an endpoint ignores is remembered per endpoint, and forgetting is harmless."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from confmon.audit.ignored_fields import IgnoredFields

if TYPE_CHECKING:
    from pathlib import Path


def test_remembered_by_the_next_run_of_the_same_endpoint_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "refusals.json"
    IgnoredFields(path, "prod").add("isSecured")
    IgnoredFields(path, "prod").add("qaMode")
    IgnoredFields(path, "lab").add("isRecording")
    assert IgnoredFields(path, "prod").known() == {"isSecured", "qaMode"}
    assert IgnoredFields(path, "lab").known() == {"isRecording"}
    assert IgnoredFields(path, "new").known() == frozenset()


def test_forgotten_when_it_works_after_all(tmp_path: Path) -> None:
    path = tmp_path / "refusals.json"
    ignored_fields = IgnoredFields(path, "prod")
    ignored_fields.add("isSecured")
    ignored_fields.forget("isSecured")
    ignored_fields.forget("never")
    assert ignored_fields.known() == IgnoredFields(path, "prod").known() == frozenset()


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"prod": 3}', '{"prod": [3, null]}', "\ud800"])
def test_a_damaged_file_says_nothing_and_is_replaced(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "refusals.json"
    path.write_bytes(damage.encode(errors="surrogatepass"))
    ignored_fields = IgnoredFields(path, "prod")
    assert ignored_fields.known() == frozenset()
    ignored_fields.add("isSecured")
    assert json.loads(path.read_text())["prod"] == ["isSecured"]


def test_where_nothing_can_be_written_it_holds_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ignored_fields = IgnoredFields(tmp_path / "file" / "refusals.json", "prod")
    ignored_fields.add("isSecured")
    assert ignored_fields.known() == {"isSecured"}


def test_no_half_written_file_is_left(tmp_path: Path) -> None:
    IgnoredFields(tmp_path / "refusals.json", "prod").add("isSecured")
    assert [path.name for path in tmp_path.iterdir()] == ["refusals.json"]
