"""The audit log read back, whatever is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.audit import append_file, trail
from confmon.audit.log import AuditLog
from confmon.monitor.actions.action import Action, Outcome, Result

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WHEN = datetime(2024, 5, 6, 7, 8, 9, 120_000, tzinfo=UTC)
LATER = WHEN + timedelta(hours=1)
DONE = Result(outcome=Outcome.DONE, status=200)


def action(id_: str, verb: str = "mute") -> Action:
    return Action(id=id_, verb=verb, resource="call", key=4711, label="Jane", method="PUT")


def log(path: Path, when: datetime = WHEN, **sizes: Any) -> AuditLog:
    return AuditLog(path, "prod", "https://a.example", "cli", lambda: when, **sizes)


def test_intents_and_outcomes_are_joined_across_rotated_files(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path, full=1500)
    for number in range(6):
        audit.intent(action(f"a-{number}"))
    for number in range(5):
        audit.outcome(action(f"a-{number}"), DONE)
    assert len(append_file.files(path)) > 2
    found = trail.read(path)
    assert [entry.key[0] for entry in found.entries] == [f"a-{number}" for number in range(6)]
    assert [entry.is_open for entry in found.entries] == [False] * 5 + [True]
    assert found.entries[0].outcome["result"] == "done"
    assert found.unreadable == 0


def test_since_leaves_out_what_began_before(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log(path).intent(action("old"))
    log(path, LATER).intent(action("new"))
    for since, keys in ((WHEN, ["old", "new"]), (LATER, ["new"])):
        assert [entry.key[0] for entry in trail.read(path, since).entries] == keys
    os.utime(path, (WHEN.timestamp(), WHEN.timestamp()))
    assert trail.read(path, LATER).entries == []  # not even opened up: it was last written before


def test_no_log_is_an_empty_one(tmp_path: Path) -> None:
    assert trail.read(tmp_path / "none" / "audit.jsonl").entries == []
    assert trail.find_left_open(tmp_path / "none" / "audit.jsonl", WHEN) == []


def orphan(path: Path, id_: str, **changed: Any) -> None:
    """Write the intent of a process that is no more."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    log(path).intent(action(id_))
    rows = [json.loads(row) for row in path.read_text().splitlines()]
    rows[-1] |= {"pid": gone.pid, **changed}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_an_intent_without_outcome_is_reported_once(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    orphan(path, "lost")
    log(path).intent(action("fine"))
    log(path).outcome(action("fine"), DONE)
    [entry] = trail.find_left_open(path, WHEN)
    assert entry.key[0] == "lost"
    log(path).noticed(entry)
    assert trail.find_left_open(path, WHEN) == []
    [still] = [one for one in trail.read(path).entries if one.is_open]
    assert still.noticed


def test_an_action_that_is_under_way_is_not_reported(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log(path).intent(action("ours"))  # this process lives
    orphan(path, "elsewhere", host="another.example")  # and whether that one does is not known
    assert trail.find_left_open(path, WHEN + timedelta(seconds=5)) == []
    assert [entry.key[0] for entry in trail.find_left_open(path, LATER)] == ["ours", "elsewhere"]


def test_only_the_end_of_a_long_log_is_read_at_a_start(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    orphan(path, "ancient")
    filler = json.dumps({"event": "other"}).encode() + b"\n"
    path.write_bytes(path.read_bytes() + filler * 15_000)
    orphan_path = tmp_path / "other.jsonl"
    orphan(orphan_path, "recent")
    path.rename(tmp_path / "audit.jsonl.1")
    path.write_bytes(filler * 10 + orphan_path.read_bytes())
    assert [entry.key[0] for entry in trail.find_left_open(path, WHEN)] == ["recent"]


def test_an_intent_in_the_rotated_file_is_reported_too(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    orphan(path, "before")
    path.rename(tmp_path / "audit.jsonl.1")
    log(path).intent(action("fine"))
    log(path).outcome(action("fine"), DONE)
    assert [entry.key[0] for entry in trail.find_left_open(path, WHEN)] == ["before"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FORGED = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["intent", "outcome", "noticed", "x"]) | JSON,
        "action": st.just("a") | JSON,
        "pid": st.just(1) | JSON,
        "host": st.just("h") | JSON,
        "time": st.just("2024-05-06T07:08:09Z") | JSON,
    }
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            FORGED.map(lambda row: json.dumps(row).encode()),
            JSON.map(lambda row: json.dumps(row).encode()),
            st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")),
            st.just(b"[" * 3000),
        )
    )
)
def test_nothing_in_the_file_breaks_the_reading(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("forged") / "audit.jsonl"
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    log(path).intent(action("ours"))
    found = trail.read(path, WHEN - timedelta(days=9999))
    assert "ours" in [entry.key[0] for entry in found.entries]
    assert found.unreadable <= len(rows)
    trail.find_left_open(path, LATER)
