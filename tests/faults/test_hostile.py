"""Text that attacks a terminal, in every field and every error: inert, visible, in its column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from confmon.simulator.sample.names import HOSTILE, LONG, OTHER_SCRIPTS
from tests.faults import table
from tests.faults.replies import changed, hang_up, raw, saying
from tests.faults.server import encoded
from tests.faults.town import call_named

if TYPE_CHECKING:
    from tests.faults.bench import Bench
    from tests.faults.server import Exchange
    from tests.faults.terminal import Terminal

MORE = (
    "\x1b[?1049l\x1b[?25h",
    "\x1b[6n\x1b[c\x1b]11;?\x07",
    "\x1bP+q544e\x1b\\",
    "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "\x9d52;c;cm0=\x9c",
    "[@click=app.exit]quit[/]",
    "[@click='app.quit']quit[/]",
    "[on red]" * 200,
    "\u202eabc\u202c \u061c\u200f",
    "e" + "\u0301" * 500,
    "\U000e0041\U000e0042tag",
    "\u1160\u1161\u11a8",
    "👨‍👩‍👧‍👦" * 30,
    "🇩🇪🇫🇷",
    "\ufdfd" * 20,
    "\ud800\udc00",
    "\x00\x07\x08\x0b\x0c\x0e\x0f\x7f\x84\x85",
    "w" * 10_000,
    "漢" * 5_000,
)
TEXTS = (*HOSTILE, *MORE, *OTHER_SCRIPTS, *LONG)
FIELDS = ("customName", "caller", "callee", "codec", "nodeName", "bridgeName", "addressFrom",
          "accessCode")  # fmt: skip
TELLING = (b"\x1b]52;", b"\x1b]0;", b"\x1b]8;", b"\x1b]11;", b"\x1b[6n", b"\x1b[31mred", b"\x1b[c",
           b"\x1bP", b"\x1b[?1049l")  # fmt: skip
"""None of these is confmon's own while it runs."""
ASKS = "  in meeting 300100"
"""Stands in a dialog as long as it is up; its keys do not."""


def batches(count: int) -> list[list[str]]:
    """Return the texts, a screenful at a time."""
    return [list(TEXTS[at : at + count]) for at in range(0, len(TEXTS), count)]


def click(terminal: Terminal, x: int, y: int) -> None:
    """Press and let go of the left button on a cell."""
    terminal.type(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")


def test_hostile_text_in_every_field(bench: Bench) -> None:
    terminal = bench.open_board()
    until_now = len(terminal.raw)
    for texts in batches(12):
        order = {name: nth for nth, name in enumerate(sorted(bench_names(bench)))}

        def attack(page: dict[str, Any], texts: list[str] = texts) -> None:
            for item in page["calls"]:
                nth = order.get(item["customName"], 0)  # noqa: B023
                item |= {field: texts[nth % len(texts)] for field in FIELDS}
                item["muteMode"] = 2

        def attack_owners(page: dict[str, Any], texts: list[str] = texts) -> None:
            for nth, item in enumerate(page["meetings"]):
                item["subscriberName"] = texts[nth % len(texts)]

        bench.server.fault(changed(attack), path="^/calls$")
        bench.server.fault(changed(attack_owners, "meetings"), path="^/meetings$")
        terminal.until(
            lambda: (
                len(rows := table.rows(terminal)) == 12 and all(r.mute == "muted" for r in rows)
            ),
            what="twelve muted rows",
        )
        terminal.type("\x1b[H")  # another number is another caller: the cursor has let go
        terminal.wait_a_hand()
        terminal.type("i")  # the details, with every field
        terminal.sees("accessCode")
        terminal.wait_a_hand()
        terminal.type("i")
        terminal.loses("accessCode")
        aligned(terminal)
        bench.server.lift()
        bench.agrees(terminal)
    for telling in TELLING:
        assert telling not in terminal.raw[until_now:]


def bench_names(bench: Bench) -> list[str]:
    return [call.custom_name for call in bench.world.calls.values()]


def aligned(terminal: Terminal) -> None:
    """Every row's mute is under its title, whatever is to the left of it."""
    _, at = table.titles(terminal)
    for row in table.rows(terminal):
        cells = table.line(terminal, row.y)
        assert "".join(cells.cells[at["mute"] : at["mute"] + 5]) == "muted", row
        assert cells.cells[at["mute"] - 1] == " ", row


def test_a_click_and_a_key_on_hostile_text_do_no_more_than_elsewhere(bench: Bench) -> None:
    texts = [text for text in TEXTS if "click" in text or "app." in text]

    def attack(page: dict[str, Any]) -> None:
        for nth, item in enumerate(page["calls"]):
            item["customName"] = texts[nth % len(texts)]

    terminal = bench.open_board()
    bench.server.fault(changed(attack), path="^/calls$")
    terminal.until(lambda: not terminal.shows("Alma"), what="hostile names")
    _, at = table.titles(terminal)
    for row in table.rows(terminal)[:4]:
        for x in range(at["name"], at["name"] + 18, 6):
            click(terminal, x, row.y)
    terminal.settle()
    bench.may(*(f"/calls/{call.id}" for call in bench.world.calls.values()))
    terminal.type("d")
    terminal.sees("Drop ", "y yes")
    for x in range(30, 80, 5):
        click(terminal, x, 15)
    terminal.answer("n", ASKS)
    terminal.wait_a_hand()
    terminal.type("m")
    terminal.sees("done", "muted")
    assert not terminal.ended()
    assert len(bench.server.journal.writes()) == 1
    with bench.server.lock:
        for call in bench.world.calls.values():
            bench.world.change(call, mute_mode=0)


def test_hostile_text_in_every_error(bench: Bench) -> None:
    terminal = bench.open_board()
    until_now = len(terminal.raw)
    replies = []
    for nth, text in enumerate((*HOSTILE, *MORE)):
        data = text.encode("utf-8", "surrogatepass")
        status = (400, 500, 403, 409)[nth % 4]
        in_json = saying(status, encoded({"error": text}))
        replies.append(in_json if nth % 2 else saying(status, data, "Content-Type: text/plain"))
    for header in ("Location", "Retry-After", "Date", "Content-Type", "Content-Encoding"):
        for text in ("\x1b]0;owned\x07", "\x9b2J", "[@click=app.exit]x[/]" + "x" * 9000):
            head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{header}: {text}\r\n\r\n"
            replies.append(raw(head.encode()))
    left = iter(replies)
    reported = 0

    def one_after_another(exchange: Exchange) -> None:
        nonlocal reported
        reported += 1
        next(left, hang_up)(exchange)

    bench.server.fault(one_after_another, path="^/calls$")
    while reported < len(replies):
        before = reported
        terminal.type("r")
        terminal.until(lambda: reported > before, what="an error")  # noqa: B023
    terminal.sees("STALE")
    for telling in TELLING:
        assert telling not in terminal.raw[until_now:]


def test_an_error_that_echoes_the_login_is_not_shown(bench: Bench) -> None:
    """Some proxies print the request into their error page."""
    terminal = bench.open_board()

    def echo(exchange: Exchange) -> None:
        sent = exchange.request.headers["authorization"]
        saying(400, json.dumps({"error": f"Bad request: Authorization: {sent}"}).encode())(exchange)

    bench.server.fault(echo, path="^/calls$")
    terminal.sees("(400): Bad request: Authorization: Basic ****")
    bench.go_to(terminal, "Boris")
    assert call_named(bench.world, "Boris").mute_mode == 0
