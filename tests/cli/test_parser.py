"""What the grammar takes, beside what test_main refuses."""

from __future__ import annotations

import pytest

from confmon.cli import completion, exits, grammar_live, grammar_standing, parser
from confmon.monitor import edits
from confmon.monitor.commands import COMMANDS
from confmon.monitor.verbs import VERBS
from confmon.simulator import demo


def test_the_demos_size_is_the_simulators() -> None:
    assert (parser.SEED, parser.MEETINGS, parser.CALLS) == (demo.SEED, demo.MEETINGS, demo.CALLS)


def test_every_verb_that_names_a_command_has_it() -> None:
    named = {word for command in COMMANDS for word in command.cli.split(", ") if word}
    assert named <= {node.name for node in completion.nodes()}
    live = {*parser.VERBS, "name", "gain", "end"}
    assert live <= named
    assert live <= set(VERBS)


def test_the_audit_log_is_asked_for_every_verb_it_may_have() -> None:
    assert set(grammar_live.AUDITED) == {*VERBS, "poll"}
    assert set(grammar_standing.AUDITED) == set(edits.VERBS)
    assert set(parser.AUDITED) == {*VERBS, "poll", *edits.VERBS}


def test_what_is_not_asked_for_is_not_built_and_still_named() -> None:
    whole, part = parser.build(), parser.build(["--profile", "room", "calls", "--limit", "5"])
    for argv in (["--profile", "room", "calls", "--limit", "5"], ["room", "show", "5"]):
        assert part.parse_args(argv) == whole.parse_args(argv)
    assert part.format_help() == whole.format_help()
    complaints = []
    for one in (whole, part):
        with pytest.raises(exits.Quit, match="there is no 'rom'; did you mean room") as caught:
            one.parse_args(["rom"])
        complaints.append(caught.value.lines)
    assert complaints[0] == complaints[1]


def test_gain_may_be_negative_and_text_may_have_spaces() -> None:
    build = parser.build()
    assert build.parse_args(["gain", "5", "-3"]).level == -3
    assert build.parse_args(["name", "5", "Jane of the Desk"]).text == "Jane of the Desk"
    assert build.parse_args(["name", "5", "--", "-Jane"]).text == "-Jane"
