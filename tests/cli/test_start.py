"""What the screen begins with is given before no other command."""

from __future__ import annotations

import pytest

from confmon.cli import main
from confmon.cli.grammar import parser
from confmon.cli.grammar.start import start_of
from confmon.process import exits


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ([], {}),
        (["--filter", "muted anna"], {"filter": "muted anna"}),
        (["--meeting", "4223", "--fresh"], {"meeting": 4223, "fresh": True}),
        (["demo", "--meeting=1", "--filter=-held"], {"meeting": 1, "filter": "-held"}),
        (["--reveal-numbers", "demo"], {"reveal_numbers": True}),
        (["--filter", "x", "demo", "--seed", "3"], {"filter": "x"}),
        (["calls", "--filter", "x", "--meeting", "3", "--reveal-numbers"], {}),
    ],
)
def test_flags_of_the_screen_are_its_own(words: list[str], start: dict[str, object]) -> None:
    assert start_of(parser.build(words).parse_args(words)) == start


def test_before_another_command_they_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--filter", "muted", "calls"]) == exits.USAGE
    assert "--filter before a command is for the screen" in capsys.readouterr().err
    assert main(["--meeting", "x"]) == exits.USAGE
