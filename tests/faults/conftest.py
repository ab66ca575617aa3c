"""The bench, and the invariants that are checked after every test on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import invariants
from tests.faults.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return a bench whose bridge behaves until told otherwise."""
    bench = Bench(tmp_path)
    try:
        yield bench
        invariants.check(bench)
    finally:
        bench.close()
