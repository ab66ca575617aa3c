"""The audit log: one JSON line before the request, one after, of our own file only."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.audit.append_file import LONGEST_LINE
from confmon.audit.log import AuditLog, find_operator, fit_line
from confmon.monitor.actions.action import Action, Outcome, Result

if TYPE_CHECKING:
    from pathlib import Path

WHEN = datetime(2024, 5, 6, 7, 8, 9, 120_000, tzinfo=UTC)


def action(**changed: Any) -> Action:
    values: dict[str, Any] = {
        "id": "a1-0001", "verb": "mute", "resource": "call", "key": 4711, "meeting": 300,
        "identity": 170, "label": "Jane +15162065319", "method": "PUT",
        "change": {"muteMode": 2}, "before": {"muteMode": 0},
    }  # fmt: skip
    return Action(**{**values, **changed})


def log(path: Path) -> AuditLog:
    return AuditLog(path, "prod", "https://bridge.example", "cli", lambda: WHEN)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_intent_says_who_what_and_the_value_before(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit.jsonl"
    log(path).intent(action(group="g1", undoes="a0"))
    [line] = lines(path)
    assert line["time"] == "2024-05-06T07:08:09.120Z"
    assert line["event"] == "intent"
    assert (line["action"], line["verb"], line["method"]) == ("a1-0001", "mute", "PUT")
    assert (line["path"], line["meeting"]) == ("/calls/4711", 300)
    assert (line["before"], line["after"]) == ({"muteMode": 0}, {"muteMode": 2})
    assert (line["profile"], line["origin"], line["via"]) == (
        "prod", "https://bridge.example", "cli",
    )  # fmt: skip
    assert (line["group"], line["undoes"], line["identity"]) == ("g1", "a0", 170)
    assert line["user"]
    assert (line["pid"], line["host"]) == (os.getpid(), os.uname().nodename)


def test_an_outcome_follows_with_status_and_latency(tmp_path: Path) -> None:
    audit = log(tmp_path / "audit.jsonl")
    audit.intent(action())
    result = Result(outcome=Outcome.NOT_APPLIED, detail="says yes", status=200, latency_s=0.0417)
    audit.outcome(action(), result)
    intent, outcome = lines(tmp_path / "audit.jsonl")
    assert intent["action"] == outcome["action"]
    assert (outcome["event"], outcome["result"], outcome["detail"]) == (
        "outcome", "not applied", "says yes",
    )  # fmt: skip
    assert (outcome["status"], outcome["latency_ms"]) == (200, 42)


def test_no_full_number_and_no_code_is_written(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    changed = action(change={"accessCode": "998877"}, before={"accessCode": "112233"})
    log(path).intent(changed)
    text = path.read_text()
    assert "998877" not in text
    assert "112233" not in text
    assert "15162065319" not in text
    assert lines(path)[0]["target"] == "Jane +…5319"


def test_a_number_is_masked_in_a_name_and_in_a_detail_too(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path)
    renamed = action(verb="name", change={"customName": "15162065319"}, before={"customName": None})
    audit.intent(renamed)
    audit.outcome(renamed, Result(outcome=Outcome.REFUSED, detail="no line to 15162065319"))
    assert "15162065319" not in path.read_text()
    assert lines(path)[0]["after"] == {"customName": "…5319"}


@pytest.mark.parametrize("number", ["+1 (404) 555-0002", "404.555.0002", "(404) 555 0002"])
def test_a_number_is_masked_however_it_is_written(tmp_path: Path, number: str) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path)
    renamed = action(
        label=f"Anna {number}", verb="name",
        change={"customName": f"Ben {number}"}, before={"customName": number},
    )  # fmt: skip
    audit.intent(renamed)
    audit.outcome(renamed, Result(outcome=Outcome.REFUSED, detail=f"no line to {number} at 10:20"))
    intent, outcome = lines(path)
    plus = "+" * number.startswith("+")
    assert intent["target"] == outcome["target"] == f"Anna {plus}…0002"
    assert intent["before"] == {"customName": f"{plus}…0002"}
    assert intent["after"] == {"customName": f"Ben {plus}…0002"}
    assert outcome["detail"] == f"no line to {plus}…0002 at 10:20"


def test_ids_dates_and_times_are_not_masked(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path)
    reported = "call 1234567 since 2026-11-27 10:20:07 on 10.2.114.15"
    long = action(key=1234567, label="call 1234567")
    audit.intent(long)
    audit.outcome(long, Result(outcome=Outcome.REFUSED, detail=reported))
    intent, outcome = lines(path)
    assert (intent["target"], outcome["detail"]) == ("call 1234567", reported)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.touch(mode=0o644)
    log(path).intent(action())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rotating_the_file_away_starts_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path)
    audit.intent(action())
    path.rename(tmp_path / "audit.jsonl.1")
    audit.outcome(action(), Result(outcome=Outcome.DONE))
    assert len(lines(path)) == len(lines(tmp_path / "audit.jsonl.1")) == 1


def test_a_link_a_pipe_and_a_missing_folder_are_errors(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    for path in (tmp_path / "link", tmp_path / "pipe", tmp_path / "file" / "audit.jsonl"):
        with pytest.raises(OSError, match=str(tmp_path)):
            log(path).intent(action())
    assert target.read_text() == ""


def test_who_is_at_the_keys() -> None:
    who = find_operator({"SUDO_USER": "ann", "SSH_CONNECTION": "192.0.2.7 5022 192.0.2.1 22"})
    assert (who["sudo_user"], who["ssh_client"]) == ("ann", "192.0.2.7")
    nobody = find_operator({})
    assert (nobody["sudo_user"], nobody["ssh_client"]) == (None, None)


@given(st.text(max_size=9000), st.text(max_size=9000))
def test_every_line_fits_and_stays_json(label: str, name: str) -> None:
    line = fit_line({"target": label, "after": {"customName": name}})
    assert len(line) < LONGEST_LINE
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert set(json.loads(line)) == {"target", "after"}


def test_what_can_never_fit_is_an_error() -> None:
    with pytest.raises(OSError, match="too long"):
        fit_line({"numbers": list(range(5000))})


def test_short_texts_are_not_cut() -> None:
    assert json.loads(fit_line({"target": "x" * 300})) == {"target": "x" * 300}
