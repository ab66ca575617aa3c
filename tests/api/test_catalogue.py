"""The attribute catalogue against the reference's own table, and the values it lets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models import privacy
from confmon.models.attributes import catalogue
from confmon.models.attributes.catalogue import BY_NAME, LANGUAGES, PRESETS, check, offered
from confmon.models.rooms import AttributeValue

PRINTED = """
call_announceparticipantcount string RG
call_associate_dtmf string RG
call_associate_dtmf_binding string G
call_delay integer GD
call_exit_dtmf string RG
call_exit_dtmf_binding string G
call_instructions_dtmf string RG
call_instructions_dtmf_binding string G
call_jobcodeonenter string RG
call_maxduration integer RG
call_mute_dtmf string RG
call_mute_dtmf_binding string G
call_operator_after integer G
call_operator_dtmf string RG
call_operator_dtmf_binding string G
call_participantsnumber_dtmf string RG
call_participantsnumber_dtmf_binding string G
conference_appspecific string RG
conference_callerdb string RG
conference_country string RG
conference_distributed string RG
conference_entryexittones_dtmf string RG
conference_entryexittones_dtmf_binding string G
conference_entrytones string RG
conference_exittones string RG
conference_hold_dtmf string RG
conference_hold_dtmf_binding string G
conference_hold_policy string RG
conference_jobcode_dtmf string RG
conference_jobcode_dtmf_binding string G
conference_language string RG
conference_lock_dtmf string RG
conference_lock_dtmf_binding string G
conference_maxcalls string RG
conference_maxcallsperrole string RG
conference_maxduration integer RG
conference_mute_dtmf string RG
conference_mute_dtmf_binding string G
conference_mute_policy string RG
conference_qa_dtmf string RG
conference_qa_dtmf_binding string G
conference_qa_policy string RG
conference_realtime string RG
conference_recording string RG
conference_rollcall string RG
conference_rollcall_onenter string RG
conference_rollcall_onexit string RG
conference_schedule string RG
conference_schedule_extend string G
conference_schedule_extend_dtmf string RG
conference_schedule_extend_dtmf_binding string G
conference_schedule_hold integer RG
conference_schedule_remind integer RG
conference_scheduled string RG
conference_start_how string RG
conference_start_wait integer RG
conference_stop_how string RG
conference_stop_wait integer RG
conference_video_policy string RG
conference_whitelist string RG
dnis_welcomeprompt URL GD
polling_dtmf string RG
polling_dtmf_binding string G
recording_addr string G
recording_dtmf string RG
recording_dtmf_binding string G
recording_metadata string G
recording_method string G
recording_stop_how string RG
recording_stop_wait integer RG
recording_stop_wait integer RG
recording_stop_wait integer RG
"""
"""The reference's rows, row by row: name, data type, where to set it (room, DID group, DID)."""

CODES = "EN AR DE EL ES ES-LATAM FR GB HE IT JA KO NL PT PT-BR RU TR UA UK ZH"

PLACES = {"R": "room", "G": "did_group", "D": "did"}


def refused(name: str, value: str, where: catalogue.Where = "room", *own: AttributeValue) -> str:
    with pytest.raises(ValueError, match=r"\w") as caught:
        check(name, value, where, own)
    return str(caught.value)


def test_every_printed_attribute_is_here_and_no_other() -> None:
    rows = [line.split() for line in PRINTED.split("\n") if line]
    assert len(rows) == 72
    where = {name: tuple(PLACES[place] for place in places) for name, _, places in rows}
    assert len(where) == len(PRESETS) == len(BY_NAME) == 70  # one is printed three times
    assert {preset.name: preset.where for preset in PRESETS} == where


def test_what_is_printed_as_a_number_is_one() -> None:
    whole = {line.split()[0] for line in PRINTED.split("\n") if " integer " in line}
    assert {BY_NAME[name].kind for name in whole} == {"seconds", "count"}
    assert [preset.name for preset in PRESETS if preset.kind == "url"] == ["dnis_welcomeprompt"]


def test_every_binding_takes_keys_and_its_partner_levels() -> None:
    for preset in PRESETS:
        if preset.name.endswith("_binding"):
            assert preset.kind == "dtmf"
            assert BY_NAME[preset.name.removesuffix("_binding")].kind == "levels"


