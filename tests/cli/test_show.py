"""Lists and single records of what is set up, against the simulator on a real socket."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.process import exits
from tests.cli.conftest import LIMIT_S, Served, audited

if TYPE_CHECKING:
    from pathlib import Path

LISTS = (
    ("rooms", "meetingNumber"), ("dids", "id"), ("did-groups", "id"), ("call-flows", "id"),
    ("subscribers", "sid"), ("bindings", "binding_sid"), ("mediator-dids", "did_sid"),
)  # fmt: skip


def rows(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, Any]]:
    """Run a list as JSON and return its rows."""
    assert main([*argv, "-o", "json"]) == exits.OK
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(("command", "key"), LISTS)
def test_every_list_says_the_same_in_every_format(
    served: Served, capsys: pytest.CaptureFixture[str], command: str, key: str
) -> None:
    found = [str(row[key]) for row in rows(capsys, command)]
    assert len(found) == len(set(found)) > 1
    assert main([command, "-o", "jsonl"]) == exits.OK
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [str(row[key]) for row in lines] == found
    assert main([command, "-o", "csv"]) == exits.OK
    sheet = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row[key] for row in sheet] == found
    assert main([command]) == exits.OK
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table[1:]] == found


@pytest.mark.parametrize(("command", "key"), LISTS)
def test_every_list_takes_filter_order_limit_offset_and_fields(
    served: Served, capsys: pytest.CaptureFixture[str], command: str, key: str
) -> None:
    every = sorted(row[key] for row in rows(capsys, command))
    for ignored in (False, True):
        served.quirks.ignore_filter = ignored
        picked = rows(capsys, command, "--filter", f'{key} eq "{every[1]}"', "--fields", key)
        assert picked == [{key: every[1]}]
    served.quirks.ignore_filter = False
    falling = rows(capsys, command, "--order", f"{key} desc", "--offset", "1", "--limit", "1",
                   "--fields", key)  # fmt: skip
    assert falling == [{key: every[-2]}]


def test_a_filter_and_a_limit_hold_on_a_server_that_ignores_the_filter(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.quirks.ignore_filter = True
    every = [row["id"] for row in rows(capsys, "dids")]
    wanted = [id_ for id_ in every if id_ > every[2]]
    found = rows(capsys, "dids", "--filter", f"id gt {every[2]}", "--limit", "3")
    assert [row["id"] for row in found] == wanted[:3]


def test_an_order_holds_on_a_server_that_ignores_it(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.quirks.ignore_order = True
    ids = sorted(served.world.calls, reverse=True)
    found = rows(capsys, "calls", "--order", "id desc", "--offset", "1", "--limit", "30")
    assert [row["id"] for row in found] == ids[1:31]
    assert [row["id"] for row in rows(capsys, "calls", "--order", "id desc")] == ids


def test_live_lists_take_them_too(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = sorted(served.world.meetings)
    found = rows(capsys, "meetings", "--order", "meetingNumber desc", "--limit", "2",
                 "--fields", "meetingNumber,muteMode")  # fmt: skip
    assert [row["meetingNumber"] for row in found] == numbers[:-3:-1]
    assert list(found[0]) == ["meetingNumber", "muteMode"]
    ids = sorted(served.world.calls)
    some = rows(capsys, "calls", "--offset", "5", "--limit", "4", "--order", "id")
    assert [row["id"] for row in some] == ids[5:9]
    muted = rows(capsys, "calls", "--filter", "muted", "--order", "id", "--limit", "3")
    assert [row["id"] for row in muted] == [
        id_ for id_ in ids if served.world.calls[id_].mute_mode
    ][:3]  # fmt: skip
    few = rows(capsys, "attributes", str(numbers[0]), "--limit", "5")
    assert len(few) == 5
    [one] = rows(capsys, "attributes", str(numbers[0]), "--filter", 'name like "conf_hosts%"')
    assert one["name"] == "conf_hosts_count"


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["rooms", "--fields", "meetingNumbr"], "did you mean meetingNumber?"),
        (["rooms", "--filter", "owner eq 5"], "no field 'owner'"),
        (["dids", "--order", "id down"], "'field desc'"),
        (["bindings", "--exclude", "nam"], "did you mean name?"),
        (["dids", "--limit", "0"], "0 is not in 1 upwards"),
        (["binding", "show", "../dialouts"], "not an id"),
        (["meetings", "--filter", "muted"], "no field 'muted'"),
    ],
)
def test_what_can_not_be_asked_is_reported(
    served: Served, capsys: pytest.CaptureFixture[str], argv: list[str], complaint: str
) -> None:
    assert main(argv) == exits.USAGE
    assert complaint in capsys.readouterr().err


def test_single_records(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    directory = served.world.directory
    [binding, *_] = rows(capsys, "bindings", "--exclude", "name")
    assert "name" not in binding
    for argv, key, value in (
        (["room", "show"], "meetingNumber", next(iter(directory.rooms))),
        (["did", "show"], "id", next(iter(directory.dids))),
        (["did-group", "show"], "id", next(iter(directory.groups))),
        (["call-flow"], "id", next(iter(directory.flows))),
        (["subscriber"], "sid", next(iter(directory.subscribers))),
        (["binding", "show"], "binding_sid", binding["binding_sid"]),
        (["meeting"], "meetingNumber", next(iter(served.world.meetings))),
        (["call"], "id", next(iter(served.world.calls))),
    ):
        assert main([*argv, str(value), "-o", "json"]) == exits.OK
        assert json.loads(capsys.readouterr().out)[key] == value
        assert main([*argv, str(value)]) == exits.OK
        assert str(value) in capsys.readouterr().out
        assert main([*argv, "99999999"]) == exits.NOT_PROVED
        err = capsys.readouterr().err
        assert "there is no" in err
        assert "_" not in err, "a wire name is nothing to read"


def test_a_call_flow_shows_its_templates_unless_they_are_left_out(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["call-flow", "1", "-o", "json"]) == exits.OK
    names = {
        template["name"] for template in json.loads(capsys.readouterr().out)["attributeTemplates"]
    }
    assert len(names) > 60
    assert main(["call-flow", "1", "--exclude", "attributeTemplates", "-o", "json"]) == exits.OK
    assert "attributeTemplates" not in json.loads(capsys.readouterr().out)
    assert "attributeTemplates" not in rows(capsys, "call-flows")[0]
    assert rows(capsys, "call-flows", "--fields", "id,attributeTemplates")[0]["attributeTemplates"]


def test_access_codes_are_shown_only_when_that_is_written_down(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number, room = next(iter(served.world.directory.rooms.items()))
    more = [word for code in range(100_001, 100_007) for word in ("--add", f"{code}=listener")]
    assert main(["room", "keys", str(number), *more]) == exits.OK
    (home / "state" / "confmon" / "audit.jsonl").unlink()
    codes = {key.access_code for key in room.keychain}
    assert len(codes) > 6
    shown = ("room", "show", str(number)), ("room", "keys", str(number)), ("rooms",)
    for argv in shown:
        for output in ("table", "json", "csv"):
            assert main([*argv, "-o", output]) == exits.OK
            out = capsys.readouterr().out
            assert not any(code in out for code in codes)
    assert not (home / "state" / "confmon" / "audit.jsonl").exists()
    for argv in shown:
        assert main([*argv, "--reveal-codes"]) == exits.OK
        out = capsys.readouterr().out
        assert all(code in out for code in codes)
    lines = audited(home)
    assert [line["verb"] for line in lines] == ["room_reveal"] * 6
    assert not any(code in json.dumps(line) for line in lines for code in codes)


def test_without_an_audit_log_no_code_is_shown(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "state").write_text("in the way")
    number = next(iter(served.world.directory.rooms))
    assert main(["room", "keys", str(number), "--reveal-codes"]) == exits.CONFIG
    out, err = capsys.readouterr()
    assert out == ""
    assert "no access code is shown" in err


def test_masked_numbers_are_masked_everywhere(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    password = config_file.with_name("medium.password")
    password.write_text("medium7")
    password.chmod(0o600)
    config_file.write_text(
        f'[profiles.p]\nbase_url = "{served.base_url}"\nlogin = "ann"\nmask_numbers = true\n'
        f'mediator_base_url = "{served.mediator_url}"\nmediator_login = "max"\n'
        'mediator_password_file = "medium.password"\n'
    )
    monkeypatch.delenv("CONFMON_MEDIATOR_PASSWORD_FILE")
    phones = [did.phone_number for did in served.world.directory.dids.values()]
    for argv in (["dids"], ["dids", "-o", "json"], ["bindings", "-o", "csv"], ["mediator-dids"]):
        assert main(argv) == exits.OK
        out = capsys.readouterr().out
        assert not any(phone in out for phone in phones)
        assert "1916656100" not in out


def test_failures_of_the_mediator_have_their_codes(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_MEDIATOR_LOGIN", "ann")
    assert main(["bindings"]) == exits.AUTH
    assert "Mediator endpoint's own login" in capsys.readouterr().err
    monkeypatch.setenv("CONFMON_MEDIATOR_BASE_URL", "http://127.0.0.1:9/mediator/v1")
    assert main(["bindings"]) == exits.DOWN
    monkeypatch.delenv("CONFMON_MEDIATOR_LOGIN")
    assert main(["bindings"]) == exits.CONFIG
    out, err = capsys.readouterr()
    assert out == ""
    assert "mediator_login" in err
    assert "medium7" not in err


def test_the_mediator_needs_no_conference_and_the_conference_no_mediator(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONFMON_MEDIATOR_LOGIN")
    assert main(["rooms"]) == exits.OK
    monkeypatch.setenv("CONFMON_MEDIATOR_LOGIN", "max")
    monkeypatch.delenv("CONFMON_BASE_URL")
    monkeypatch.delenv("CONFMON_LOGIN")
    assert main(["bindings"]) == exits.OK
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["rooms", "bindings", "discover"])
def test_lists_never_load_the_screen(served: Served, command: str) -> None:
    program = (
        f"import sys; from confmon.cli import main; code = main(['{command}', '-o', 'json']);"
        "bad = {'textual', 'rich', 'click', 'starlette'} & {n.split('.')[0] for n in sys.modules};"
        "sys.exit(f'{code} {bad}' if code or bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 1
