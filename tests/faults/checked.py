"""Checks what a test has made once it has passed, and closes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

_FAILED = pytest.StashKey[bool]()


class Closable(Protocol):
    """What a test makes."""

    def close(self) -> None:
        """Close it."""
        ...


M = TypeVar("M", bound=Closable)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed: then nothing is checked."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@contextmanager
def checked(
    test: pytest.Item, make: Callable[..., M], check: Callable[[M], None]
) -> Iterator[Callable[..., M]]:
    """Return `make`; check all that it made afterwards, unless the test failed, and close it."""
    made: list[M] = []

    def make_one(*given: Any, **how: Any) -> M:
        made.append(make(*given, **how))
        return made[-1]

    try:
        yield make_one
        for connection in made:
            if not test.stash.get(_FAILED, False):
                check(connection)
    finally:
        for connection in made:
            connection.close()
