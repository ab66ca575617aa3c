"""The bench, and the invariants that are checked after every test on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.certificates import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return what makes the test's bench, where the usual one does not do."""
    made: list[Bench] = []

    def make(**how: Any) -> Bench:
        made.append(Bench(tmp_path, **how))
        return made[-1]

    try:
        yield make
        for bench in made:
            invariants.check(bench)
    finally:
        for bench in made:
            bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """Return a bench whose bridge behaves until told otherwise."""
    return make_bench()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority that nobody trusts yet."""
    return Authority(tmp_path_factory.mktemp("tls") / "authority")
