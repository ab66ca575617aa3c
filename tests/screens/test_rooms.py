"""Rooms: details, access codes, forms, attributes, deletion, and the live meeting of a room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from confmon.tui.dialogs.form import FieldInput
from confmon.tui.table import LiveTable

if TYPE_CHECKING:
    from confmon.simulator.directory.records import Room
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

HOSTILE = "[@click=app.quit]x[/] \x1b[31mred\x1b]52;c;AAAA\x07 [/foo] \u202etxet"


def room(bridge: Bridge, number: int = 700, description: str = "Board", **more: str) -> Room:
    """Add a room, with one code a role."""
    return bridge.world.directory.add_room(number, description, more, 219)


def live(bridge: Bridge) -> None:
    """Let meeting 100 be live in its room."""
    meeting = bridge.meeting(100)
    bridge.world.directory.add_room_of(meeting, meeting.created)


async def rooms(stage: Stage, number: int) -> None:
    """Go to Rooms by key, the cursor on a room."""
    await stage.press("3")
    await stage.advance(1)
    assert stage.table.move_to(number)
    await stage.advance(0.1)


def written(audit: MemoryAudit) -> list[tuple[str, object]]:
    """Verb and key of every audit line of intent."""
    return [(intent.verb, getattr(intent, "key", None)) for intent in audit.intents]


async def test_a_row_tells_description_group_numbers_codes_and_who_is_live(
    bridge: Bridge, staged: Staging
) -> None:
    live(bridge)
    bridge.people(100, "Ada", "Bob")
    one = room(bridge)
    async with staged(size=(140, 40)) as stage:
        await rooms(stage, 700)
        row = stage.row("Board")
        assert "700" in row
        assert "1h 1p 1l" in row
        assert "sample_conference" in row
        assert "+2" in row, "three numbers lead there"
        assert "live" not in row
        assert "live 2" in stage.row("Grace Hopper")
        for key in one.keychain:
            assert key.access_code not in stage.text


async def test_escape_comes_back_from_the_meeting_to_its_room(
    bridge: Bridge, staged: Staging
) -> None:
    live(bridge)
    async with staged() as stage:
        await rooms(stage, 100)
        await stage.press("enter")
        assert (stage.section, stage.subject) == ("", "meeting")
        await stage.press("escape")
        assert (stage.section, stage.cursor) == ("rooms", 100)
        await stage.press("escape")
        assert (stage.section, stage.subject) == ("", "meetings")
        await stage.press("enter", "escape")
        assert (stage.section, stage.subject) == ("", "meetings")
        await stage.press("3", "enter", "f", "escape", "escape", "escape")
        assert (stage.section, stage.subject) == ("", "meetings")


async def test_enter_goes_into_the_live_meeting_of_the_room(
    bridge: Bridge, staged: Staging
) -> None:
    live(bridge)
    bridge.people(100, "Ada")
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.press("enter")
        assert "no meeting is live in room 700" in stage.notice
        stage.table.move_to(100)
        await stage.press("enter")
        await stage.advance(0.2)
        assert stage.section == ""
        assert stage.session.view.meeting == 100
        assert "Ada" in stage.text


async def test_details_tell_first_what_the_room_sets_of_its_own(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    room(bridge, conference_start_how="moderator")
    async with staged(size=(140, 60)) as stage:
        await rooms(stage, 700)
        await stage.press("i")
        await stage.advance(0.5)
        own, rest = stage.text.index("Settings of its own"), stage.text.index("Settings as the")
        assert own < stage.text.index("conference_start_how = moderator") < rest
        assert "else first" in stage.text


async def test_codes_are_shown_when_asked_for_written_down_and_hidden_again(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    host, *_ = [key.access_code for key in room(bridge).keychain]
    async with staged(size=(140, 50)) as stage:
        await rooms(stage, 700)
        await stage.press("i")
        await stage.advance(0.5)
        assert host not in stage.text
        assert audit.intents == []
        await stage.press("c")
        await stage.advance(0.5)
        assert host in stage.text
        assert written(audit) == [("room_reveal", 700)]
        assert "access codes revealed" in stage.log
        assert host not in stage.log
        await stage.advance(31)
        assert host not in stage.text
        await stage.press("c")
        await stage.advance(0.5)
        assert host in stage.text
        await stage.press("j")
        assert host not in stage.text
        await stage.press("k")
        await stage.advance(1)
        assert host not in stage.text
        assert written(audit) == [("room_reveal", 700)] * 2
        assert bridge.writes == []


async def test_without_an_audit_line_no_code_is_shown(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    codes = [key.access_code for key in room(bridge).keychain]
    async with staged(size=(140, 50)) as stage:
        await rooms(stage, 700)
        audit.broken = True
        await stage.press("c")
        await stage.advance(1)
        assert not any(code in stage.text for code in codes)
        assert "refused" in stage.log
        assert "audit log" in stage.log


async def test_codes_that_come_after_one_has_gone_on_are_not_shown(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    codes = [key.access_code for key in room(bridge).keychain]
    async with staged(size=(140, 50)) as stage:
        await rooms(stage, 700)
        bridge.fail(path="/meetingRooms/700", delay_s=3.0)
        await stage.press("c")
        await stage.advance(0.5)
        await stage.press("4")
        await stage.advance(5)
        await stage.press("3")
        await stage.advance(1)
        assert not any(code in stage.text for code in codes)


async def test_a_room_is_created_from_the_form(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("n")
        assert stage.dialog == "FormScreen"
        await stage.press("enter")
        assert "whole number" in stage.text, "the group is needed"
        await stage.tab_to("DID group")
        await stage.type("219")
        await stage.tab_to("Call flow")
        await stage.type("3")
        await stage.tab_to("Description")
        await stage.type("Night shift")
        await stage.tab_to("Host codes")
        await stage.type("47x")
        assert "digits, * and #" in stage.text
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        await stage.press("backspace")
        await stage.tab_to("Participant codes")
        await stage.type("5511 5522")
        await stage.press("enter")
        assert stage.dialog == "AskEdit"
        assert "1 host, 2 participant" in stage.text
        assert bridge.writes == []
        await stage.press("y")
        await stage.advance(2)
        [(method, path, body)] = bridge.writes
        assert (method, path) == ("POST", "/meetingRooms")
        assert (body["primaryDidGroupId"], body["callFlowId"]) == (219, 3)
        assert body["description"] == "Night shift"
        assert [(one["accessCode"], one["role"]) for one in body["keychain"]] == [
            ("47", 1), ("5511", 2), ("5522", 2),
        ]  # fmt: skip
        assert "done" in stage.log
        assert "created" in stage.log
        assert "5511" not in stage.log
        assert "Night shift" in stage.line("▌")
        assert written(audit) == [("room_create", None)]
        assert [str(result.outcome) for _, result in audit.outcomes] == ["done"]


async def test_up_and_down_choose_among_what_there_is(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("n", "down")
        assert "sample_conference" in stage.line("▌ 219")
        await stage.press("down")
        assert "▌ 301" in stage.text
        assert "europe" in stage.line("▌ 301")


async def test_a_room_is_changed_from_the_form_and_shown_once_it_is_proved(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    codes = [key.access_code for key in room(bridge).keychain]
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.press("e")
        await stage.advance(0.3)
        assert stage.dialog == "FormScreen"
        assert not any(code in stage.text for code in codes)
        await stage.type(" of directors")
        await stage.tab_to("Add host codes")
        await stage.type("90210")
        await stage.press("enter")
        assert "description: Board → Board of directors" in stage.text
        assert "access codes: 2 host, 1 participant" in stage.text
        await stage.press("y")
        await stage.advance(1)
        [(method, path, body)] = bridge.writes
        assert (method, path) == ("PUT", "/meetingRooms/700")
        assert body["description"] == "Board of directors"
        assert len(body["keychain"]) == 4, "sent whole"
        assert "done" in stage.log
        assert "2h 1p 1l" in stage.row("Board of direct")


async def test_a_change_by_the_form_costs_four_requests(bridge: Bridge, staged: Staging) -> None:
    one = room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.advance(3)
        bridge.asked.clear()
        await stage.press("e")
        await stage.advance(0.5)
        await stage.type(" of trustees")
        await stage.press("enter", "y")
        await stage.advance(3)
        assert one.description == "Board of trustees"
        assert "Board of trustees" in stage.row("700")
        assert "done" in stage.log
        # Read for the form, read again before it is sent, sent, and read back.
        read = [path for path in bridge.asked if path != "/meetings"]
        assert read == ["/meetingRooms/700"] * 3
        assert [(method, body) for method, _, body in bridge.writes] == [
            ("PUT", {"description": "Board of trustees"})
        ]
        assert bridge.asked.count("/meetings") <= 1, "who is live is read every few seconds"


async def test_what_was_changed_meanwhile_is_not_overwritten(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    one = room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.press("e")
        await stage.advance(0.3)
        await stage.type("!")
        one.description = "Somebody else's"
        await stage.press("enter")
        await stage.press("y")
        await stage.advance(1)
        assert bridge.writes == []
        assert "refused" in stage.log
        assert "changed meanwhile" in stage.log


async def test_escape_throws_away_what_was_typed_only_the_second_time(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.press("n", "escape")
        assert stage.dialog == ""
        await stage.press("n", "2", "escape")
        assert stage.dialog == "FormScreen"
        assert "esc again" in stage.text
        await stage.press("escape")
        assert stage.dialog == ""
        assert bridge.writes == []


async def test_a_room_is_deleted_when_its_number_is_typed(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.press("d")
        assert stage.dialog == "TypedEdit"
        await stage.press(*"70", "enter")
        await stage.advance(0.2)
        assert stage.dialog == "TypedEdit"
        assert bridge.writes == []
        await stage.press("0", "enter")
        await stage.advance(0.5)
        assert bridge.writes == [("DELETE", "/meetingRooms/700", None)]
        await stage.advance(1)
        assert "done" in stage.log
        assert 700 not in stage.rows
        assert stage.cursor is None, "nothing takes its place"
        await stage.press("d")
        assert "no room under the cursor" in stage.notice


async def test_a_room_gone_meanwhile_is_reported_and_nothing_is_sent(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.press("d")
        del bridge.world.directory.rooms[700]
        await stage.advance(40)
        assert "is gone; nothing was sent" in stage.text
        await stage.press(*"700", "enter")
        await stage.advance(1)
        assert bridge.writes == []


async def test_a_404_at_the_form_takes_the_room_off_the_list(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        del bridge.world.directory.rooms[700]
        await stage.press("e")
        await stage.advance(0.3)
        assert stage.dialog == ""
        assert "is gone" in stage.notice
        assert 700 not in stage.rows


async def test_a_key_given_again_is_another_room(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        del bridge.world.directory.rooms[700]
        room(bridge, 700, "Another").created += 1_000_000
        await stage.advance(40)
        assert "Another" in stage.text
        assert stage.cursor is None
        await stage.press("d")
        assert stage.dialog == ""


async def test_a_403_is_reported_as_refused(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        bridge.fail(method="PUT", path="/meetingRooms", status=403)
        await stage.press("e")
        await stage.advance(0.3)
        await stage.type("!")
        await stage.press("enter")
        await stage.press("y")
        await stage.advance(1)
        assert "refused" in stage.log
        assert "not permitted" in stage.log


async def test_read_only_shows_and_changes_nothing(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged(read_only=True) as stage:
        await rooms(stage, 700)
        assert "New" not in stage.footer
        for key in ("n", "e", "d"):
            await stage.press(key)
            await stage.advance(0.3)
            assert stage.dialog == ""
            assert "read-only" in stage.notice
        await stage.press("a")
        await stage.advance(0.5)
        assert stage.dialog == "AttributesScreen"
        await stage.press("enter")
        assert stage.dialog == "AttributesScreen"
        await stage.press("escape")
        assert bridge.writes == []


async def test_stale_rooms_take_no_change(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        bridge.fail(path="/meetingRooms", status=503)
        await stage.advance(120)
        await stage.press("d")
        assert stage.dialog == ""
        assert "nothing was sent" in stage.notice
        assert bridge.writes == []


async def test_what_goes_stale_under_the_question_is_not_sent(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged() as stage:
        await rooms(stage, 700)
        await stage.press("d")
        bridge.fail(method="GET", path="/meetingRooms", status=503)
        await stage.advance(120)
        await stage.press(*"700", "enter")
        await stage.advance(0.5)
        assert bridge.writes == []
        assert "nothing was sent" in stage.notice


async def test_hostile_words_are_words(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge, 700, HOSTILE)
    bridge.world.directory.groups[219].name = HOSTILE
    async with staged(size=(160, 50)) as stage:
        await rooms(stage, 700)
        await stage.press("i")
        await stage.advance(0.5)
        assert "[@click=app.quit]x[/]" in stage.text
        assert "\x1b" not in stage.text
        await stage.press("d")
        assert "[@click=app.quit]x[/]" in stage.text
        await stage.press("escape")
        await stage.press("e")
        await stage.advance(0.5)
        assert stage.dialog == "FormScreen"
        await stage.press("tab")
        assert "[/foo]" in stage.text
        await stage.press("escape")
        assert stage.app.is_running


@pytest.mark.parametrize("value", ["moderator", "explicit"])
async def test_an_attribute_is_changed_by_choice_and_proved(
    bridge: Bridge, staged: Staging, value: str
) -> None:
    bridge.meeting(100)
    room(bridge, conference_maxcalls="4")
    async with staged(size=(140, 50)) as stage:
        await rooms(stage, 700)
        await stage.press("a")
        await stage.advance(0.5)
        assert stage.dialog == "AttributesScreen"
        table = stage.app.screen.query_one("#attributes", LiveTable)
        assert table.visible_keys[0] == "conference_maxcalls"
        table.move_to("conference_start_how")
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        assert "moderator" in stage.text, "what is accepted is shown"
        for _ in range(4):
            if stage.app.screen.query_one(FieldInput).value == value:
                break
            await stage.press("down")
        await stage.press("enter")
        assert f"conference_start_how: first → {value}" in stage.text
        await stage.press("y")
        await stage.advance(1)
        [(method, path, body)] = bridge.writes
        assert (method, path) == ("PUT", "/meetingRooms/700")
        assert value in json.dumps(body["attributes"])
        assert bridge.world.directory.rooms[700].attributes["conference_start_how"] == value
        assert bridge.world.directory.rooms[700].attributes["conference_maxcalls"] == "4"
        assert value in stage.line("conference_start_how")


async def test_a_value_that_will_not_do_is_not_sent(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    room(bridge)
    async with staged(size=(140, 50)) as stage:
        await rooms(stage, 700)
        await stage.press("a")
        await stage.advance(0.5)
        table = stage.app.screen.query_one("#attributes", LiveTable)
        table.move_to("conference_maxcalls")
        await stage.press("enter")
        await stage.type("x")
        assert "a whole number from 0" in stage.text
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        await stage.press("escape")
        await stage.press("escape")
        assert stage.dialog == "AttributesScreen"
        assert bridge.writes == []


async def test_templates_that_may_not_be_read_are_not_asked_for_every_second(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    room(bridge, conference_maxcalls="4")
    bridge.fail(path="/callFlows/", status=403)
    async with staged(size=(150, 50)) as stage:
        await rooms(stage, 700)
        await stage.press("i")
        for _ in range(25):
            await stage.advance(1)
        asked = [path for path in bridge.asked if path.startswith("/callFlows/")]
        assert len(asked) <= 2
        assert "call_exit_dtmf = hpl" in stage.text


async def test_a_burst_goes_into_the_fields_it_was_meant_for_and_sends_nothing(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        await stage.burst("n", "2", "1", rests=False)
        assert stage.dialog == ""
        assert stage.section == "rooms", "no digit of the burst led away"
        await stage.press("n")
        assert stage.dialog == "FormScreen"
        inputs = [*stage.app.screen.query(FieldInput)]
        for field_input in inputs:
            field_input.value = ""
        labels = [one.field.label for one in inputs]
        to_codes = ["tab"] * (labels.index("Host codes") - labels.index("Description"))
        room_text = (*"219", "tab", *"3", "tab", *"Night", "space", *"watch")
        burst = (*room_text, *to_codes, *"4711", "enter")
        await stage.burst(*burst, rests=False)
        assert stage.dialog == "FormScreen", "nothing that comes at once confirms"
        await stage.press("enter")
        assert stage.dialog == "AskEdit"
        assert "DID group: sample_conference_008_didGroup (219)" in stage.text
        assert "call flow: CONF (3)" in stage.text
        assert "description: Night watch" in stage.text
        assert "access codes: 1 host" in stage.text
        await stage.advance(1)
        assert bridge.writes == []
        await stage.press("y")
        await stage.advance(1)
        assert len(bridge.writes) == 1
