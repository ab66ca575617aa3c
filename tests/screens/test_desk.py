"""What is around the table: cards, the callers beside the meetings, events and actions below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets._toast import Toast

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


def two_meetings(bridge: Bridge) -> None:
    """A meeting where somebody asks for help, and one where nobody does."""
    bridge.meeting(100, "Board")
    bridge.call(100, 1, "Ada", role=1)
    bridge.people(100, "Bob", "Cy", first=2)
    bridge.meeting(200, "Sales")
    bridge.call(200, 11, "Zoe", role=1)
    bridge.call(200, 12, "Yan", mute_mode=1)


def cards(stage: Stage) -> str:
    """What the cards say."""
    region = stage.watch.cards.region
    return "\n".join(stage.lines[region.y : region.bottom])


def pane(stage: Stage) -> str:
    """What is shown below the table."""
    region = stage.app.shown.query_one("#pane").region
    return "\n".join(stage.lines[region.y : region.bottom])


async def test_cards_count_and_tell_what_needs_somebody(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        assert "calls 5" in cards(stage)
        assert "2 hosts · 1 muted" in cards(stage)
        assert "2 meetings" in cards(stage)
        assert "needs you: nobody" in cards(stage)
        bridge.world.change(bridge.of(2), operator_mode=1)
        await stage.advance(4.3)
        assert "! Needs you 1" in stage.lines[1], "the tab shows it at once"
        await stage.advance(6)
        assert "asks for help · Board" in cards(stage)
        assert "needs you 1" not in cards(stage), "the figure is in the tab line alone"


async def test_cards_are_not_late_with_what_needs_somebody(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        for seconds in (5, 5, 0.5):
            await stage.advance(seconds)
        bridge.world.change(bridge.of(2), qa_mode=1)
        await stage.next_poll()
        assert "! Needs you 1" in stage.lines[1]
        assert "has a question · Board" in cards(stage)


async def test_nobody_is_shown_only_as_far_as_it_is_known(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(80, 24)) as stage:
        assert stage.lines[2].endswith("needs you: nobody")
        bridge.fail(status=503)
        await stage.advance(70)
        assert "needs you: nobody, 1m ago" in stage.lines[3]
    bridge.fail(status=401)
    async with staged(size=(80, 24)) as stage:
        assert "needs you: …" in stage.text


async def test_cards_are_made_anew_every_five_seconds(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        await stage.advance(5.5)  # made anew by now
        bridge.call(200, 13, "new", role=1)
        for _ in range(45):
            if "2 Calls 6" in stage.lines[1]:
                break
            assert "calls 5" in cards(stage)
            await stage.advance(0.1)
        assert "2 Calls 6" in stage.lines[1]
        assert "calls 6" in cards(stage), "two figures of one thing are the same"
        assert "2 hosts" in cards(stage)
        await stage.advance(5)
        assert "3 hosts" in cards(stage)


async def test_a_low_terminal_says_it_in_one_line(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    bridge.world.change(bridge.of(2), operator_mode=1)
    async with staged(size=(80, 24)) as stage:
        assert not stage.watch.cards.region
        await stage.advance(6)
        output = stage.lines[2]
        assert "calls 5" in output
        assert "asks for help · Board" in output
        assert "time" in stage.titles, "no edge takes a line from the rows"
        assert stage.table.region.y == 3
        await stage.pilot.resize_terminal(80, 18)
        await stage.settle()
        assert stage.table.region.y == 2
        await stage.pilot.resize_terminal(40, 12)
        await stage.settle()
        assert "! 1" in stage.lines[1], "seen on the narrowest terminal"


async def test_what_needs_somebody_is_seen_from_a_section(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged() as stage:
        await stage.press("3")
        assert "! Needs you 0" in stage.lines[1]
        bridge.world.change(bridge.of(2), operator_mode=1)
        await stage.advance(31)
        await stage.advance(1)
        assert "! Needs you 1" in stage.lines[1]
        assert "1 Meetings 2 " in stage.lines[1]


async def test_an_old_count_says_how_old_it_is(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged() as stage:
        await stage.press("3")
        bridge.fail(path="/calls", status=503)
        await stage.advance(130)
        assert "2 Calls 5 2m" in stage.lines[1]
        bridge.faults.clear()
        await stage.press("2", "r")
        await stage.advance(3)
        assert "2 Calls 5  3 Rooms" in stage.lines[1]


async def test_tab_and_card_tell_the_same_age_of_a_count(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        await stage.advance(3)
        bridge.fail(path="/calls", status=503)
        told = set()
        for _ in range(40):
            await stage.advance(1)
            _, _, behind = stage.lines[1].partition("2 Calls 5 ")
            age = behind.split()[0]
            if age.endswith("s"):
                told.add(age)
                assert f"{age} old" in cards(stage)
        assert {"10s", "15s", "20s"} <= told


async def test_callers_are_beside_the_meetings(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(170, 40)) as stage:
        await stage.advance(4)
        assert stage.cursor == 100
        assert "callers of 100" in stage.text
        assert stage.line("Ada")
        assert "Zoe" not in "\n".join(stage.table_lines)
        await stage.press("j")
        assert "callers of 200" in stage.text
        assert "Zoe" in "\n".join(stage.table_lines)
        await stage.press("m", "d")
        assert stage.dialog == ""
        assert bridge.writes == [], "no key acts on callers while the keys are for meetings"
        await stage.press("i")
        assert "callers of 200" not in stage.text
        assert "Meeting 200" in stage.text or stage.details
        await stage.press("i")
        assert stage.watch.callers.region
        await stage.pilot.resize_terminal(150, 40)
        await stage.settle()
        assert not stage.watch.callers.region


async def test_events_and_actions_are_beside_each_other_or_one_at_a_time(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        assert "events" in pane(stage)
        assert "my actions" in pane(stage)
        await stage.press("l")
        assert pane(stage) == ""
        await stage.press("l")
        assert "Your actions appear here" in pane(stage)
        await stage.pilot.resize_terminal(80, 24)
        await stage.settle()
        assert "l my actions" in pane(stage)
        assert "Your actions appear here" not in pane(stage)
        await stage.press("l")
        assert "l events" in pane(stage)
        await stage.press("l")
        assert pane(stage) == ""


async def test_what_became_of_an_action_comes_up_where_there_is_room_for_one(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with staged(size=(80, 24)) as stage:
        await stage.go_in(200)
        await stage.press("m")
        await stage.advance(3)
        assert "my actions" in pane(stage).splitlines()[0]
        assert "Zoe" in pane(stage)


async def test_events_of_one_meeting_or_of_some_kinds(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        await stage.advance(4)
        bridge.call(200, 13, "Newcomer")
        bridge.world.change(bridge.of(2), mute_mode=1)
        await stage.advance(6)
        assert "Newcomer" in pane(stage)
        assert "Bob" in pane(stage)
        await stage.press("b")
        assert "of 100" in pane(stage)
        assert "Newcomer" not in pane(stage)
        await stage.press("b", "B")
        assert "who comes and goes" in pane(stage)
        assert "Newcomer" in pane(stage)
        assert "Bob" not in pane(stage)
        await stage.go_in(100)
        await stage.press("b")
        assert "of 100 · who comes and goes" in pane(stage)


async def test_the_pane_is_made_higher_and_zoomed(bridge: Bridge, staged: Staging) -> None:
    for number in range(100, 140):
        bridge.meeting(number)
    async with staged(size=(120, 40)) as stage:
        bottom = stage.watch.pane
        least = bottom.region.height
        await stage.press(">", "ctrl+up")
        assert bottom.region.height == least + 4
        await stage.press("<", "ctrl+down", "<")
        assert bottom.region.height == least
        await stage.press("z")
        assert pane(stage) == ""
        assert not stage.watch.cards.region
        await stage.press("z", "tab", "z")
        assert bottom.region.height > 20
        assert stage.row("▌"), "what the keys act on is seen"
        await stage.press("z")
        assert bottom.region.height == least


async def test_lines_without_rows_go_to_the_pane(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        assert stage.watch.pane.region.height >= 15
        for number in range(300, 330):
            bridge.meeting(number)
        await stage.advance(2.1)
        assert stage.watch.pane.region.height == 7


async def test_toasts_lie_above_the_table(bridge: Bridge, staged: Staging) -> None:
    for number in range(100, 140):
        bridge.meeting(number)
    for size in ((80, 24), (120, 40), (60, 12)):
        async with staged(size=size) as stage:
            for nth in range(8):
                stage.watch.say(f"notice {nth}, and more words than one line has " * 3)
            await stage.settle()
            assert "number" in stage.titles, "titles are seen"
            top = stage.table.region.y
            assert any("more words" in line for line in stage.lines[1:top])
            assert "age" in stage.lines[0]
            assert not any("more words" in line for line in stage.lines[top:])


async def test_the_newest_toast_is_seen(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(size=(80, 24)) as stage:
        for nth in range(5):
            stage.watch.say(f"notice {nth}")
            await stage.settle()
        assert "notice 4" in stage.text


async def test_no_toast_lies_over_a_row_or_the_banner(bridge: Bridge, staged: Staging) -> None:
    for number in range(100, 140):
        bridge.meeting(number)
    async with staged(size=(80, 24)) as stage:
        stage.watch.say(
            "1 of 6: has a question, 0:38 or more, 2 more in this meeting · as of 18s ago"
        )
        await stage.settle()
        [toast] = stage.watch.query(Toast)
        first_row = stage.watch.table.region.y + 1  # after the titles
        assert toast.region.bottom <= first_row
        await stage.press("p")
        assert "Paused" in stage.lines[2]
        assert stage.watch.query_one("#banner").region.bottom <= toast.region.y


async def test_a_toast_is_seen_once_also_with_a_dialog_over_it(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged(size=(120, 40)) as stage:
        await stage.go_in(100)
        stage.watch.say("shown once")
        await stage.settle()
        assert stage.text.count("shown once") == 1
        await stage.press("d")
        assert stage.dialog == "ConfirmDialog"
        assert stage.text.count("shown once") == 1
        await stage.press("escape")
        assert stage.text.count("shown once") == 1


async def test_what_is_shown_anew_stays_in_its_place(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(size=(80, 24)) as stage:
        for output in range(6):
            stage.app.say_anew(f"notice {output}")
            await stage.settle()
        [toast] = stage.watch.query(Toast)
        assert "notice 5" in str(toast.render())
        assert toast.region.y == 2


async def test_a_narrow_footer_has_the_keys_that_go_to_who_needs_somebody(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    bridge.world.change(bridge.of(2), operator_mode=1)
    async with staged(size=(80, 24)) as stage:
        await stage.advance(6)
        assert "N Need" in stage.footer
        assert "t Asker" in stage.footer
        await stage.go_in(100)
        for words in ("m Mute", "N Need", "t Asker", "q Quit"):
            assert words in stage.footer


async def test_the_first_minute_says_when_its_figures_come(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged(size=(120, 40)) as stage:
        await stage.advance(6)
        assert "come and go" in cards(stage)
        assert "│ known in 5" in cards(stage)
        assert "30 min" not in cards(stage)
        for _ in range(12):
            await stage.advance(5)
        assert "joins 0/min" in cards(stage)


@pytest.mark.parametrize("size", [(80, 40), (100, 30), (120, 40)], ids=str)
async def test_a_narrow_card_keeps_the_newest_bar_and_how_long_a_need_lasts(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    bridge.meeting(100, "Weekly all-hands of the whole company")
    bridge.people(100, "Ada", "Bob")
    bridge.world.change(bridge.of(1), qa_mode=1)
    async with staged(size=size) as stage:
        for _ in range(20):
            await stage.advance(5)
        come_and_go = [line.split("│")[3] for line in cards(stage).splitlines()[1:-1]]
        assert come_and_go[-1].strip().startswith("leaves 0/min")
        assert "…" not in "".join(come_and_go)
        need = cards(stage).splitlines()[1]
        assert "has a question · Week" in need
        assert need.rstrip("│ ").endswith("· 1m")


async def test_the_log_is_narrow_until_there_is_something_in_it(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with staged(size=(200, 60)) as stage:
        assert stage.watch.pane.actions.region.width == 32
        assert "Your actions appear here" in pane(stage)
        await stage.go_in(100)
        await stage.press("h")
        await stage.advance(2)
        assert stage.watch.pane.actions.region.width == 100
