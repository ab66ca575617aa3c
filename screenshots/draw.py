"""Draws the pictures: scenes of the demo, played in the real app by key press.

    python screenshots/draw.py [FOLDER]   the SVGs, into FOLDER or beside this file
    python screenshots/draw.py --png      the PNGs of the topics, by rsvg-convert

The same code draws the same bytes on every machine and every day; a test compares.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

os.environ["TZ"] = "UTC"  # the screen shows local times
os.environ["COLORTERM"] = "truecolor"  # whatever terminal this is run in
time.tzset()
for name in [name for name in os.environ if name.startswith("TEXTUAL") or name == "NO_COLOR"]:
    del os.environ[name]  # Textual reads them when it is imported

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from palette import few_colours  # noqa: E402
from stage import Stage  # noqa: E402

from tests.clock import InlineExecutor  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

WITH_PNG = (
    "meetings", "attention", "meeting", "drop-dialog", "bulk-mute", "rooms", "tape", "time-travel",
)  # fmt: skip


async def meetings(stage: Stage) -> None:
    """Every live meeting, a few seconds into the demo."""
    await stage.wait(13)


async def meeting(stage: Stage) -> None:
    """One meeting: somebody muted, somebody on hold, one under way."""
    await stage.wait(9)
    await stage.press("enter")
    await stage.wait(2.5)
    await stage.press("j", "j", "h")
    await stage.wait(3)
    await stage.press("j", "j", "j", "m")
    await stage.wait(3)
    await stage.press("j", "m")
    await stage.wait(0.2)


async def drop_dialog(stage: Stage) -> None:
    """The question before somebody is hung up."""
    await meeting(stage)
    await stage.wait(4)
    await stage.press("j", "j", "j", "d")


async def bulk_mute(stage: Stage) -> None:
    """Everybody but the hosts is being muted."""
    await stage.wait(9)
    await stage.press("enter")
    await stage.wait(2.5)
    await stage.press("M")
    plan = cast("Any", stage.app.screen).plan
    await stage.press(*plan.typed, "enter")
    await stage.wait(1.6)


async def filtering(stage: Stage) -> None:
    """A filter over every caller of every meeting, as it is typed."""
    await stage.wait(9)
    await stage.press("f", *"muted", "space", *"16466")
    await stage.wait(2)


async def help_sheet(stage: Stage) -> None:
    """The key sheet."""
    await stage.wait(9)
    await stage.press("question_mark")


async def offline(stage: Stage) -> None:
    """The line is cut: the last data stays, dimmed, with its age."""
    await stage.wait(9)
    await stage.press("enter")
    await stage.wait(4)
    stage.line.is_cut = True
    await stage.wait(47)


async def attention(stage: Stage) -> None:
    """What needs somebody, over all meetings."""
    await stage.wait(122)
    await stage.press("exclamation_mark")
    await stage.wait(1)
    await stage.press("j", "j")


async def wide(stage: Stage) -> None:
    """The meetings, and beside them the callers of one: the keys are for these."""
    await stage.wait(95)
    await stage.press("j", "tab")
    await stage.wait(2)
    await stage.press("j", "j", "j", "h")
    await stage.wait(4)


async def light(stage: Stage) -> None:
    """A meeting in a light theme, with the details of who asks."""
    await stage.wait(30)
    await stage.press("t")
    await stage.wait(5)
    await stage.press("i")
    await stage.wait(1)


async def narrow(stage: Stage) -> None:
    """A meeting on 80x24."""
    await meeting(stage)


async def rooms(stage: Stage) -> None:
    """The meeting rooms; what one of them sets of its own."""
    await stage.wait(9)
    await stage.press("3")
    await stage.wait(1)
    await stage.press("i", "j", "j", "j")
    await stage.wait(2)


async def room_form(stage: Stage) -> None:
    """An attribute of a room: what it means, and what it may be."""
    await stage.wait(9)
    await stage.press("3")
    await stage.wait(1)
    await stage.press("j", "j", "j", "a")
    await stage.wait(1)
    await stage.press("j", "enter")
    await stage.wait(1)


async def numbers(stage: Stage) -> None:
    """Who owns a number, and which rooms it leads to."""
    await stage.wait(9)
    await stage.press("4")
    await stage.wait(1)
    await stage.press("i", "j", "j", "j", "j")
    await stage.wait(2)


async def forwarding(stage: Stage) -> None:
    """Bindings with the time they have left, and the question before one is ended."""
    await stage.wait(9)
    await stage.press("5")
    await stage.wait(1)
    await stage.press("n")
    await stage.wait(1)
    await stage.press(*"442079460018", "tab", "tab", "tab", *"Night", "enter")
    await stage.press("y")
    await stage.wait(3)
    await stage.press("d")
    await stage.wait(1)


async def tape(stage: Stage) -> None:
    """A meeting over time: who was in, muted, on hold, and what happened."""
    await stage.watch(20)
    await _go_into(stage, "309001")
    await stage.press("j", "j", "j", "h")
    await stage.watch(60)
    await stage.press("h")
    await stage.watch(50)
    await stage.press("quotation_mark", *"echo", "space", *"on", "space", *"the", "space", *"line")
    await stage.press("enter")
    await stage.watch(150)
    stage.app.clear_notifications()  # they go by the machine's clock
    await stage.press("V")
    await stage.wait(1)
    await stage.press("left_square_bracket", "left_square_bracket", "left", "j", "j")


async def attendance(stage: Stage) -> None:
    """Who attended a meeting: from when to when, and how sure that is."""
    await stage.watch(240)
    await _go_into(stage, "309001")
    await stage.press("I")
    await stage.wait(1)
    await stage.press("j", "j")


async def time_travel(stage: Stage) -> None:
    """Two minutes ago, in the same screens; nothing can be changed there."""
    await stage.watch(200)
    await _go_into(stage, "309001")
    await stage.press("semicolon", *"-2m", "enter")
    await stage.wait(1)
    await stage.press("j", "j", "j")


async def shared(stage: Stage) -> None:
    """Who handles which meeting, and who looks at it; another box reads the bridge for all."""
    await _with_others(stage)
    await stage.press("j", "j", "j", "ampersand")
    await stage.wait(4)
    stage.app.clear_notifications()  # they go by the machine's clock
    await stage.wait(1)


async def who_is_here(stage: Stage) -> None:
    """Who is here, where they look, and what they have taken on."""
    await shared(stage)
    await stage.press("underscore")
    await stage.wait(1)


async def _with_others(stage: Stage) -> None:
    """Let the others come, one after the other."""
    others = stage.others
    assert others is not None  # noqa: S101
    await stage.wait(20)
    others.come("alice", "ops-2", 422390037)
    others.claim("alice", 422390037)
    await stage.wait(25)
    others.come("bob", "ops-4", 128356)
    others.claim("bob", 157030)
    await stage.wait(31)
    others.come("carol", "ops-5", 419821)
    others.lecture("carol", 419821)
    await stage.wait(8)
    others.come("erin", "ops-6", 419821)
    await stage.wait(5)


async def _go_into(stage: Stage, number: str) -> None:
    await stage.press("colon", *"meeting", "space", *number, "enter")
    await stage.wait(1)


async def tour(stage: Stage) -> None:
    """Somebody needs an operator; each action is proved, undone; old data acts on nothing."""
    await stage.wait(50)
    await stage.take(3, "", "Every live meeting, and how many need somebody")
    await stage.press("t")
    await stage.take(3, "t", "goes to who has asked longest")
    await stage.press("m")
    await stage.take(3, "m", "unmutes; it asks where the caller may have muted")
    await stage.press("y")
    await stage.wait(0.1)
    await stage.take(2, "y", "is asked for, and shown as under way")
    await stage.wait(6)
    stage.app.clear_notifications()  # they go by the machine's clock
    await stage.take(3, "", "done: a later read of the bridge shows it")
    await stage.press("M")
    count = cast("Any", stage.app.screen).plan.typed
    await stage.take(3, "M", "mutes all but the hosts; it wants their number typed")
    await stage.press(*count, "enter")
    await stage.wait(0.4)
    await stage.take(2, f"{count} enter", "sends one request for each caller")
    await stage.wait(6)
    await stage.take(3, "", "each of them is proved")
    await stage.press("u")
    await stage.wait(7)
    await stage.take(4, "u", "restores each caller to the state before")
    stage.line.is_cut = True
    await stage.wait(15)
    stage.app.clear_notifications()
    await stage.take(4, "", "The line is cut: data is STALE, and no key changes anything")


WIDE, NARROW = (120, 40), (80, 24)
SCENES: dict[str, tuple[Callable[[Stage], Awaitable[None]], tuple[int, int], dict[str, Any]]] = {
    "tour": (tour, (100, 30), {"requests_per_s": 6.0}),
    "meetings": (meetings, WIDE, {}),
    "meeting": (meeting, WIDE, {}),
    "drop-dialog": (drop_dialog, WIDE, {}),
    "bulk-mute": (bulk_mute, WIDE, {"requests_per_s": 8.0}),
    "filter": (filtering, WIDE, {}),
    "help": (help_sheet, WIDE, {}),
    "offline": (offline, WIDE, {}),
    "narrow-80x24": (narrow, NARROW, {}),
    "attention": (attention, WIDE, {}),
    "wide-200x60": (wide, (200, 60), {}),
    "light": (light, WIDE, {"theme": "textual-light"}),
    "rooms": (rooms, WIDE, {}),
    "room-form": (room_form, WIDE, {}),
    "numbers": (numbers, WIDE, {}),
    "forwarding": (forwarding, WIDE, {}),
    "tape": (tape, WIDE, {"keeps": True}),
    "time-travel": (time_travel, WIDE, {"keeps": True}),
    "attendance": (attendance, WIDE, {"keeps": True}),
    "shared": (shared, WIDE, {"shares": True}),
    "who-is-here": (who_is_here, WIDE, {"shares": True}),
}


async def draw(folder: Path) -> None:
    """Draw every scene into a folder."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    for name, (scene, size, given) in SCENES.items():
        title = f"confmon: {(scene.__doc__ or name).strip()}"
        picture = await Stage(size, **given).play(scene, title)
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


def png() -> None:
    """Turn the pictures of the topics into PNGs."""
    for name in WITH_PNG:
        command = ["rsvg-convert", HERE / f"{name}.svg"]
        drawn = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
        (HERE / f"{name}.png").write_bytes(few_colours(drawn.stdout))


if __name__ == "__main__":
    if sys.argv[1:] == ["--png"]:
        png()
    else:
        asyncio.run(draw(Path(sys.argv[1]) if sys.argv[1:] else HERE))
