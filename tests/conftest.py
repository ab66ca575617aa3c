"""What holds for every test, however the run was started.

Signals mean what they usually do: what is started in the background or under nohup ignores some,
and so would every program that a test starts and then interrupts.

The time is UTC, wherever the machine is.

Hypothesis draws the same examples on every run and every machine, and takes a busy one for no bug.
To look for others: ``pytest --hypothesis-profile=search``.

The jitter of the polls is the same in every run, too. To try another: ``pytest --seed=1``.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from hypothesis import HealthCheck, settings

os.umask(0o022)  # what a test writes is for others to read and not to write
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
    """Begin the jitter anew for each test: what ran before in this process does not count."""
    random.seed(request.config.getoption("--seed"))
