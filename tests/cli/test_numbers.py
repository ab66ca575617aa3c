"""People's numbers leave as data in full only on request, those that one dials always do."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.process import exits
from tests.cli.test_live import in_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Served

EXPORTS: tuple[list[str], ...] = ([], ["-o", "json"], ["-o", "jsonl"], ["-o", "csv"])
"""A table is one as well: here stdout is no terminal."""
REVEALED = "--reveal-numbers"
CALLER, CALLEE, HOME = "15162064711", "19166561000", "442079460123"
FIRST, SECOND, FROM = "15162065339", "15162065448", "15162065557"


class People:
    """Who is on the bridge: commands that tell of them, with their numbers and those they dial."""

    def __init__(self, served: Served, capsys: pytest.CaptureFixture[str]) -> None:
        self.served = served
        self.capsys = capsys
        world = served.world
        meeting = next(iter(world.meetings.values()))
        call = next(call for call in meeting.calls.values() if call.role)  # first in its list
        world.change(
            call,
            caller=f"+{CALLER}",
            callee=CALLEE,
            address_from=f'"+{CALLER}" ',
            address_to=f"sip:+{CALLER}@10.2.3.4",
            custom_name=f"Anna {CALLER}",
        )
        self.call, self.meeting = str(call.id), str(meeting.number)
        for subscriber in world.directory.subscribers.values():
            subscriber.phone_number = HOME
        self.subscriber = next(iter(world.directory.subscribers))
        self.binding = self.made(
            "binding create --yes --destination-did", FIRST, "--origination-did", FROM,
            "--name", f"Anna {CALLER}",
        )["binding_sid"]  # fmt: skip
        self.dialout = self.made(
            "dialout create --yes --delay 600 --stage-one-destination-did", FIRST,
            "--stage-two-destination-did", SECOND,
        )["dialout_sid"]  # fmt: skip

    def made(self, command: str, *more: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out(*command.split(), *more, "-o", "json"))
        return found

    def out(self, *argv: str) -> str:
        self.capsys.readouterr()
        assert main([*argv]) == exits.OK
        return self.capsys.readouterr().out

    def printed(self) -> list[tuple[list[str], set[str]]]:
        """Return the commands that print people's numbers, and which people's."""
        return [
            (["calls"], {CALLER}),
            (["calls", "--meeting", self.meeting, "--filter", CALLER], {CALLER}),
            (["call", self.call], {CALLER}),
            (["attributes", self.meeting], {CALLER}),
            (["subscribers"], {HOME}),
            (["subscriber", self.subscriber], {HOME}),
            (["bindings"], {FIRST, FROM}),
            (["binding", "show", self.binding], {FIRST, FROM}),
            (["dialouts"], {FIRST, SECOND}),
            (["dialout", "show", self.dialout], {FIRST, SECOND}),
        ]


@pytest.fixture
def people(served: Served, capsys: pytest.CaptureFixture[str]) -> People:
    return People(served, capsys)


@pytest.mark.parametrize("output", EXPORTS, ids=" ".join)
def test_peoples_numbers_are_short_unless_revealed(people: People, output: list[str]) -> None:
    everyone = {CALLER, HOME, FIRST, SECOND, FROM}
    for command, theirs in people.printed():
        discreet = people.out(*command, *output)
        assert not {number for number in everyone if number in discreet}, command
        assert any(number[-4:] in discreet for number in theirs), command
        revealed = people.out(*command, *output, REVEALED)
        assert all(number in revealed for number in theirs), command


@pytest.mark.parametrize("output", EXPORTS, ids=" ".join)
def test_a_new_records_numbers_are_short_unless_revealed(people: People, output: list[str]) -> None:
    binding = ["binding", "create", "--yes", "--destination-did", FIRST]
    dialout = ["dialout", "create", "--yes", "--delay", "600", "--stage-one-destination-did", FIRST,
               "--stage-two-destination-did", SECOND]  # fmt: skip
    for command in (binding, dialout):
        people.served.world.mediator.bindings.clear()  # a DID is free again
        assert FIRST not in people.out(*command, *output)
        people.served.world.mediator.bindings.clear()
        assert FIRST in people.out(*command, *output, REVEALED)


def test_what_is_dialled_stays_in_full(people: People) -> None:
    phones = [did.phone_number for did in people.served.world.directory.dids.values()]
    assert all(phone in people.out("dids", "-o", "csv") for phone in phones)
    assert any(phone in people.out("did-groups", "-o", "json") for phone in phones)
    for phone in people.served.world.mediator.phones:
        assert phone in people.out("mediator-dids", "-o", "jsonl")
    assert json.loads(people.out("call", people.call, "-o", "json"))["callee"] == CALLEE
    one = json.loads(people.out("binding", "show", people.binding, "-o", "json"))
    assert one["redirect_did"] in people.served.world.mediator.phones
    assert one["destination_did"] == "•••••••5339"


def test_a_room_of_many_digits_is_no_telephone_number(people: People) -> None:
    number = next(number for number in people.served.world.meetings if number > 9999)
    assert json.loads(people.out("meeting", str(number), "-o", "json"))["meetingNumber"] == number


def test_codes_and_numbers_are_revealed_apart(people: People) -> None:
    def listed(*flags: str) -> str:
        rows = csv.DictReader(io.StringIO(people.out("attributes", people.meeting, "-o", "csv",
                                                     *flags)))  # fmt: skip
        return next(row["value"] for row in rows if row["name"] == "participant_list")

    code = people.served.world.calls[int(people.call)].access_code
    assert code
    people.served.world.change(people.served.world.calls[int(people.call)], access_code="12345678")
    assert "12345678" not in listed(REVEALED)
    assert CALLER in listed(REVEALED)
    assert "'12345678'" in listed("--reveal-codes")
    assert CALLER not in listed("--reveal-codes")


@pytest.mark.parametrize("command", ["calls", "bindings"])
def test_a_filter_looks_at_the_whole_number(people: People, command: str) -> None:
    field, value, key, wanted = {
        "calls": ("caller", f"+{CALLER}", "id", int(people.call)),
        "bindings": ("destination_did", FIRST, "binding_sid", people.binding),
    }[command]
    for people.served.quirks.ignore_filter in (False, True):
        found = json.loads(people.out(command, "--filter", f'{field} eq "{value}"', "-o", "json"))
        assert [one[key] for one in found] == [wanted]
        assert found[0][field].endswith(value[-4:])
        assert value not in found[0][field]


def test_a_table_on_a_terminal_is_as_the_screen(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for command in (["calls"], ["call", people.call], ["bindings"]):
        _, seen = in_a_terminal(command, b"\0", b"")
        assert (CALLER if command[0] != "bindings" else FIRST).encode() in seen
    _, seen = in_a_terminal(["calls", "-o", "json"], b"\0", b"")
    assert CALLER.encode() not in seen
    config = tmp_path / "confmon.toml"
    config.write_text("[profiles.p]\nmask_numbers = true\n")
    monkeypatch.setenv("CONFMON_CONFIG", str(config))
    for command in (["calls"], ["bindings"]):
        _, seen = in_a_terminal(command, b"\0", b"")
        assert b"4711" in seen or b"5339" in seen
        assert CALLER.encode() not in seen
        assert FIRST.encode() not in seen


def test_the_flag_beats_the_profile(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "confmon.toml"
    config.write_text("[profiles.p]\nmask_numbers = true\n")
    monkeypatch.setenv("CONFMON_CONFIG", str(config))
    phone = next(iter(people.served.world.directory.dids.values())).phone_number
    for command, number in (
        (["calls"], CALLER), (["call", people.call], CALLEE), (["dids"], phone),
        (["did-groups", "-o", "json"], phone), (["attributes", people.meeting], CALLER),
        (["mediator-dids"], next(iter(people.served.world.mediator.phones))),
    ):  # fmt: skip
        assert number not in people.out(*command)
        assert number in people.out(*command, REVEALED)


def test_messages_are_cut_where_nobody_watches(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    same = ["binding", "update", people.binding, "--yes", "--destination-did"]
    done = (["mute", people.call], [*same, SECOND], [*same, SECOND], ["unmute", people.call])
    for command in done:
        people.capsys.readouterr()
        assert main(command) == exits.OK
        err = people.capsys.readouterr().err
        assert err
        assert CALLER not in err
        assert SECOND not in err
    _, seen = in_a_terminal(["mute", people.call], b"\0", b"")
    assert CALLER.encode() in seen
    config = tmp_path / "confmon.toml"
    config.write_text("[profiles.p]\nmask_numbers = true\n")
    monkeypatch.setenv("CONFMON_CONFIG", str(config))
    _, seen = in_a_terminal(["unmute", people.call], b"\0", b"")
    assert CALLER[-4:].encode() in seen
    assert CALLER.encode() not in seen


@pytest.mark.parametrize("number", ["+1 (404) 555-0002", "404.555.0002", "(404) 555 0002"])
def test_a_number_in_a_name_is_short_however_it_is_written(people: People, number: str) -> None:
    call = people.served.world.calls[int(people.call)]
    people.served.world.change(call, custom_name=f"Anna {number}")
    for command in (["calls", "-o", "json"], ["calls"], ["call", people.call, "-o", "csv"]):
        printed = people.out(*command)
        assert number not in printed
        assert "0002" in printed
        assert number in people.out(*command, REVEALED)
    people.capsys.readouterr()
    assert main(["mute", people.call]) == exits.OK
    printed = people.capsys.readouterr().err
    assert "0002" in printed
    assert number not in printed
