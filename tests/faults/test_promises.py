"""The table of promises is whole: no row is missing, and each has a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OF_THE_BENCH = ("test_bench.py", "test_promises.py", "test_sharing_bench.py")
"""These try what tries."""
CONTRACT = {
    "Network": (
        "refused at start", "refused, reset, black hole, drip later", "cut anywhere", "401",
        "403 on PUT only", "404 on a call that just left", "429", "burst of 5xx", "3xx anywhere",
        "links in replies", "TLS expired, wrong host, unknown authority", "plain http",
        "private authority; proxies, netrc, SSLKEYLOGFILE", "300 kB that unpack to 300 MB",
        "receivers of signals and of audit lines",
    ),
    "Data": (
        "one bad item in 1,000", "unknown code", "extra fields", "duplicate id",
        "id reused by another caller", "100,000 calls", "`total` null, wrong or absent",
        "one empty 200", "server clock off",
    ),
    "Order": (
        "rows inserted, removed, re-sorted", "the target left", "old replies",
        "a server that answers 200 and does nothing", "two operators at once",
        "held keys, pasted text, type-ahead", "offline",
    ),
    "Terminal": (
        "SIGTERM, SIGINT, SIGQUIT, SIGHUP", "pty closed, nohup and ssh gone",
        "stdin or stdout not a tty", "ctrl+z and back", "resize to 20x5, 1x1, 500x200", "TERM=dumb",
        "NO_COLOR", "LANG=C", "crash anywhere", "escape sequences, markup, overrides",
        "the same in any error", "a click on it", "any sequence of a terminal's own",
        "the screen could not be drawn",
        "unbracketed paste, a held key, a sentence typed on the table",
    ),
    "Bridges": (
        "slow, many pages", "before a DELETE, or a write", "other codes in the config",
        "`created` wobbles, lacks, or comes in another unit", "order ignored, grouped",
        "a bulk of any size", "not done, refused, applied late", "a list that was never read",
        "applied late, reverted by another",
    ),
    "Secrets and records": (
        "`--password`", "the password's sources", "the environment",
        "a credentials file others can read", "secrets, access codes, full numbers",
        "the audit log", "the audit log can't be written", "CSV", "bad config", "the config",
        "exit codes",
    ),
    "Streams, homes, files": (
        "stdin, stdout or stderr closed or full", "a reader that leaves",
        "the screen with stderr elsewhere", "COLUMNS and LINES", "no home folder",
        "a configuration that is a pipe", "a configuration that others can write",
        "a login in a URL", "a byte order mark", "bytes that are no text", "`--limit=--`",
    ),
    "History": (
        "`kill -9` at any moment", "two confmon on one history", "disk full, database locked",
        "damaged, of a newer version", "no home, no rights", "the bridge away",
        "the clock set back", "escape sequences, 4 KB names", "SIGTERM in the middle",
        "who may read it", "an hour of churn", "a key that changes something, in the past",
    ),
    "Many operators": (
        "the collector is killed", "the collector is stopped", "the database is stopped",
        "one screen is cut off", "the bridge is away", "an audit line",
        "a shared audit line is changed",
    ),
    "Endurance": ("8 h of polling at 1,000 calls",),
}  # fmt: skip
"""Every row of the contract, by how its row in the table begins."""
ROWS = [(section, row) for section, rows in CONTRACT.items() for row in rows]


def table(section: str) -> dict[str, str]:
    """Return the rows of a section: what is promised against to the tests of it."""
    text = (HERE / "PROMISES.md").read_text()
    part = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {row[0].strip(): row[-1] for row in rows[1:]}


def named(text: str) -> set[tuple[Path, str]]:
    """Return the tests that are named there: file and function."""
    found = re.findall(r"`([\w/]+\.py)::(test_\w+)`", text)
    return {((ROOT if "/" in file else HERE) / file, name) for file, name in found}


def there(file: Path) -> set[str]:
    """Return the tests that a file has; a machine's stand there by assignment."""
    return set(
        re.findall(r"^(?:async )?(?:def )?(test_\w+)(?=\(| = )", file.read_text(), re.MULTILINE)
    )


@pytest.mark.parametrize(("section", "row"), ROWS)
def test_every_row_of_the_contract_has_tests_that_are_there(section: str, row: str) -> None:
    tests = [cell for what, cell in table(section).items() if what.startswith(row)]
    assert tests, "no such row"
    assert named(tests[0]), "no test is named"


def test_every_row_of_the_table_has_tests_that_are_there() -> None:
    for section in CONTRACT:
        for what, cell in table(section).items():
            assert named(cell), what
            for file, name in named(cell):
                assert file.exists(), f"{what}: {file}"
                assert name in there(file), f"{what}: {name}"


def test_the_table_names_every_test_beside_it() -> None:
    files = [file for file in HERE.glob("test_*.py") if file.name not in OF_THE_BENCH]
    every = {(file, name) for file in files for name in there(file)}
    assert every <= named((HERE / "PROMISES.md").read_text())
