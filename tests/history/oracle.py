"""What a database says, by SQL alone: from its rows of stays, and from its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.packing import unpack_changes, unpack_frame

if TYPE_CHECKING:
    from confmon.history.backends.connection import Connection

Placed = tuple[int, int, int]
"""A leg, the number of the meeting it is in (0: none), its state.

Not the session: that a meeting had ended and begun again may be read after who came to it.
"""


def numbers_of(connection: Connection) -> dict[int, int]:
    """The number of each session."""
    return {0: 0, **dict(connection.execute("SELECT session, number FROM meeting_session"))}


def frame_moments(connection: Connection) -> list[tuple[int, int]]:
    """Each frame that is no keyframe: its number and moment."""
    return connection.execute("SELECT seq, at FROM frame WHERE is_key = 0 ORDER BY seq").fetchall()


def by_frames(connection: Connection, seq: int) -> set[Placed]:
    """Who was where after a frame: the keyframe before it, and the frames since."""
    key = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM frame WHERE is_key = 1 AND seq <= ?", (seq,)
    ).fetchone()[0]
    placed: dict[int, Placed] = {}
    numbers = numbers_of(connection)
    for (data,) in connection.execute(
        "SELECT data FROM frame WHERE seq BETWEEN ? AND ? ORDER BY seq", (key, seq)
    ):
        frame = unpack_frame(data)
        placed |= {leg: (leg, numbers[session], state) for leg, session, state in frame.put}
        for leg in frame.gone:
            del placed[leg]
    return set(placed.values())


def by_stays(connection: Connection, at: int) -> set[Placed]:
    """Who was where at a moment, by the rows of stays, which must have all their changes."""
    rows = connection.execute(
        "SELECT leg, session, changes FROM stay"
        " WHERE joined_to <= ? AND (left_to IS NULL OR left_to > ?)",
        (at, at),
    )
    placed, numbers = set(), numbers_of(connection)
    for leg, session, changes in rows:
        states = [state for moment, state in unpack_changes(changes) if moment <= at]
        placed.add((leg, numbers[session], states[-1]))
    return placed


def live_by_stays(connection: Connection) -> set[tuple[int, int | None]]:
    """The calls that are live, and the numbers they are in."""
    return set(
        connection.execute(
            "SELECT call, number FROM stay JOIN leg USING (leg)"
            " LEFT JOIN meeting_session USING (session) WHERE left_to IS NULL"
        )
    )


def stays(
    connection: Connection,
) -> list[tuple[int, int, int | None, int, int, int | None, int | None, str | None]]:
    """Each stay: call, created, number, joined, left, how."""
    return connection.execute(
        "SELECT call, leg.created, number, joined_from, joined_to, left_from, left_to, how"
        " FROM stay JOIN leg USING (leg) LEFT JOIN meeting_session USING (session)"
    ).fetchall()


def check_whole(connection: Connection) -> None:
    """What is true of every database."""

    def count(statement: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {statement}").fetchone()[0])  # noqa: S608

    assert count("stay WHERE joined_from > joined_to") == 0
    assert count("stay WHERE left_from > left_to") == 0
    assert count("stay WHERE left_to < joined_from OR left_from < joined_from") == 0
    assert count("stay WHERE (left_to IS NULL) <> (how IS NULL)") == 0
    assert count("stay WHERE leg NOT IN (SELECT leg FROM leg)") == 0
    assert count("meeting_session WHERE ended_from > ended_to OR started_from > started_to") == 0
    assert count("meeting_session WHERE ended_to < started_from") == 0
    assert count("leg WHERE last_seen < first_seen") == 0
    assert count("gap WHERE to_at < from_at") == 0
    live_legs = "SELECT leg FROM leg WHERE last_seen IS NULL"
    assert count(f"stay WHERE (left_to IS NULL) AND leg NOT IN ({live_legs})") == 0
    assert (
        count(
            "leg WHERE last_seen IS NULL AND"
            " (SELECT count(*) FROM stay WHERE stay.leg = leg.leg AND left_to IS NULL) <> 1"
        )
        == 0
    )
