"""Set-up of every test run.

Signals have their usual effect: a run in the background or under nohup ignores some, and so would
every program that a test starts and interrupts.

The time is UTC on every machine.

Hypothesis draws the same examples in every run, and does not fail on a busy machine. To look for
other examples: ``pytest --hypothesis-profile=search``.

The jitter of the polls is the same in every run, too. To try another: ``pytest --seed=1``.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.sharing.server import NO_SERVER, CannotStart, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

os.umask(0o022)  # others may read, but not write, what a test writes
os.environ["TZ"] = "UTC"
time.tzset()

settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("steady", settings.get_profile("search"), derandomize=True)
settings.load_profile("steady")

for _number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that chooses the jitter."""
    parser.addoption("--seed", type=int, default=0, help="what the jitter of the polls begins with")


@pytest.fixture(autouse=True)
def jitter(request: pytest.FixtureRequest) -> None:
    """Restart the jitter for each test, whatever ran before in this process."""
    random.seed(request.config.getoption("--seed"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A real PostgreSQL of this test process. Without one here the test is skipped.

    `CONFMON_POSTGRES_NEEDED` makes that a failure: where it is set nothing is skipped unseen.
    """
    try:
        server = Server()
    except CannotStart as error:
        if os.environ.get("CONFMON_POSTGRES_NEEDED"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    with contextlib.closing(server):
        yield server


@pytest.fixture
def postgres(postgres_server: Server) -> str:
    """The URL of a database that is empty and of nobody else, on a server that runs."""
    postgres_server.make_running()
    return postgres_server.url(postgres_server.empty_database())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell in one line what was not tried, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    without = [report for report in skipped if NO_SERVER in str(report.longrepr)]
    if without:
        terminalreporter.write_line(f"{len(without)} tests were skipped: {NO_SERVER}")
