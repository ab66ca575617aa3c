"""The tables. The same statements serve SQLite and PostgreSQL: plain types, ids made by the writer.

Moments are epoch milliseconds. `BIGINT PRIMARY KEY` would not be SQLite's row id, so ids are
INTEGER there.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
"""Of these tables. Another version is migrated (older) or opened to read only (newer)."""

TABLES: Final = (
    # One row a fact about the database: `version`, `endpoint`.
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    # One row each time recording began. `seen_to`: the newest read that was kept.
    "CREATE TABLE run (run INTEGER PRIMARY KEY, began BIGINT NOT NULL, seen_to BIGINT NOT NULL,"
    " host TEXT NOT NULL, pid INTEGER NOT NULL, program TEXT NOT NULL)",
    # Combinations of codes, numbered as they are met: there are few.
    "CREATE TABLE call_state (state INTEGER PRIMARY KEY, role BIGINT, mute_mode BIGINT,"
    " hold_mode BIGINT, call_state BIGINT, connection_status BIGINT, qa_mode BIGINT,"
    " operator_mode BIGINT, gain_level BIGINT, presenter_media BIGINT)",
    "CREATE TABLE meeting_state (state INTEGER PRIMARY KEY, mute_mode BIGINT, hold_mode BIGINT,"
    " qa_mode BIGINT, meeting_state BIGINT, type BIGINT, is_recording INTEGER,"
    " is_secured INTEGER)",
    # `line`: the last seven digits of the caller's number, to find earlier calls.
    "CREATE TABLE leg (leg INTEGER PRIMARY KEY, call BIGINT NOT NULL, created BIGINT,"
    " joined BIGINT, caller TEXT, callee TEXT, address_from TEXT, name TEXT, node_name TEXT,"
    " bridge_name TEXT, codec TEXT, line TEXT, first_seen BIGINT NOT NULL, last_seen BIGINT)",
    "CREATE TABLE meeting_session (session INTEGER PRIMARY KEY, number BIGINT NOT NULL, id BIGINT,"
    " owner TEXT, created BIGINT, started_from BIGINT NOT NULL, started_to BIGINT NOT NULL,"
    " ended_from BIGINT, ended_to BIGINT, peak INTEGER NOT NULL, stays INTEGER NOT NULL)",
    # `changes`: packed pairs of a moment and a state, see `packing`.
    "CREATE TABLE stay (stay INTEGER PRIMARY KEY, leg BIGINT NOT NULL, session BIGINT NOT NULL,"
    " joined_from BIGINT NOT NULL, joined_to BIGINT NOT NULL, left_from BIGINT, left_to BIGINT,"
    " how TEXT, changes BLOB NOT NULL)",
    # `since`: when the read before it was asked for: what changed, changed after that.
    "CREATE TABLE frame (seq INTEGER PRIMARY KEY, run BIGINT NOT NULL, at BIGINT NOT NULL,"
    " since BIGINT NOT NULL, is_key INTEGER NOT NULL, events INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE gap (gap INTEGER PRIMARY KEY, from_at BIGINT NOT NULL, to_at BIGINT,"
    " reason TEXT NOT NULL)",
    "CREATE TABLE marker (marker INTEGER PRIMARY KEY, at BIGINT NOT NULL, session BIGINT NOT NULL,"
    " text TEXT NOT NULL, author TEXT NOT NULL)",
    "CREATE TABLE action (action INTEGER PRIMARY KEY, at BIGINT NOT NULL, verb TEXT NOT NULL,"
    " session BIGINT NOT NULL, leg BIGINT NOT NULL, outcome TEXT NOT NULL, author TEXT NOT NULL,"
    " audit_id TEXT NOT NULL)",
)

INDEXES: Final = (
    "CREATE INDEX leg_by_call ON leg (call)",
    "CREATE INDEX leg_by_line ON leg (line)",
    # What is live is in the frames: in these indexes it would be written twice.
    "CREATE INDEX leg_by_last_seen ON leg (last_seen) WHERE last_seen IS NOT NULL",
    "CREATE INDEX session_by_number ON meeting_session (number, started_from)",
    "CREATE INDEX session_by_end ON meeting_session (ended_to)",
    "CREATE INDEX stay_by_session ON stay (session, joined_from)",
    "CREATE INDEX stay_by_leg ON stay (leg)",
    "CREATE INDEX stay_by_end ON stay (left_to) WHERE left_to IS NOT NULL",
    "CREATE INDEX frame_by_time ON frame (at)",
    "CREATE INDEX key_frame_by_time ON frame (at) WHERE is_key = 1",
    "CREATE INDEX marker_by_session ON marker (session)",
    "CREATE INDEX action_by_session ON action (session)",
)
