"""What makes the terminal tell or copy something goes through the driver whole; it is not drawn."""

from __future__ import annotations

from confmon.tui.app import notification
from confmon.tui.driver.output import Output


def test_it_is_passed_on_before_the_frame() -> None:
    output = Output(lambda: (40, 10), erase_colours=True)
    output.feed("\x1b[?1049h")
    output.feed("\x1b[1;1Hcalls")
    output.take()
    output.feed(notification("no host left, meeting 100"))
    output.feed("\a")
    output.feed("\x1b[1;1Hcause")
    sent = output.take()
    assert sent.startswith("\x1b]9;confmon: no host left, meeting 100\x07\a")
    assert sent.count("no host left") == 1


def test_nothing_in_the_words_ends_it_early() -> None:
    assert notification("a\x07b\x1b\\c\x9cd\ne") == "\x1b]9;confmon: ab\\cde\x07"


def test_a_copy_is_passed_on_before_the_frame_and_never_within_one() -> None:
    output = Output(lambda: (40, 10), erase_colours=True)
    output.feed("\x1b[?1049h")
    output.take()
    output.feed("\x1b[?2026h")
    output.feed("\x1b[1;1Hcalls")
    output.feed("\x1b]52;c;MTU1NTEyMzAwMDE=\x07")
    output.feed("\x1b[2;1Hmeetings")
    assert output.take() == "\x1b]52;c;MTU1NTEyMzAwMDE=\x07"
    output.feed("\x1b[?2026l")
    sent = output.take()
    assert "calls" in sent
    assert "]52" not in sent
