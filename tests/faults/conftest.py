"""The bench, and the invariants that hold after every test on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.certificates import Authority
from tests.faults.checked import checked, pytest_runtest_makereport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


__all__ = ["pytest_runtest_makereport"]


@pytest.fixture
def make_bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Bench]]:
    """Return the function that makes a bench with options."""
    with checked(request.node, partial(Bench, tmp_path), invariants.check) as make:
        yield make


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """Return a bench with a bridge that behaves until the test adds a fault."""
    return make_bench()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority that no configuration trusts yet."""
    return Authority(tmp_path_factory.mktemp("tls") / "authority")
