"""Every command on streams that are closed or full: what was asked is done, and is reported truly.

A shell makes the streams, so they are what an operator's would be.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from confmon.cli import main
from confmon.cli.grammar import completion
from confmon.process import exits

if TYPE_CHECKING:
    from tests.cli.conftest import Served

FORKED = Path(__file__).with_name("forked.py")
LIMIT_S = 300


class Case(NamedTuple):
    """A command line, its exit code on whole streams, whether it prints, and what it sends.

    `lost` is its exit code where what it prints is lost.
    """

    line: str
    code: int = exits.OK
    prints: bool = False
    sends: int = 0
    lost: int = exits.UNWRITABLE


def read(line: str) -> Case:
    """Return a command that prints and sends nothing but GET."""
    return Case(line, prints=True)


CASES = (
    read("--help"), read("--version"), read("calls --help"), read("room create --help"),
    Case("nonsense", exits.USAGE), Case("", exits.USAGE), Case("calls --limit=--", exits.USAGE),
    read("meetings"), read("meetings -o csv"), read("meeting {meeting}"), read("calls"),
    read("calls -o json"), read("calls -o jsonl --filter muted"), read("call {call}"),
    Case("call 1", exits.NOT_PROVED), read("attributes {meeting}"),
    Case("mute {call} {other}", sends=2), Case("unmute {call}", sends=1),
    Case("hold {call}", sends=1), Case("release {call}", sends=1),
    Case("name {call} Ann", sends=1), Case("gain {call} 2", sends=1),
    Case("role --yes {call} host", sends=1), Case("role {call} host", exits.USAGE),
    Case("mute 1", exits.NOT_PROVED), Case("drop {call}", exits.USAGE),
    Case("drop --yes {call}", sends=1),
    Case("attribute set {meeting} conference_exittones maybe", exits.USAGE),
    Case("attribute set {meeting} conference_mute_policy l", sends=1),
    Case("poll {meeting}", exits.NOT_PROVED, sends=1), Case("end --yes {meeting}", sends=1),
    read("rooms"), read("rooms --reveal-codes"), read("room show {room}"),
    Case("room create --did-group 219 --call-flow 3 --yes", prints=True, sends=1),
    Case("room create --did-group 219 --call-flow 3", exits.USAGE),
    Case("room update {room} --description Streams", sends=1),
    Case("room keys {room} --add 908070=host", prints=True, sends=1),
    Case("room delete --yes {room}", sends=1),
    read("dids"), read("did show {did}"),
    Case("did create --did-group 219 --phone-number 15162065000 --yes", prints=True, sends=1),
    Case("did update {did} --did-group {group}", sends=1),
    read("did-groups"), read("did-group show 219"),
    Case("did-group create --call-flow 3 --name New --yes", prints=True, sends=1),
    Case("did-group update 219 --name Newer", sends=1),
    read("call-flows"), read("call-flow 3"), read("subscribers"), read("subscriber {subscriber}"),
    read("bindings"), read("binding show {binding}"),
    Case("binding update {binding} --destination-did 15162065587 --yes", sends=1),
    Case("binding delete --yes {binding}", sends=1),
    Case("binding create --destination-did 15162065586 --yes", prints=True, sends=1),
    read("dialouts"), read("dialout show {dialout}"),
    Case("dialout create --yes --stage-one-destination-did 15162065339"
         " --stage-two-destination-did 15162065338 --delay 600", prints=True, sends=1),
    Case("dialout update {dialout} --delay 800 --yes", sends=1),
    Case("dialout delete --yes {dialout}", sends=1),
    read("mediator-dids"), read("discover"),
    Case("discover --write --yes --name made", prints=True),
    read("--profile made config show"), read("config path"), Case("config validate"),
    read("config init --print"), Case("config init", exits.CONFIG),
    Case("login", exits.USAGE), Case("logout"), Case("demo", exits.USAGE),
    Case("simulate --port {taken}", exits.DOWN),
    read("attention --interval 0.5"), read("attention --interval 0.5 --meeting {meeting} -o csv"),
    Case("attention --rule nonsense", exits.USAGE),
    read("share init --print --share postgresql://db.example/x"), Case("share init", exits.CONFIG),
    Case("share status", exits.CONFIG), Case("share check", exits.CONFIG),
    Case("alerts test", exits.CONFIG), Case("record --for 0"),
    Case("collect --for 0", exits.CONFIG), Case("audit --shared", exits.CONFIG),
    Case("attendance 1", exits.NOT_PROVED),
    read("history meetings"), read("history calls -o csv"), read("history events --since -2h"),
    Case("history export -", exits.NOT_PROVED), Case("history prune --dry-run"),
    Case("replay nowhere", exits.CONFIG), Case("calls --watch -o csv", exits.USAGE),
    Case("check --interval 0.5 --rule question", prints=True, lost=3),
    Case("metrics --port {taken}", exits.DOWN), Case("metrics --port x", exits.USAGE),
    Case("check --rule nonsense", 3, prints=True, lost=3),
    read("audit"), read("audit --limit 1 -o csv"), read("completion zsh"),
    read("help"), read("help keys"), read("help --search bell"),
    Case("help keyz", exits.USAGE), Case("help --search nowhere-at-all", exits.NOT_PROVED),
)  # fmt: skip


def test_every_command_is_tried() -> None:
    tried = {" ".join(word for word in case.line.split() if word[0] not in "-{") for case in CASES}
    for node in completion.command_tree():
        assert any(f"{line} ".startswith(f"{node.name} ") for line in tried), node.name


WHOLE = ("</dev/null", ">out", "2>err")
ALL = (WHOLE, ("<&-", ">&-", "2>&-"), ("</dev/full", ">/dev/full", "2>err"),
       ("<&-", ">out", "2>/dev/full"))  # fmt: skip
"""With these each command is tried, with the others some: a stream is looked after in one place."""
REST = (("</dev/null", ">&-", "2>err"), ("</dev/null", ">/dev/full", "2>&-"),
        ("</dev/full", ">out", "2>&-"), ("</dev/full", ">&-", "2>/dev/full"),
        ("<&-", ">/dev/full", "2>/dev/full"))  # fmt: skip
SOME = ("--version", "demo", "login", "meetings -o csv", "mute {call} {other}", "completion zsh")


@pytest.mark.parametrize("streams", [*ALL, *REST], ids=" ".join)
def test_what_was_asked_is_done_and_reported(
    served: Served, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    streams: tuple[str, str, str],
) -> None:  # fmt: skip
    cases = [case for case in CASES if streams in ALL or case.line in SOME]
    about = targets(served, capsys)
    lines = [case.line.format_map(about).split() for case in cases]
    before = len(served.requests)
    report = tmp_path / "report"
    subprocess.run(
        ["sh", "-c", " ".join(('exec "$0" "$@"', *streams)), sys.executable, FORKED, report,
         json.dumps(lines)],
        cwd=tmp_path, timeout=LIMIT_S, check=True,
    )  # fmt: skip
    codes = json.loads(report.read_text())
    lost = [case.prints and ">out" not in streams for case in cases]
    assert dict(zip([case.line for case in cases], codes, strict=True)) == {
        case.line: case.lost if lost_ else case.code
        for case, lost_ in zip(cases, lost, strict=True)
    }
    methods = [method for method, *_ in served.requests[before:] if method != "GET"]
    assert len(methods) == sum(case.sends for case in cases)
    assert not list((home / "state" / "confmon").glob("crash*"))
    if streams in ALL:
        assert (home / "config" / "confmon" / "made.conference.password").exists()
    if "2>err" in streams:
        printed = (tmp_path / "err").read_text()
        assert printed.count("confmon: the output can't be written: ") == sum(lost)
        assert "internal error" not in printed
        assert "muted" in printed
    if ">out" in streams:
        assert "confmon: " not in (tmp_path / "out").read_text()


def test_codes_from_an_input_that_is_closed_or_endless_are_not_taken_for_none(
    served: Served,
) -> None:
    room = str(next(iter(served.world.directory.rooms)))
    for stream, why in (("<&-", "Bad file descriptor"), ("</dev/zero", "longer than 64 kB")):
        done = subprocess.run(
            ["sh", "-c", f'exec "$0" "$@" {stream}', sys.executable, "-m", "confmon", "room",
             "keys", room, "--keys-file", "-"],
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (exits.USAGE, "")
        assert done.stderr == f"confmon: --keys-file -: {why}\n"
    assert not served.requests


@pytest.mark.parametrize("streams", ["2>&-", "<&- 2>&-"])
def test_a_password_command_may_write_where_nobody_listens(
    served: Served, config_file: Path, streams: str
) -> None:
    config_file.write_text(
        f'[profiles.p]\nbase_url = "{served.base_url}"\nlogin = "ann"\n'
        'credentials_command = ["sh", "-c", "echo noise >&2 && echo hunter2"]\n'
    )
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {streams}', sys.executable, "-m", "confmon", "meetings",
         "-o", "csv"],
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == exits.OK
    assert done.stdout.startswith("meetingNumber,")


def targets(served: Served, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return what the command lines are about, the binding and the dialout newly made."""
    made = {}
    for kind, *words in (
        ("binding", "--destination-did", "15162065581"),
        ("dialout", "--stage-one-destination-did", "15162065331",
         "--stage-two-destination-did", "15162065332", "--delay", "900"),
    ):  # fmt: skip
        capsys.readouterr()
        assert main([kind, "create", "--yes", "-o", "json", *words]) == exits.OK
        made[kind] = json.loads(capsys.readouterr().out)[f"{kind}_sid"]
    world = served.world
    did = next(iter(world.directory.dids.values()))
    call, other = (str(caller.id) for caller in served.callers(2))
    return made | {
        "call": call,
        "other": other,
        "meeting": str(max(world.meetings.values(), key=lambda meeting: len(meeting.calls)).number),
        "room": str(next(iter(world.directory.rooms))),
        "did": str(did.id),
        "group": str(next(group for group in world.directory.groups if group != did.group_id)),
        "subscriber": next(iter(world.directory.subscribers)),
        "taken": served.base_url.split(":")[2].partition("/")[0],
    }
