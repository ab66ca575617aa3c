"""Coded values: known ones have words and a source, unknown ones stay raw."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models import codes as c
from confmon.models.codes import TABLE, Codes

FIELDS = sorted({code.field for code in TABLE})


def test_no_value_is_listed_twice_and_each_has_words() -> None:
    assert len({(code.field, code.value) for code in TABLE}) == len(TABLE)
    assert all(code.label and code.meaning for code in TABLE)


def test_what_confmon_sends_reads_back_as_what_it_means() -> None:
    codes = Codes()
    assert codes.is_muted(c.MUTE) is True
    assert codes.muted_by(c.MUTE) == "host"
    assert codes.is_muted(c.UNMUTED) is False
    assert codes.is_held(c.HOLD) is True
    assert codes.is_held(c.RELEASED) is False
    assert [codes.label("call.role", role) for role in (c.HOST, c.PARTICIPANT, c.LISTENER)] == [
        "host",
        "participant",
        "listener",
    ]
    assert codes.label("call.role", 0) == "recording"


KNOWN_MODES = {code.value for code in TABLE if code.field == "call.muteMode"}


@given(st.integers().filter(lambda value: value not in KNOWN_MODES))
def test_an_unknown_mute_mode_is_never_called_unmuted(value: int) -> None:
    codes = Codes()
    assert codes.is_muted(value) is None
    assert codes.muted_by(value) == ""
    assert codes.label("call.muteMode", value) == f"muteMode {value}?"


@pytest.mark.parametrize("shift", [0, 2, 4])
def test_each_role_has_a_soft_bit_and_a_hard_one(shift: int) -> None:
    codes = Codes()
    soft, hard, both = (bits << shift for bits in (1, 2, 3))
    assert [codes.is_muted(mode) for mode in (soft, hard, both)] == [True, True, True]
    assert [codes.may_unmute_itself(mode) for mode in (soft, hard, both)] == [True, False, False]
    assert [codes.muted_by(mode) for mode in (soft, hard, both)] == ["", "host", "both"]
    assert codes.label("call.muteMode", soft) == "muted, may unmute"


def test_bits_of_several_roles_are_nobodys_code() -> None:
    codes = Codes()
    for mode in (5, 6, 7, 9, 17, 36, 40, 63, 64, -1):
        assert codes.is_muted(mode) is None
        assert not codes.may_unmute_itself(mode)


def test_a_config_says_who_muted() -> None:
    codes = Codes({"call.muteMode": {1: "muted by self", 2: "Muted, may unmute", 0: "by self"}})
    assert (codes.muted_by(1), codes.may_unmute_itself(1)) == ("self", True)
    assert (codes.muted_by(2), codes.may_unmute_itself(2)) == ("", True)
    assert (codes.muted_by(0), codes.may_unmute_itself(0)) == ("", False)


@given(st.sampled_from(FIELDS), st.one_of(st.none(), st.integers()))
def test_a_label_always_comes_back(field: str, value: int | None) -> None:
    label = Codes().label(field, value)
    assert (label == "") == (value is None)


@given(st.integers().filter(bool))
def test_any_hold_mode_but_zero_is_held(value: int) -> None:
    assert Codes().is_held(value) is True


def test_what_the_server_does_not_say_is_not_guessed() -> None:
    codes = Codes()
    assert codes.is_muted(None) is None
    assert codes.is_held(None) is None
    assert codes.muted_by(None) == ""
    assert codes.may_unmute_itself(None) is False


def test_flags_are_named_together_only_if_all_are_known() -> None:
    codes = Codes()
    assert codes.label("call.presenterMedia", 3) == "audio+video"
    assert codes.label("call.presenterMedia", 9) == "presenterMedia 9?"


def test_a_config_teaches_a_new_code() -> None:
    codes = Codes(
        {"call.muteMode": {7: "muted by robot", 8: "not muted, loud", 1: "Muted by host"}}
    )
    assert codes.label("call.muteMode", 7) == "muted by robot"
    assert (codes.is_muted(7), codes.is_muted(8), codes.is_muted(1)) == (True, False, True)
    assert (codes.muted_by(7), codes.muted_by(1)) == ("", "host")
    by_value = {row.value: row for row in codes.rows() if row.field == "call.muteMode"}
    assert by_value[7].source == "config"
    assert by_value[0].source == "doc"


def test_a_relabelled_code_keeps_its_meaning() -> None:
    codes = Codes({"call.muteMode": {0: "live", 2: "silenced"}})
    assert codes.is_muted(0) is False
    assert codes.is_muted(2) is True


@pytest.mark.parametrize(
    ("field", "labels", "sent"),
    [
        ("call.muteMode", {}, {"muted": 2, "not muted": 0}),
        ("call.muteMode", {0: "muted by host", 2: "not muted"}, {"muted": 0, "not muted": 2}),
        ("call.muteMode", {0: "muted by host"}, {"muted": 0, "not muted": None}),
        ("call.muteMode", {1: "Muted by host"}, {"muted": 1, "not muted": 0}),
        ("call.muteMode", {1: "muted", 0: "Unmuted"}, {"muted": 1, "not muted": 0}),
        ("call.muteMode", {2: "muted by self"}, {"muted": None, "not muted": 0}),
        ("call.muteMode", {2: "not muted"}, {"muted": None, "not muted": 2}),
        ("call.muteMode", {7: "muted by robot", 8: "not muted, loud"}, {"muted": 2}),
        ("call.muteMode", {0: "live", 2: "silenced"}, {"muted": 2, "not muted": 0}),
        ("call.muteMode", {4: "muted by host", 5: "muted by host"}, {"muted": None}),
        ("call.muteMode", {2: "muted by host", 5: "muted by host"}, {"muted": 2}),
        ("call.holdMode", {}, {"on hold": 1, "not on hold": 0}),
        ("call.holdMode", {0: "on hold", 1: "not on hold"}, {"on hold": 0, "not on hold": 1}),
        ("call.holdMode", {1: "not on hold"}, {"on hold": None, "not on hold": 1}),
        ("call.holdMode", {40: "on hold"}, {"on hold": 40, "not on hold": 0}),
        ("call.holdMode", {5: "held", 6: "on hold"}, {"on hold": None}),
    ],
)
def test_what_is_sent_is_looked_up(
    field: str, labels: dict[int, str], sent: dict[c.State, int | None]
) -> None:
    codes = Codes({field: labels})
    assert {state: codes.sent(state) for state in sent} == sent
    for state, value in sent.items():
        assert (field in codes.unsent(state)) or value is not None


def test_a_config_may_turn_hold_round() -> None:
    codes = Codes({"call.holdMode": {0: "on hold", 1: "Not on hold", 9: "music"}})
    assert [codes.is_held(value) for value in (0, 1, 2, 9, None)] == [
        True, False, True, True, None,
    ]  # fmt: skip


def test_a_config_may_name_the_roles() -> None:
    codes = Codes({"call.role": {1: "Participant", 5: "host", 3: "guest"}})
    assert [codes.role(value) for value in (0, 1, 2, 3, 5, 9, None)] == [
        "recording", "participant", "participant", "listener", "host", "", "",
    ]  # fmt: skip


def test_rows_come_in_order() -> None:
    rows = [(row.field, row.value) for row in Codes({"x.y": {1: "z"}}).rows()]
    assert rows == sorted(rows)
    assert ("x.y", 1) in rows


def test_the_plain_modules_load_no_network_and_no_validator() -> None:
    probe = (
        "import sys, confmon.models.live_records, confmon.models.codes, confmon.models.errors, "
        "confmon.models.text, confmon.api.lists.query, confmon.api.http.rate_limit, "
        "confmon.models.lists, confmon.models.rooms, confmon.models.forwarding, "
        "confmon.api.http.paths;"
        "print(sorted({'httpx', 'pydantic', 'pydantic_core', 'ssl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    # asyncio itself brings ssl on some builds
    assert set(eval(done.stdout)) <= {"ssl"}  # noqa: S307
