"""What changes what is set up: sent, read back, audited; against the simulator on a real socket."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.process import exits
from tests.cli.conftest import Served, audited
from tests.cli.test_live import in_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

SID = "99999999-0000-4000-8000-000000000000"


def shown(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    """Run a command that prints one record and return it."""
    capsys.readouterr()
    assert main([*argv, "-o", "json"]) == exits.OK
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_room_from_its_creation_to_its_end(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shown(
        capsys, "room", "create", "--did-group", "219", "--call-flow", "3", "--yes",
        "--description", "Board", "--key", "4711=host", "--key", "998877=participant",
        "--attribute", "conference_mute_policy=lp",
    )  # fmt: skip
    number = made["meetingNumber"]
    room = served.world.directory.rooms[number]
    assert room.description == "Board"
    assert {(key.access_code, key.role) for key in room.keychain} == {("4711", 1), ("998877", 2)}
    assert room.attributes["conference_mute_policy"] == "pl"

    assert main(["room", "update", str(number), "--description", "Another description"]) == exits.OK
    assert room.description == "Another description"
    assert main(["room", "keys", str(number), "--add", "55=l", "--remove", "4711"]) == exits.OK
    out, err = capsys.readouterr()
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [
        ["****", "participant"], ["****", "listener"],
    ]  # fmt: skip
    assert {key.access_code for key in room.keychain} == {"998877", "55"}
    assert main(["room", "update", str(number), "--unset", "conference_mute_policy"]) == exits.OK
    assert "conference_mute_policy" not in room.attributes
    assert main(["room", "delete", "--yes", str(number)]) == exits.OK
    assert number not in served.world.directory.rooms
    err += capsys.readouterr().err
    assert len(re.findall(": changed", err)) == 3
    assert ": deleted" in err
    lines = audited(home)
    assert [line["verb"] for line in lines[::2]] == [
        "room_create", "room_update", "room_update", "room_update", "room_delete",
    ]  # fmt: skip
    assert {line["result"] for line in lines[1::2]} == {"done"}
    assert not re.search("4711|998877", json.dumps([line["after"] for line in lines[::2]]))


def test_access_codes_from_a_file(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number, room = next(iter(served.world.directory.rooms.items()))
    file = tmp_path / "codes"
    file.write_text("112233=host\n\n445566=listener\n")
    assert main(["room", "keys", str(number), "--keys-file", str(file)]) == exits.OK
    assert {"112233", "445566"} < {key.access_code for key in room.keychain}
    assert main(["room", "keys", str(number), "--keys-file", str(tmp_path / "no")]) == exits.USAGE
    assert "112233" not in "".join(capsys.readouterr())


def test_numbers_are_made_and_changed(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    directory = served.world.directory
    made = shown(capsys, "did", "create", "--did-group", "219", "--phone-number",
                 "+1 (516) 206-5000", "--yes")  # fmt: skip
    assert directory.dids[made["id"]].phone_number == "15162065000"
    assert main(["did", "update", str(made["id"]), "--did-group", "301"]) == exits.OK
    assert directory.dids[made["id"]].group_id == 301
    group = shown(capsys, "did-group", "create", "--call-flow", "3", "--name", "New", "--yes")
    assert main(["did-group", "update", str(group["id"]), "--name", "Newer"]) == exits.OK
    assert directory.groups[group["id"]].name == "Newer"


def test_a_binding_is_changed_in_part_and_as_a_whole(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shown(capsys, "binding", "create", "--destination-did", "15162065586",
                 "--maximum-ttl", "-1", "--wait-origination-did-ttl", "-1", "--yes",
                 "--reveal-numbers")  # fmt: skip
    assert (made["maximum_ttl"], made["name"], made["attributes"]) == (-1, "N/A", {})
    sid = made["binding_sid"]
    update = ["binding", "update", sid, "--yes", "--destination-did"]
    assert main([*update, "15162065587"]) == exits.OK
    assert main([*update, "15162065588", "--whole"]) == exits.OK
    after = shown(capsys, "binding", "show", sid, "--reveal-numbers")
    assert after == {**made, "destination_did": "15162065588"}
    assert main(["binding", "delete", "--yes", sid]) == exits.OK
    assert main(["binding", "show", sid]) == exits.NOT_PROVED
    intents = audited(home)[::2]
    assert [line["method"] for line in intents] == ["POST", "PATCH", "PUT", "DELETE"]
    assert {line["origin"] for line in intents} == {served.mediator_url.partition("/med")[0]}


def test_a_dialout_waits_and_is_called_off(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    dial = ["dialout", "create", "--yes", "--stage-one-destination-did", "15162065339",
            "--stage-two-destination-did"]  # fmt: skip
    assert main([*dial, "15162065339"]) == exits.USAGE
    assert "same number" in capsys.readouterr().err
    sid = shown(capsys, *dial, "15162065338", "--delay", "600")["dialout_sid"]
    assert main(["dialout", "update", sid, "--delay", "900", "--yes"]) == exits.OK
    assert shown(capsys, "dialout", "show", sid)["delay"] == 900
    assert main(["dialout", "delete", sid, "--yes"]) in (exits.OK, exits.NOT_PROVED)
    assert main(["dialouts", "-o", "json"]) == exits.OK
    assert sid not in capsys.readouterr().out


def test_a_live_attribute_is_set_and_read_back(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = str(next(iter(served.world.meetings)))
    name = "conference_exittones"
    [before] = [
        row["value"] for row in live(capsys, number) if row["name"] == name
    ]  # fmt: skip
    after = "on" if before == "off" else "off"
    assert main(["attribute", "set", number, name, after]) == exits.OK
    assert {"name": name, "value": after} in live(capsys, number)
    assert main(["attribute", "set", number, name, after]) == exits.OK
    assert "so already" in capsys.readouterr().err
    assert main(["attribute", "set", number, name, "maybe"]) == exits.USAGE
    assert "takes on or off" in capsys.readouterr().err
    assert main(["attribute", "set", "1", name, "on"]) == exits.NOT_PROVED
    assert len(audited(home)) == 2


def live(capsys: pytest.CaptureFixture[str], number: str) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["attributes", number, "-o", "json"]) == exits.OK
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def test_a_poll_is_asked_for_and_not_claimed(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = str(next(iter(served.world.meetings)))
    assert main(["poll", number]) == exits.NOT_PROVED
    assert "nothing proves it" in capsys.readouterr().err
    intent, outcome = audited(home)
    assert (intent["method"], intent["path"]) == ("PUT", f"/meetings/{number}")
    assert (outcome["result"], outcome["status"]) == ("unknown", 200)
    assert main(["poll", "1"]) == exits.NOT_PROVED
    words = capsys.readouterr().err
    assert "there is no live meeting 1" in words
    assert "ended" not in words  # it may never have been there


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["room", "create", "--did-group", "219", "--call-flow", "3", "--yes",
          "--attribute", "conference_mute_policy=x"], "h (host), p (participant) and l"),
        (["room", "create", "--did-group", "219", "--call-flow", "3", "--yes", "--key", "12"],
         "CODE=ROLE"),
        (["room", "create", "--did-group", "219", "--call-flow", "3", "--yes", "--key", "12=king"],
         "host, participant or listener"),
        (["room", "create", "--did-group", "219", "--yes"], "--call-flow"),
        (["room", "update", "5"], "name at least one field to change"),
        (["binding", "create", "--yes", "--destination-did", "12"], "country code"),
        (["binding", "update", SID, "--yes", "--dtmf", "x"], "telephone keys"),
        (["did", "create", "--did-group", "219", "--yes", "--phone-number", "x"], "phoneNumber"),
        (["room", "keys", "5", "--remove", "x"], "telephone keys"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_what_is_accepted(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str], argv: list[str], complaint: str
) -> None:
    assert main(argv) == exits.USAGE
    out, err = capsys.readouterr()
    assert complaint in err
    assert out == ""
    assert not (home / "state" / "confmon" / "audit.jsonl").exists()


CHANGES = (
    ["room", "create", "--did-group", "219", "--call-flow", "3"],
    ["room", "delete", "5"],
    ["did", "create", "--did-group", "219", "--phone-number", "15162065000"],
    ["did-group", "create", "--call-flow", "3", "--name", "New"],
    ["binding", "create", "--destination-did", "15162065586"],
    ["binding", "update", SID, "--name", "New"],
    ["binding", "delete", SID],
    ["dialout", "create", "--stage-one-destination-did", "15162065339",
     "--stage-two-destination-did", "15162065338"],
    ["dialout", "update", SID, "--delay", "5"],
    ["dialout", "delete", SID],
)  # fmt: skip


@pytest.mark.parametrize("argv", CHANGES, ids=lambda argv: " ".join(argv[:2]))
def test_without_a_terminal_a_question_can_not_be_asked(
    served: Served, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert main(argv) == exits.USAGE
    assert "--yes goes without" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        *([*argv, "--yes"] for argv in CHANGES),
        ["room", "update", "5", "--description", "x"],
        ["room", "keys", "5", "--add", "77=host"],
        ["did", "update", "220", "--did-group", "301"],
        ["did-group", "update", "219", "--name", "x"],
        ["attribute", "set", "5", "conference_exittones", "on"],
        ["poll", "5"],
    ],
    ids=lambda argv: " ".join(argv[:2]),
)
def test_read_only_changes_nothing(
    served: Served, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert main(["--read-only", *argv]) == exits.USAGE
    assert "read-only" in capsys.readouterr().err


def test_who_is_not_there_is_not_changed(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for argv in (
        ["room", "update", "5", "--description", "x"], ["room", "delete", "--yes", "5"],
        ["room", "keys", "5", "--add", "77=host"], ["binding", "delete", "--yes", SID],
        ["dialout", "delete", "--yes", SID], ["did", "update", "5", "--did-group", "301"],
    ):  # fmt: skip
        assert main(argv) == exits.NOT_PROVED
        assert "there is no" in capsys.readouterr().err
    assert not (home / "state" / "confmon" / "audit.jsonl").exists()


def test_what_is_refused_says_what_to_mend(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--base-url", "http://127.0.0.1:9/v1"]
    create = ["room", "create", "--yes", "--did-group", "219", "--call-flow", "3"]
    assert main([*where, *create]) == exits.NOT_PROVED
    err = capsys.readouterr().err
    assert "refused the connection" in err
    assert "keeps trying" not in err, "a creation is sent once"
    redirect = ["--destination-did", "15162065599", "--redirect-did", "15550000000"]
    assert main(["binding", "create", "--yes", *redirect]) == exits.NOT_PROVED
    assert "redirect_did has to be" in capsys.readouterr().err


def test_a_login_that_may_only_look_changes_nothing(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.quirks.forbid_writes = True
    number, room = next(iter(served.world.directory.rooms.items()))
    before = room.description
    assert main(["room", "update", str(number), "--description", "x"]) == exits.AUTH
    assert room.description == before
    assert audited(home)[-1]["result"] == "refused"
    assert "not permitted" in capsys.readouterr().err


def test_without_an_audit_line_nothing_is_sent(
    served: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "state").mkdir(parents=True)
    (home / "state" / "confmon").write_text("in the way")
    number, room = next(iter(served.world.directory.rooms.items()))
    assert main(["room", "keys", str(number), "--add", "77=host"]) != exits.OK
    assert "77" not in {key.access_code for key in room.keychain}


def test_deleting_a_room_wants_its_number_typed(served: Served) -> None:
    number = next(iter(served.world.directory.rooms))
    code, seen = in_a_terminal(["room", "delete", str(number)], b"to delete it:", b"y\n")
    assert code == exits.USAGE
    assert b"not confirmed" in seen
    assert number in served.world.directory.rooms
    code, _ = in_a_terminal(
        ["room", "delete", str(number)], b"to delete it:", f"{number}\n".encode()
    )
    assert code == exits.OK
    assert number not in served.world.directory.rooms


def test_dialling_is_asked_for(served: Served) -> None:
    argv = ["dialout", "create", "--stage-one-destination-did", "15162065339",
            "--stage-two-destination-did", "15162065338", "--delay", "600"]  # fmt: skip
    code, seen = in_a_terminal(argv, b"Type y:", b"n\n")
    assert (code, served.world.mediator.dialouts) == (exits.USAGE, {})
    assert b"15162065338" in seen
    code, _ = in_a_terminal(argv, b"Type y:", b"y\n")
    assert (code, len(served.world.mediator.dialouts)) == (exits.OK, 1)
