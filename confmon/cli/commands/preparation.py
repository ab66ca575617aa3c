"""What all commands that change something share: checks and reads before, exit code after."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.commands.audit import describe_left_open
from confmon.config.settings import resolve
from confmon.models.errors import BridgeError, NotFound
from confmon.monitor.actions.action import Outcome
from confmon.process import exits, prompt
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from confmon.config.settings.model import Settings
    from confmon.monitor.actions.action import Result


def prepare(
    arguments: Namespace, verb: str, *, asks: bool = False, mediator: bool = False
) -> resolve.Configuration:
    """Return the settings of a command that changes something. CliExit: 64, it may not.

    A line on stderr tells of actions that an earlier run left open.
    """
    need = resolve.MEDIATOR if mediator else resolve.CONFERENCE
    configuration = resolve.resolve(arguments, os.environ, need)
    if configuration.settings.read_only:
        raise exits.usage_error(f"read-only: {verb} was not sent")
    if asks:
        prompt.require_answers(verb)
    audit = composition.audit_log(configuration.settings, "cli")
    if line := describe_left_open(audit, is_seen=sys.stderr.isatty()):
        print_notice(line)
    return configuration


def exit_code_of(result: Result) -> int:
    """Return the exit code for the outcome of one action."""
    if result.outcome is Outcome.DONE:
        return exits.OK
    return exits.AUTH if result.status in (401, 403) else exits.NOT_PROVED


@contextmanager
def before_sending(missing: str = "") -> Iterator[None]:
    """End a command that could not read what it needs to know before it sends. CliExit.

    `missing` is what is not there where a record is not.
    """
    try:
        yield
    except BridgeError as error:
        if missing and isinstance(error, NotFound):
            raise exits.exit_for_missing(f"{missing}; nothing was sent", error) from None
        raise exits.exit_after_error(error, "nothing was sent") from None


def cuts_numbers(arguments: Namespace, settings: Settings) -> bool:
    """Whether numbers are cut on stderr: where nobody watches, it goes into a log."""
    if getattr(arguments, "reveal_numbers", False):
        return False
    return settings.mask_numbers or not sys.stderr.isatty()
