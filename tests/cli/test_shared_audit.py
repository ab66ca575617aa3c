"""`confmon audit --shared`: the actions of all boxes, and whether that is all of them."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest

from confmon.cli import main
from confmon.cli.shared_audit import EndOfRun, end_of_run
from confmon.config.settings.model import Settings
from confmon.process import exits, paths
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.tables import preparation
from confmon.sharing.tables.place import open_connection, place_of
from tests.audit.shared.tables import append, line_of, ship_all, shipper_of
from tests.cli.conftest import LIMIT_S

if TYPE_CHECKING:
    from pathlib import Path


SHARED = ("--shared", "-o", "json")


@pytest.fixture
def file(tmp_path: Path, config_file: Path) -> Path:
    """Return the shared file of a profile; two boxes have copied their lines into it."""
    file = tmp_path / "share.db"
    config_file.write_text(
        f'default_profile = "ops"\n[profiles.ops]\nlogin = "x"\nshare = "local:{file}"\n'
        'base_url = "https://api.example/conference/v1"\n'
    )
    with contextlib.closing(FileConnection(file)) as connection:
        preparation.prepare(connection, "https://api.example/conference/v1")
        for name in ("one", "two"):
            folder = tmp_path / name
            append(
                folder,
                line_of("a-1", verb="mute", host=name, time=f"2024-05-06T12:00:0{len(name)}Z"),
                line_of("a-1", verb="mute", host=name, event="outcome", result="done"),
            )
            ship_all(shipper_of(folder, name), connection)
    return file


def printed(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, object]]:
    assert main(["audit", *SHARED, *argv]) == exits.OK
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("file")
def test_the_actions_of_all_boxes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(capsys)
    assert [(row["host"], row["verb"], row["result"]) for row in rows] == [
        ("one", "mute", "done"),
        ("two", "mute", "done"),
    ]
    assert [str(one["box"]).split("#")[0] for one in rows] == ["one/alice", "two/alice"]
    assert printed(capsys, "--verb", "drop") == []
    assert printed(capsys, "--since", "1h") == []
    assert len(printed(capsys, "--limit", "1")) == 1
    assert main(["audit", "--shared"]) == exits.OK
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["time", "box"]
    assert len(lines) == 2


def test_what_was_changed_is_found(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--shared", "--verify"]) == exits.OK
    assert capsys.readouterr().out.count("ok") == 2
    with contextlib.closing(FileConnection(file)) as connection:
        connection.execute("DELETE FROM audit WHERE n = 1 AND box LIKE 'two%'")
    assert main(["audit", "--verify", *SHARED]) == exits.NOT_PROVED
    rows = json.loads(capsys.readouterr().out)
    assert [(row["lines"], row["result"]) for row in rows] == [(2, "ok"), (1, "line 1 is missing")]


def test_what_can_not_be_asked(config_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config_file.write_text('[profiles.ops]\nlogin = "x"\nbase_url = "https://api.example/v1"\n')
    for argv, code in (
        (["--shared"], exits.CONFIG),
        (["--shared", "--verify"], exits.CONFIG),
        (["--verify"], exits.USAGE),
        (["--shared", "--demo"], exits.USAGE),
    ):
        assert main(["audit", *argv]) == code
        assert capsys.readouterr().out == ""


def test_a_gap_is_mentioned(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(FileConnection(file)) as connection:
        connection.execute(
            "INSERT INTO audit SELECT box, 3, at, hash, 'f', ? FROM audit WHERE n = 2",
            ('{"event":"lost","time":"2024-05-06T12:00:00.000Z"}',),
        )
    assert main(["audit", "--shared"]) == exits.OK
    assert "rotated away before they could be shared, once" in capsys.readouterr().err


@pytest.mark.parametrize(
    "spelled",
    ["{url}?schema=confmon", "{url}?connect_timeout=5", "{localhost}", "{url}?application_name=x"],
)
def test_another_spelling_of_the_place_goes_on_with_the_same_chain(
    postgres: str, home: Path, spelled: str
) -> None:
    bridge = "https://api.example/conference/v1"
    with contextlib.closing(open_connection(place_of(postgres, None))) as connection:
        preparation.prepare(connection, bridge)
        other = spelled.format(url=postgres, localhost=postgres.replace("127.0.0.1", "localhost"))
        for nth, share in enumerate((postgres, other, postgres)):
            settings = Settings(profile="ops", base_url=bridge, login="x", share=share)
            end = end_of_run(settings)
            assert end is not None
            append(paths.audit_log().parent, line_of(f"a-{nth}"))
            end.wake()
            end.copy(LIMIT_S)
        boxes = connection.query("SELECT box, COUNT(*) FROM audit GROUP BY box")
        assert [count for _, count in boxes] == [3], "each line once, in one chain"
    assert len(list(paths.state().glob("shared-audit-*.json"))) == 1
    assert home in paths.state().parents


def test_a_command_shares_its_lines_at_its_end(tmp_path: Path) -> None:
    file = tmp_path / "share.db"
    with contextlib.closing(FileConnection(file)) as connection:
        preparation.prepare(connection, "https://api.example/conference/v1")
    end = EndOfRun(shipper_of(tmp_path), lambda: FileConnection(file))
    end.copy()  # nothing was done
    end = EndOfRun(shipper_of(tmp_path), lambda: FileConnection(file))
    append(tmp_path, line_of("a-1"))
    end.wake(b"line")
    end.wake(b"line")
    end.copy(30.0)
    with contextlib.closing(FileConnection(file)) as connection:
        assert connection.query("SELECT line FROM audit") == [(line_of("a-1"),)]
