"""What the grammar takes, beside what test_main refuses."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from confmon.cli import HOMES, HOMES_OF_RESOURCES, main
from confmon.cli.grammar import completion, directory, parser, setup
from confmon.cli.grammar import live as grammar_live
from confmon.commands import COMMANDS
from confmon.models import resources
from confmon.monitor.actions.verbs import VERBS
from confmon.monitor.edits import edit_actions
from confmon.process import exits
from confmon.simulator import demo
from confmon.simulator.scenarios.table import SCENARIOS

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Parser

VERB_COMMANDS = {*grammar_live.CALL_COMMANDS, "name", "gain", "role", "end"}
"""The verbs on calls and meetings that are commands, in `confmon.cli.commands.act`."""


def test_the_demos_size_is_the_simulators() -> None:
    assert (setup.SEED, setup.MEETINGS, setup.CALLS) == (demo.SEED, demo.MEETINGS, demo.CALLS)


def test_each_scenario_is_a_choice_of_both_bridges_and_in_their_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    build = parser.build()
    assert build.parse_args(["demo"]).scenario == "demo"
    assert build.parse_args(["simulate"]).scenario is None
    for command in ("demo", "simulate"):
        for name in SCENARIOS:
            assert build.parse_args([command, "--scenario", name]).scenario == name
        with pytest.raises(SystemExit):
            build.parse_args([command, "--help"])
        text = capsys.readouterr().out
        assert all(
            f"  {name} " in text and scenario.shows in text for name, scenario in SCENARIOS.items()
        )


def test_every_verb_that_names_a_command_has_it() -> None:
    named = {word for command in COMMANDS for word in command.cli.split(", ") if word}
    assert named <= {node.name for node in completion.command_tree()}
    assert named >= VERB_COMMANDS
    assert set(VERBS) >= VERB_COMMANDS


def test_every_command_that_is_no_verb_says_which_module_it_is_in() -> None:
    offered = {node.name.split()[0] for node in completion.command_tree() if node.name}
    of_resources = {*resources.COMMANDS, *resources.LIST_COMMANDS}
    assert offered - of_resources - VERB_COMMANDS == {*HOMES} - {None}
    for home in {*HOMES.values(), *HOMES_OF_RESOURCES.values()}:
        assert callable(import_module(f"confmon.cli.{home}").run), home


def test_the_audit_log_is_asked_for_every_verb_it_may_have() -> None:
    assert set(directory.AUDITED) == set(edit_actions.EDIT_WORDS)
    assert set(grammar_live.AUDITED) == {*VERBS, "poll", *edit_actions.EDIT_WORDS}


def test_what_is_not_asked_for_is_not_built_and_still_named() -> None:
    whole, part = parser.build(), parser.build(["--profile", "room", "calls", "--limit", "5"])
    for argv in (["--profile", "room", "calls", "--limit", "5"], ["room", "show", "5"]):
        assert part.parse_args(argv) == whole.parse_args(argv)
    assert part.format_help() == whole.format_help()
    complaints = []
    for one in (whole, part):
        with pytest.raises(exits.CliExit, match="there is no 'rom'; did you mean room") as caught:
            one.parse_args(["rom"])
        complaints.append(caught.value.lines)
    assert complaints[0] == complaints[1]


VALUES = ("--", "", " ", "-1", "-", "nan", "inf", "-inf", "1e999", "0x10", "1_0", "٣", "9" * 19,
          "9" * 5000, "\udce9", "a\0b", "%", "'", '"', "a=b", ",", "(")  # fmt: skip


def test_no_value_of_a_flag_is_an_internal_error() -> None:
    """Values that argparse, int() or float() take apart in ways of their own."""
    build = parser.build()
    bare, *nodes = completion.command_tree()
    for node in (bare, *nodes):
        for flag in node.flags:
            if flag.follow is None or (node is not bare and flag in bare.flags):
                continue
            for value in VALUES:
                lines = complaint(build, [*node.name.split(), f"{flag.names[-1]}={value}"])
                assert all(len(line) < 6000 for line in lines)
                if value == "--":
                    assert lines[0].endswith(f"argument {'/'.join(flag.names)}: -- is not a value")


def complaint(build: Parser, argv: list[str]) -> tuple[str, ...]:
    """Return what the grammar has against a command line."""
    try:
        build.parse_args(argv)
    except exits.CliExit as quit_:
        return quit_.lines if quit_.code == exits.USAGE else ()
    return ()


@pytest.mark.parametrize(
    "line",
    ["calls --filter=--", "calls --limit=--", "audit --since=--", "calls --limit=1_0",
     "calls --limit=٣", "calls --limit=99999999999999999999", "calls --offset=-1",
     "meetings --order=--", "audit --limit=nan", "calls --filter=\udce9", "name 5 \udce9",
     "audit --since=\udce9", "audit --since=9999999w", "audit --since=0001-01-01T00:00",
     "--interval=nan meetings", "--interval=inf meetings", "--interval=1e999 meetings",
     "--interval= meetings", "--profile=-- meetings", "--config=-- meetings", "mute -1",
     "gain 5 1e3", "gain 5 99999999999999999999", "simulate --port=-1", "demo --calls=--",
     "room create --did-group=-- --call-flow=1", "binding create --maximum-ttl=--"],
)  # fmt: skip
def test_odd_values_are_64_with_a_sentence(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", "https://a.example/v1", "--login", "x", *line.split()]) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("confmon")


def test_gain_may_be_negative_and_text_may_have_spaces() -> None:
    build = parser.build()
    assert build.parse_args(["gain", "5", "-3"]).level == -3
    assert build.parse_args(["name", "5", "Jane of the Desk"]).text == "Jane of the Desk"
    assert build.parse_args(["name", "5", "--", "-Jane"]).text == "-Jane"
