"""How a command ends: the exit codes, and the one way to end early.

The codes are sysexits' and part of the interface; 1 is ours, for verbs and single records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.models.errors import BridgeError

OK = 0
NOT_PROVED = 1
"""At least one target was not proved to be as asked, or the meeting asked for is not there."""
USAGE = 64
DOWN = 69
INTERNAL = 70
UNWRITABLE = 74
AUTH = 77
CONFIG = 78
INTERRUPTED = 130

MEANINGS = {
    OK: "done; for a verb: every target was read back as wanted",
    NOT_PROVED: "a target was not applied, not known, or not there",
    USAGE: "the command line was wrong, or a question could not be asked",
    DOWN: "the service did not answer, or answered nonsense",
    INTERNAL: "confmon itself failed",
    UNWRITABLE: "the command was carried out, and its output could not be written",
    AUTH: "the login was refused",
    CONFIG: "the configuration is missing or wrong",
}


class CliExit(Exception):
    """End the command with `code`, after writing `lines` to stderr."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__(code, *lines)
        self.code = code
        self.lines = lines


def usage_error(problem: str, *more: str) -> CliExit:
    """Return how to end where the command line is wrong; `more` are lines about what would do."""
    return CliExit(USAGE, f"confmon: {problem}", *more)


def config_error(problem: str, *more: str) -> CliExit:
    """Return how to end where the configuration, or what it needs, is missing or wrong."""
    return CliExit(CONFIG, f"confmon: {problem}", *more)


def code_of(error: BridgeError) -> int:
    """Return the exit code that a failed request ends with."""
    from confmon.models import errors

    match error:
        case errors.Unauthorized() | errors.Forbidden():
            return AUTH
        case errors.NotFound():
            return NOT_PROVED
        case errors.Guarded():
            return CONFIG
        case _:
            return DOWN


def exit_after_error(error: BridgeError, *more: str) -> CliExit:
    """Return how to end after a failed request: what happened, and what to do about it.

    Hints on passing failures are about polling, which a one-shot command does not do.
    """
    from confmon.models import errors

    hint = "" if isinstance(error, errors.PASSING) else error.hint
    lines = (f"confmon: {'; '.join([str(error), *more])}", hint)
    return CliExit(code_of(error), *(line for line in lines if line))


def exit_for_missing_list(error: BridgeError) -> CliExit:
    """Return how to end where a list is not there: the base URL is wrong."""
    return config_error(str(error), error.hint)


def exit_for_missing(what: str, error: BridgeError) -> CliExit:
    """Return how to end where there is no such record.

    A hint that repeats this is left out, as is one that the meeting has ended: was it ever there?
    """
    again = error.hint.startswith(("There is no such", "It has already")) and "," not in error.hint
    lines = (f"confmon: there is no {what}", "" if again else error.hint)
    return CliExit(NOT_PROVED, *(line for line in lines if line))
