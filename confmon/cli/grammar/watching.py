"""The grammar of what watches for a while: the list of signals, and what other monitors ask for."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from confmon.cli.grammar.base import (
    REVEAL_NUMBERS,
    add_meeting_option,
    add_output,
    add_switches,
    integer,
)
from confmon.config.settings.attention import JUDGED_BY_WATCHING, RULE_IDS
from confmon.config.settings.checks import suggest

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Grammar, Parser

TIMEOUT_S = 45
"""Nagios and Icinga give a plug-in 60 s, of which `credentials_command` may take 10."""
PORT = 9841
PLUGIN_CODES = """exit codes:
   0  OK
   1  WARNING: something is amber, or as many signals as --warning gives
   2  CRITICAL: something is red, or as many signals as --critical gives
   3  UNKNOWN: no answer, or only a part of it, and nothing amber or red in that;
      a refused login, a wrong command line or configuration"""


def add_attention(grammar: Grammar) -> None:
    """Add `attention`, which is listed with what is live."""
    attention = grammar.add("attention", "list what needs somebody: red first, the oldest first")
    _add_watch(attention)
    add_output(attention)
    add_switches(attention, REVEAL_NUMBERS)


def add(grammar: Grammar) -> None:
    """Add the commands for other monitors."""
    grammar.heading("for other monitors")
    _check(grammar.add("check", "a plug-in of Nagios and Icinga: whether something needs somebody"))
    _metrics(grammar.add("metrics", "give figures to Prometheus, until it is stopped"))


def _check(check: Parser) -> None:
    _add_watch(check)
    for level, usual in (("warning", "one"), ("critical", "one that is red")):
        check.add_argument(
            f"--{level}", type=_rule_count, action="append", default=[], metavar="RULE=N",
            help=f"so many signals of a rule are {level.upper()}; default: {usual}",
        )  # fmt: skip
    check.add_argument(
        "--timeout", dest="timeout_s", type=integer(1, 86_400), default=TIMEOUT_S,
        metavar="SECONDS", help=f"end with UNKNOWN after so long; default: {TIMEOUT_S}",
    )  # fmt: skip
    add_switches(check, REVEAL_NUMBERS)
    check.epilog = PLUGIN_CODES
    check.formatter_class = RawDescriptionHelpFormatter


def _metrics(metrics: Parser) -> None:
    where = metrics.add_mutually_exclusive_group()
    where.add_argument(
        "--port", type=integer(0, 65535), default=PORT, metavar="N",
        help=f"serve them over HTTP; 0: any free port; default: {PORT}",
    )  # fmt: skip
    where.add_argument(
        "--textfile", metavar="PATH",
        help="write them into this file instead, every interval, for the node_exporter",
    )  # fmt: skip
    metrics.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS",
        help="address to serve at; others than this machine's own are open to anybody",
    )  # fmt: skip


def _add_watch(command: Parser) -> None:
    """Let a command say what it watches, and for how long."""
    command.add_argument(
        "--for", dest="for_s", type=integer(0, 86_400), default=0, metavar="SECONDS",
        help="watch for so long. By default two reads have to do. What the server gives no time of"
        " needs watching for as long as its threshold: " + ", ".join(JUDGED_BY_WATCHING),
    )  # fmt: skip
    command.add_argument(
        "--rule", choices=RULE_IDS, metavar="ID", help="by one rule only: " + ", ".join(RULE_IDS)
    )
    add_meeting_option(command)


def _rule_count(text: str) -> tuple[str, int]:
    """Read ``RULE=N``."""
    rule, sign, count = text.partition("=")
    if not sign:
        raise ArgumentTypeError(f"RULE=N is wanted, such as question=3; not {text[:40]!r}")
    if rule not in RULE_IDS:
        raise ArgumentTypeError(f"there is no rule {rule[:40]!r}{suggest(rule, RULE_IDS)}")
    return rule, integer(1, 1_000_000)(count)
