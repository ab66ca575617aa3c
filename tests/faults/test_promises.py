"""The table beside the tests names each of them, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_the_table_names_every_test() -> None:
    named = set(re.findall(r"`(test_\w+\.py::test_\w+)`", (HERE / "PROMISES.md").read_text()))
    there = {
        f"{path.name}::{name}"
        for path in HERE.glob("test_*.py")
        if path.name not in ("test_bench.py", "test_promises.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert named == there
