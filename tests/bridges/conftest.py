"""An odd bridge and the real program, and the checks after every test."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.bridges.suite import Suite
from tests.faults import invariants
from tests.faults.checked import checked, pytest_runtest_makereport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["pytest_runtest_makereport"]


@pytest.fixture
def make_suite(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Suite]]:
    """Return the function that makes the bridge; check all outcomes against it afterwards."""
    with checked(request.node, partial(Suite, tmp_path), _look_over) as make:
        yield make


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
