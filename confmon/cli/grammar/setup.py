"""The grammar of what concerns confmon itself: bridges in memory, settings, logins, the log."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from confmon.cli.grammar import live
from confmon.cli.grammar.base import YES, Parser, add_list_options, add_switches, integer
from confmon.cli.grammar.start import add_start

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Grammar

SEED, MEETINGS, CALLS = 7, 18, 200
"""The demo's; `confmon.simulator.demo` has the same, and a test compares."""
SHELLS = ("bash", "zsh", "fish")
CONFIG_PARTS = ("path", "show", "validate", "init")


def add(grammar: Grammar) -> None:
    """Add the commands."""
    grammar.heading("set-up, and confmon itself")
    _bridges(grammar)
    discover = grammar.add("discover", "list the endpoints of a portal login, and write a profile")
    discover.add_argument("--portal-login", metavar="NAME", help="login of the portal")
    discover.add_argument("--core-url", metavar="URL", help="full base of the Core API")
    discover.add_argument(
        "--endpoint", metavar="SID", help="the conference endpoint of the profile"
    )
    discover.add_argument(
        "--mediator-endpoint", metavar="SID", help="the mediator endpoint of the profile"
    )
    discover.add_argument("--name", default="", metavar="NAME", help="what the profile is called")
    add_switches(discover, ("--write", "write the profile, after asking; else it is shown"))
    add_list_options(discover, "the API's conditions on endpoints")
    add_switches(discover, YES)
    login = grammar.add("login", "ask for the password once, check it, and store it")
    add_switches(login, ("--no-check", "store it without asking the service"))
    logout = grammar.add("logout", "forget the password that login stored")
    for command in (login, logout):
        add_switches(command, ("--mediator", "the mediator endpoint's, not the conference's"))
    config = grammar.add("config", "show where settings come from, and check them")
    config.add_argument("what", choices=CONFIG_PARTS, metavar=f"{{{','.join(CONFIG_PARTS)}}}")
    add_switches(config, ("--print", "with init: print an example, and write nothing"))
    what = grammar.family("alerts", "try those who get signals by [alerts]")
    what("test", "send one test signal, and print what each answers")
    _share(grammar)
    live.add_log(grammar)
    completion = grammar.add("completion", "print a completion script for a shell")
    completion.add_argument("shell", choices=SHELLS)
    help_ = grammar.add("help", "print a topic of the help: keys, filter, settings and others")
    if isinstance(help_, Parser):
        _add_topics(help_)


def _share(grammar: Grammar) -> None:
    what = grammar.family("share", "prepare what several confmon share, look at it, check it")
    init = what("init", "make the tables, and the roles with their rights")
    add_switches(init, ("--print", "print the SQL for the administrator, and run nothing"))
    status = what("status", "show who collects, how old that is, and who is here")
    status.add_argument(
        "-o", "--output", choices=("table", "json"), default="table", help="default: table"
    )
    what("check", "try all that sharing needs, and say what is missing")


def _add_topics(command: Parser) -> None:
    """Let a command print topics. Only here are their names loaded."""
    from confmon.help.topic import TOPICS

    command.add_argument("topic", nargs="?", choices=TOPICS, metavar="TOPIC")
    command.epilog = f"topics: {', '.join(TOPICS)}"
    other = command.add_mutually_exclusive_group()
    other.add_argument("--search", metavar="WORD", help="show where the topics have a word")
    other.add_argument("--man", action="store_true", help="print all topics as a man page")


def _bridges(grammar: Grammar) -> None:
    demo = grammar.add("demo", "the screen on a conference bridge in memory; needs no login")
    simulate = grammar.add("simulate", "serve a bridge in memory over HTTP on this machine")
    for command in (demo, simulate):
        if isinstance(command, Parser):
            _add_scenario(command, with_scene=command is demo)
        if command is demo and isinstance(command, Parser):
            add_start(command)
        command.add_argument("--seed", type=integer(0), default=SEED, help="same seed, same bridge")
        command.add_argument("--meetings", type=integer(1, 10_000), default=MEETINGS, metavar="M")
        command.add_argument("--calls", type=integer(0, 100_000), default=CALLS, metavar="C")
    simulate.add_argument(
        "--port", type=integer(0, 65535), default=8080, metavar="N", help="0: any free port"
    )
    simulate.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on"
    )


def _add_scenario(command: Parser, *, with_scene: bool) -> None:
    """Let a command name what happens on its bridge. Only here is the table loaded."""
    from confmon.simulator.scenarios.table import DEMO, SCENARIOS

    text = f"what happens on it; default: {DEMO}" if with_scene else "what happens on it"
    command.add_argument(
        "--scenario",
        choices=tuple(SCENARIOS),
        default=DEMO if with_scene else None,
        metavar="NAME",
        help=text,
    )
    listed = "\n".join(f"  {name:<16}{scenario.shows}" for name, scenario in SCENARIOS.items())
    command.epilog = f"scenarios:\n{listed}"
    command.formatter_class = RawDescriptionHelpFormatter