def test_the_entries_speak_plainly() -> None:
    for preset in PRESETS:
        assert preset.meaning.endswith("."), preset.name
        assert preset.meaning[0].isupper(), preset.name
        assert bool(preset.choices) == (preset.kind == "choice"), preset.name


def test_the_languages_are_those_printed_with_the_misprints_marked() -> None:
    assert [language.code for language in LANGUAGES] == CODES.split()
    assert {language.code for language in LANGUAGES if language.doubt} == {
        "HE",
        "AR",
        "IT",
        "UA",
        "UK",
    }
    assert next(language.name for language in LANGUAGES if language.code == "HE") == "Vietnamese"


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("conference_mute_policy", "lp", "pl"),
        ("conference_mute_policy", " HPLH ", "hpl"),
        ("conference_mute_policy", "", ""),
        ("conference_entrytones", "On", "on"),
        ("conference_recording", "AUTO", "auto"),
        ("conference_start_how", "explicit", "explicit"),
        ("conference_maxduration", "-1", "-1"),
        ("conference_maxduration", "007", "7"),
        ("conference_maxcalls", "250", "250"),
        ("conference_maxcallsperrole", "-1:-1:-1", "-1:-1:-1"),
        ("conference_maxcallsperrole", "2:050:-1", "2:50:-1"),
        ("conference_language", "pt-br", "PT-BR"),
        ("conference_appspecific", " two  words", " two  words"),
    ],
)
def test_values_are_sent_as_the_reference_spells_them(name: str, value: str, sent: str) -> None:
    assert check(name, value) == sent


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("conference_mute_policy", "hpx", "letters h (host), p (participant) and l (listener)"),
        ("conference_entrytones", "yes", "on or off"),
        ("conference_stop_how", "first", "last or moderator"),
        ("conference_start_wait", "-1", "a whole number of seconds from 0"),
        ("conference_start_wait", "1.5", "a whole number of seconds"),
        ("conference_start_wait", "\u0663", "a whole number of seconds"),
        ("conference_maxduration", "-2", "or -1 (unlimited)"),
        ("conference_maxcallsperrole", "-1", "three whole numbers"),
        ("conference_maxcallsperrole", "1:2", "three whole numbers"),
        ("conference_maxcallsperrole", "1:2:3:4", "three whole numbers"),
        ("conference_language", "XX", "EN, AR, DE"),
        ("conference_appspecific", "a\nb", "text on one line"),
        ("conference_appspecific", "x" * 4001, "4000 characters"),
    ],
)
def test_a_bad_value_is_refused_with_the_good_ones_named(name: str, value: str, named: str) -> None:
    sentence = refused(name, value)
    assert sentence.startswith(f"{name} takes ")
    assert named in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize("value", ["", "https://a.example/greet.wav", "http://[::1]:8080/x?y=z"])
def test_an_address_of_a_greeting_is_taken(value: str) -> None:
    assert check("dnis_welcomeprompt", value, "did") == value


@pytest.mark.parametrize(
    "value",
    ["ftp://a.example/x", "greet.wav", "https://", "https://a b/", "http://[/", "https://a:x/"],
)
def test_what_is_no_address_is_not(value: str) -> None:
    assert "https://" in refused("dnis_welcomeprompt", value, "did")


def test_keys_are_digits_star_and_hash() -> None:
    assert check("recording_dtmf_binding", "*9#", "did_group") == "*9#"
    for value in ("", "9 9", "A", "1" * 33):
        assert "telephone keys" in refused("recording_dtmf_binding", value, "did_group")


def test_a_wrong_place_names_the_right_ones() -> None:
    assert "may only be set on the DID group, not on a room" in refused("recording_addr", "x")
    assert "may only be set on the DID group or DID" in refused("call_delay", "3")
    assert "may only be set on the room or DID group" in refused("conference_maxcalls", "3", "did")
    assert check("recording_addr", "x", "meeting") == "x"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    assert "did you mean conference_mute_policy?" in refused("conference_mute_polcy", "p")
    assert "did you mean" not in refused("zzz", "p")
    assert "counted by the bridge" in refused("conf_hosts_count", "3", "meeting")
    assert refused("\x1b[2Jconference", "p").isprintable()


