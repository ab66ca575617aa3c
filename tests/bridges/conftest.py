"""An odd bridge and the real program, and the checks after every test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bridges.suite import Suite
from tests.faults import invariants

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed: then the checks are left out."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture
def make_suite(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Suite]]:
    """Return the function that makes the bridge; check all outcomes against it afterwards."""
    made: list[Suite] = []

    def make(*given: Any, **how: Any) -> Suite:
        made.append(Suite(tmp_path, *given, **how))
        return made[-1]

    try:
        yield make
        for suite in made:
            if not request.node.stash.get(_FAILED, False):
                _look_over(suite)
    finally:
        for suite in made:
            suite.close()


def _look_over(suite: Suite) -> None:
    for terminal in suite.terminals:
        if not terminal.ended():
            terminal.leaves_on("q")
            assert terminal.code == 0
        invariants.check_given_back(terminal)
        invariants.check_grammar(terminal)
    invariants.check_origin(suite)
    invariants.check_audit(suite)
    invariants.check_lines(suite)
    invariants.check_secrets(suite)
    suite.check()
