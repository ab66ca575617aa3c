"""Attendance, the history, its export and pruning: commands on a small town of known facts."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.cli.commands.past.asked import read_time
from confmon.process import exits, paths
from tests.cli.test_live import in_a_terminal
from tests.history.town import ANNA, BELA, CLEO, NOON, Town, small_town

if TYPE_CHECKING:
    from pathlib import Path

BOARD, OTHER = "309001", "309002"
URL = "https://a.example/conference/v1"
SPAN = ("--since", "2026-09-21T00:00Z", "--until", "2026-09-22T00:00Z")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history of an endpoint that nobody asks anything: there is no password."""
    monkeypatch.setenv("CONFMON_BASE_URL", URL)
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    path = paths.history(URL, "ann")
    path.parent.mkdir(parents=True)
    small_town(path).close()
    return path


def rows(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, Any]]:
    assert main([*argv, "-o", "json"]) == exits.OK
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_who_was_in_a_meeting_and_for_how_long(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anna, bela, cleo = rows(capsys, "attendance", BOARD, "--reveal-numbers")
    assert list(anna) == [
        "number", "name", "role", "joined", "joined_uncertainty_s", "left", "left_uncertainty_s",
        "reconnects", "total_s", "muted_s", "held_s",
    ]  # fmt: skip
    assert (anna["number"], anna["role"], anna["joined"]) == (ANNA, 1, "2026-09-21T14:13:20.000Z")
    assert (anna["left"], anna["total_s"]) == (None, 172.0)
    assert (bela["number"], bela["reconnects"], bela["muted_s"]) == (BELA, 1, 60.0)
    assert (cleo["number"], cleo["held_s"]) == (CLEO, 28.0)
    [one] = rows(capsys, "attendance", OTHER)
    assert one["left"] is not None
    assert one["number"] is None


def test_attendance_in_every_format_says_what_was_not_seen(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attendance", BOARD, "-o", "csv"]) == exits.OK
    out, err = capsys.readouterr()
    assert len(list(csv.DictReader(io.StringIO(out)))) == 3
    assert err == (
        "confmon: nothing has been recorded since 2026-09-21 14:18:12Z: what was live then may not"
        " be now\n"
        "confmon: not seen from 2026-09-21 14:15:36Z to 2026-09-21 14:17:36Z (unreachable)\n"
    )
    assert main(["attendance", BOARD]) == exits.OK
    lines = capsys.readouterr().out.splitlines()
    assert "Anna Berg-Ek" in lines[1]
    assert "2:52" in lines[1].split()
    assert "still in" in lines[1]


def test_numbers_are_cut_unless_they_are_revealed(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for argv in (["attendance", BOARD], ["history", "calls"], ["history", "events", *SPAN],
                 ["history", "export", *SPAN, "-"]):  # fmt: skip
        for more, whole in (([], False), (["--reveal-numbers"], True)):
            assert main([*argv, *more]) == exits.OK
            assert (ANNA in capsys.readouterr().out) == whole, argv


def test_a_part_of_a_session(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    since, until = "2026-09-21T14:14:50Z", "2026-09-21T14:15:00Z"
    found = rows(capsys, "attendance", BOARD, "--since", since, "--until", until)
    assert [one["total_s"] for one in found] == [10.0, 2.0]


def test_meetings_that_were(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "history", "meetings")
    assert [str(one["meeting"]) for one in found] == [OTHER, BOARD]
    other, board = found
    assert (board["owner"], board["peak"], board["callers"], board["ended"]) == (
        "board", 3, 4, None,
    )  # fmt: skip
    assert other["ended"].endswith("Z")
    assert rows(capsys, "history", "meetings", "--search", "cleo") == [board]
    assert rows(capsys, "history", "meetings", "--meeting", OTHER, "--limit", "1") == [other]
    assert rows(capsys, "history", "meetings", "--until", "2026-09-20") == []
    assert main(["history", "meetings"]) == exits.OK
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == [
        "session", "started", "ended", "meeting", "owner", "lasted", "most", "came",
    ]  # fmt: skip


def test_calls_that_were(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "history", "calls", "--phone", BELA)
    assert len(found) == 2
    [meeting] = found[1]["meetings"]
    assert (str(meeting["meeting"]), meeting["how"]) == (BOARD, "left")
    assert main(["history", "calls"]) == exits.OK
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_what_was_live_is_not_said_to_be_live_now(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for what in ("meetings", "calls"):
        assert main(["history", what]) == exits.OK
        out, err = capsys.readouterr()
        assert "live?" in out
        assert " live " not in out
        assert "nothing has been recorded since 2026-09-21 14:18:12Z" in err
    assert main(["history", "meetings", "--until", "2026-09-21T14:18:00Z"]) == exits.OK
    assert "nothing has been recorded" not in capsys.readouterr().err


def test_a_number_that_the_bridge_dialled_is_the_persons(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = "+18005550100", "+493099887766"
    with sqlite3.connect(kept) as db:
        db.execute("UPDATE call_state SET connection_status = 1")
        db.execute("UPDATE leg SET caller = ?, callee = ?", (ours, theirs))
    db.close()
    for call in rows(capsys, "history", "calls"):
        assert (call["number"], call["did"]) == ("•••••••••7766", None)
    numbers = {event["number"] for event in rows(capsys, "history", "events", *SPAN)}
    assert numbers <= {"•••••••••7766", None}
    assert len(numbers) == 2
    for argv in (["attendance", BOARD], ["history", "export", *SPAN, "-"]):
        assert main(argv) == exits.OK
        out = capsys.readouterr().out
        assert theirs not in out
        assert "7766" in out


def test_what_happened(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = [row["kind"] for row in rows(capsys, "history", "events", "--meeting", BOARD)]
    assert {"muted", "unmuted", "left", "held", "renamed"} <= set(kinds)
    [renamed] = [
        one for one in rows(capsys, "history", "events", *SPAN) if one["kind"] == "renamed"
    ]
    assert (renamed["text"], str(renamed["meeting"])) == ("Anna Berg-Ek", BOARD)
    assert main(["history", "events", "--meeting", BOARD]) == exits.OK
    assert "muted" in capsys.readouterr().out
    assert rows(capsys, "history", "events", "--since=-2h") == []


def test_what_is_not_there(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attendance", "1"]) == exits.NOT_PROVED
    assert main(["attendance", BOARD, "--session", "99"]) == exits.NOT_PROVED
    assert main(["attendance", BOARD, "--since", "noon"]) == exits.USAGE
    assert main(["attendance", BOARD, "--since", "2026-09-22", "--until", "2026-09-21"]) == (
        exits.USAGE
    )
    assert main(["history", "export", "--until", "2020-01-01", "-"]) == exits.NOT_PROVED
    assert main(["--login", "eve", "history", "meetings"]) == exits.CONFIG
    out, err = capsys.readouterr()
    assert out == ""
    assert "nothing has been recorded yet" in err
    kept.write_bytes(b"no database" * 1000)
    assert main(["history", "meetings"]) == exits.CONFIG
    assert "damaged" in capsys.readouterr().err


def test_a_time_with_a_sign_needs_no_equals_sign(kept: Path) -> None:
    assert main(["history", "events", "--since", "-2h", "--until", "-5m"]) == exits.OK


@pytest.mark.parametrize(
    ("text", "at_s"),
    [
        ("2026-03-28", 1774656000), ("2026-03-28T14:03", 1774706580),
        ("2026-03-28T14:03:20+01:00", 1774703000), ("2026-03-28 14:03", 1774706580),
        ("2026-03-28T14:03Z", 1774706580), ("-1h30", 1774800000 - 5400), ("15:00", 1774796400),
        ("yesterday", 1774656000),
    ],
)  # fmt: skip
def test_times_are_read_as_on_the_screen_and_as_iso(text: str, at_s: int) -> None:
    assert read_time("--since", text, 1774800000.0) == at_s * 1000


def test_what_is_too_old_is_deleted_when_asked(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONFMON_BASE_URL", URL)
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    path = paths.history(URL, "ann")
    path.parent.mkdir(parents=True)
    town = Town(path, began=NOON - 200 * 86_400_000)
    old = town.meets(1, "old")
    town.joins(old, ANNA, "Anna", role=1)
    town.reads(2)
    town.ends(old)
    town.reads(30)
    town.close()
    assert main(["history", "prune", "--dry-run"]) == exits.OK
    assert len(rows(capsys, "history", "meetings")) == 1
    assert main(["history", "prune", "--days", "3650"]) == exits.OK
    assert len(rows(capsys, "history", "meetings")) == 1
    capsys.readouterr()
    assert main(["history", "prune"]) == exits.OK
    assert "were deleted" in capsys.readouterr().err
    assert rows(capsys, "history", "meetings") == rows(capsys, "history", "calls") == []


def test_an_export_is_the_owners_alone_and_replaces_nothing(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "board.jsonl"
    assert main(["history", "export", "--meeting", BOARD, str(file)]) == exits.OK
    assert file.stat().st_mode & 0o777 == 0o600
    whole = file.read_bytes()
    assert main(["history", "export", "--meeting", BOARD, str(file)]) == exits.UNWRITABLE
    assert file.read_bytes() == whole
    header, *lines = [json.loads(line) for line in whole.decode().splitlines()]
    assert (header["version"], header["began_ms"], header["meeting"]) == (1, NOON, int(BOARD))
    assert header["endpoint"] == "https://a.example"
    assert "ann" not in json.dumps(header)
    kinds = [kind for _, kind, _ in lines]
    assert kinds[0] == "key"
    assert {"change", "gap", "marker"} < set(kinds)
    assert [at for at, *_ in lines] == sorted(at for at, *_ in lines)
    assert OTHER not in whole.decode()
    assert main(["history", "export", "--meeting", BOARD, str(tmp_path / "a" / "b")]) == (
        exits.UNWRITABLE
    )


def test_an_export_is_played_on_the_screen_or_refused_with_its_line(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "board.jsonl"
    assert main(["history", "export", "--meeting", BOARD, str(file)]) == exits.OK
    code, seen = in_a_terminal(["replay", "--speed", "5", str(file)], BOARD.encode(), b"q")
    assert code == exits.OK
    assert b"READ-ONLY" in seen
    with file.open("a") as out:
        out.write("[1, 2\n")
    capsys.readouterr()
    assert main(["replay", str(file)]) == exits.CONFIG
    lines = len(file.read_text().splitlines())
    assert f"board.jsonl: line {lines}: not JSON" in capsys.readouterr().err
    assert main(["replay", str(file), "--speed", "0"]) == exits.USAGE
