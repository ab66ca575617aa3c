"""The bench, and the invariants that hold after every test on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.certificates import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed: then the invariants are not checked."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture
def make_bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Bench]]:
    """Return the function that makes a bench with options."""
    made: list[Bench] = []

    def make(**how: Any) -> Bench:
        made.append(Bench(tmp_path, **how))
        return made[-1]

    try:
        yield make
        for bench in made:
            if not request.node.stash.get(_FAILED, False):
                invariants.check(bench)
    finally:
        for bench in made:
            bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """Return a bench with a bridge that behaves until the test adds a fault."""
    return make_bench()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority that no configuration trusts yet."""
    return Authority(tmp_path_factory.mktemp("tls") / "authority")
