"""What the program has kept on the disk, against what really happened on the bench's bridge."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.history import oracle
from tests.history.truth import Truth

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.bench import Bench
    from tests.history.truth import TrueCall

TREMBLE_MS: Final = 100
"""A machine's clock may be adjusted so much in a test; the history counts monotonically."""


class Kept:
    """The history of a bench, read by another process than the one that writes it."""

    def __init__(self, bench: Bench) -> None:
        with bench.server.lock:
            self.truth = Truth(bench.world)
        self._bench = bench

    @property
    def path(self) -> Path:
        """Where it is."""
        [path] = self._bench.state.glob("history-*.db")
        return path

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a statement finds; nothing while there is no such database."""
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
                return connection.execute(statement).fetchall()
        except (sqlite3.Error, ValueError):
            return []

    def live(self) -> set[int]:
        """Return the ids of the calls that are there, as far as is kept."""
        return {id_ for (id_,) in self.rows("SELECT call FROM leg WHERE last_seen IS NULL")}

    def muted(self) -> set[int]:
        """Return the ids of those that are there and muted; frames have what is newest."""
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
                newest = connection.execute("SELECT max(seq) FROM frame").fetchone()[0]
                states = {leg: state for leg, _, state in oracle.by_frames(connection, newest or 0)}
                calls = dict(connection.execute("SELECT leg, call FROM leg"))
                modes = dict(connection.execute("SELECT state, mute_mode FROM call_state"))
        except (sqlite3.Error, ValueError):
            return set()
        return {calls[leg] for leg, state in states.items() if modes[state]}

    def gaps(self) -> list[tuple[str, bool]]:
        """Return why nothing was seen, and whether that is over."""
        return self.rows("SELECT reason, to_at IS NOT NULL FROM gap ORDER BY gap")

    def committed(self) -> dict[str, set[tuple[Any, ...]]]:
        """Return what stays as it is from now on, whatever happens: what has ended, and frames."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return {
                table: set(connection.execute(f"SELECT * FROM {table} {which}"))  # noqa: S608
                for table, which in (
                    ("frame", ""),
                    ("stay", "WHERE left_to IS NOT NULL"),
                    ("leg", "WHERE last_seen IS NOT NULL"),
                    ("gap", "WHERE to_at IS NOT NULL"),
                    ("action", ""),
                    ("run", "WHERE run < (SELECT max(run) FROM run)"),
                )
            }

    def has(self, before: dict[str, set[tuple[Any, ...]]]) -> None:
        """Check that nothing of it is lost, or was changed."""
        now = self.committed()
        for table, rows in before.items():
            assert rows <= now[table], f"lost of {table}: {rows - now[table]}"

    def is_true(self) -> None:
        """Check that every stay was so, that nobody is kept twice, and all who are there are."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            oracle.check_whole(connection)
            newest = connection.execute("SELECT max(seq) FROM frame").fetchone()[0]
            by_frames = {leg for leg, _, _ in oracle.by_frames(connection, newest)}
            live = connection.execute("SELECT leg FROM leg WHERE last_seen IS NULL").fetchall()
            assert by_frames == {leg for (leg,) in live}
            twice = connection.execute(
                "SELECT call, created FROM leg GROUP BY 1, 2 HAVING count(*) > 1"
            ).fetchall()
            assert not twice, "a call is kept twice"
            stays = [Seen(*row) for row in connection.execute(_STAYS)]
        for stay in stays:
            true = self.truth.calls.get(stay.call)
            assert true is not None, f"call {stay.call} never was"
            assert not (wrong := _what_is_wrong(stay, true)), f"{wrong}: {stay} {true}"


class Seen(NamedTuple):
    """A stay of a call."""

    call: int
    joined_from: int
    joined_to: int
    left_from: int | None
    left_to: int | None
    how: str | None


_STAYS: Final = (
    "SELECT call, joined_from, joined_to, left_from, left_to, how FROM stay"
    " JOIN leg USING (leg) ORDER BY leg, stay"
)


def _what_is_wrong(stay: Seen, true: TrueCall) -> str:
    joined = true.created if true.joined is None else true.joined
    came_from, came_to = sorted((true.created, joined))
    if stay.joined_to < came_from - TREMBLE_MS or stay.joined_from > came_to + TREMBLE_MS:
        return "it did not come then"
    if stay.left_from is None or stay.left_to is None:
        return "" if true.left is None else "it is not there any more"
    if stay.how == "unseen":
        was_there = true.left is None or true.left >= stay.left_from - TREMBLE_MS
        return "" if was_there else "it was not there any more"
    if true.left is None or not (
        stay.left_from - TREMBLE_MS <= true.left <= stay.left_to + TREMBLE_MS
    ):
        return "it did not leave then"
    return ""