OWN = (
    AttributeValue(name="conference_music", type=5, enum_values=("jazz", "Rock"), group=4),
    AttributeValue(name="conference_seats", type=2, group=1),
    AttributeValue(name="conference_who", type=4),
    AttributeValue(name="conference_note", type=0, description="A note."),
    AttributeValue(name="conference_maxcalls", value="-1", type=2, group=7),
    AttributeValue(name="conference_start_how", type=5, enum_values=("first", "vote"), group=5),
    AttributeValue(name="recording_addr", group=5),
)


def test_an_endpoints_own_attributes_follow_its_templates() -> None:
    assert check("conference_music", "rock", "room", OWN) == "Rock"
    assert "jazz or Rock" in refused("conference_music", "pop", "room", *OWN)
    assert "only be set on the room" in refused("conference_music", "jazz", "did", *OWN)
    assert check("conference_seats", "-05", "did_group", OWN) == "-5"
    assert check("conference_who", "lh", "did", OWN) == "hl"
    assert check("conference_note", "as you like", "room", OWN) == "as you like"
    assert "did you mean conference_music?" in refused("conference_musik", "jazz", "room", *OWN)


def test_a_template_widens_what_the_reference_says_and_never_narrows_it() -> None:
    assert check("conference_maxcalls", "-1", "room", OWN) == "-1"
    assert check("conference_maxcalls", "5", "did", OWN) == "5"
    assert check("conference_start_how", "vote", "room", OWN) == "vote"
    assert check("conference_start_how", "explicit", "room", OWN) == "explicit"
    assert check("recording_addr", "10.0.0.1", "room", OWN) == "10.0.0.1"


def test_an_endpoints_own_default_is_taken_whatever_it_is() -> None:
    own = (AttributeValue(name="recording_dtmf_binding", value=""),)
    assert check("recording_dtmf_binding", "", "did_group", own) == ""
    assert "this endpoint's own default" in catalogue.find("recording_dtmf_binding", own).special[0]


def test_what_is_offered_fits_the_place() -> None:
    assert len(offered("room")) == sum("room" in preset.where for preset in PRESETS)
    assert {preset.name for preset in offered("did")} == {"call_delay", "dnis_welcomeprompt"}
    assert len(offered("meeting")) == 70
    assert "conference_music" in {preset.name for preset in offered("room", OWN)}
    assert [preset.name for preset in offered("room")] == sorted(
        preset.name for preset in offered("room")
    )


def test_levels_in_any_order_are_the_same() -> None:
    assert catalogue.same("conference_mute_policy", "pl", "LP")
    assert not catalogue.same("conference_mute_policy", "pl", "x")
    assert not catalogue.same("conference_mute_policy", "zz", "x")
    assert not catalogue.same("of_its_own", "pl", "lp")


def test_attributes_that_may_hold_codes_are_marked_and_hidden() -> None:
    assert privacy.is_secret("host_access_code")
    assert privacy.is_secret("host_pin")
    assert not any(privacy.is_secret(preset.name) for preset in PRESETS)
    assert privacy.shown("host_pin", "2756", "••••") == "••••"
    assert privacy.shown("host_pin", "") == ""
    assert privacy.shown("conference_exittones", "on") == "on"
    listed = "5626245432:15162065310:'2756',5626245433:15162065310:'98"
    assert privacy.shown("participant_list", listed) == (
        "5626245432:15162065310:'****',5626245433:15162065310:'****'"
    )


PLACED = st.sampled_from([(preset.name, where) for preset in PRESETS for where in preset.where])
LIKELY = st.text("hplHPL019-:*#onfautlsrdmecxvi+/. ", max_size=14) | st.text(max_size=20)


@given(PLACED, LIKELY | st.sampled_from([language.code.lower() for language in LANGUAGES]))
def test_what_check_gives_it_takes_again(placed: tuple[str, catalogue.Where], value: str) -> None:
    name, where = placed
    try:
        sent = check(name, value, where)
    except ValueError:
        assert refused(name, value, where).isprintable()
        return
    assert check(name, sent, where) == sent
    assert sent.isprintable()
    assert catalogue.same(name, value.strip() if sent != value else value, sent)


@given(st.permutations("hpl"), st.integers(0, 3), st.integers(0, 3))
def test_levels_come_in_one_order_without_repeats(order: list[str], count: int, again: int) -> None:
    letters = order[:count]
    sent = check("conference_qa_policy", "".join(letters * (1 + again)))
    assert sent == "".join(sorted(letters, key="hpl".index))
