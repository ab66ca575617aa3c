"""The first configuration file: made of a few answers, or printed as an example with comments.

It is written where there is none, and never over one.
"""

from __future__ import annotations

import contextlib
import shlex
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.config.credentials import private_file
from confmon.config.credentials.credentials_file import toml
from confmon.config.credentials.secret import refuse
from confmon.config.settings import checks
from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.attention import AttentionSettings
from confmon.config.settings.config_file import PROFILE_NAME
from confmon.config.settings.model import Settings
from confmon.config.settings.new_profile import check_result, table_of
from confmon.config.settings.setting import NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confmon.config.settings.setting import Setting

BASE_URL = "https://api.carrierx.com/conference/v1"
NAME = "prod"
SOURCES = {
    "prompt": "asked at each start, until confmon login stores it",
    "file": "a file that only you can read",
    "command": "a command that prints it, such as pass show bridge",
}
"""Where the password can come from, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered. `where` is the file or the command, empty for a prompt."""

    name: str
    base_url: str
    login: str
    source: str
    where: str = ""

    def toml(self) -> str:
        """Return the file. ValueError: an answer will not do, with a sentence."""
        settings: dict[str, Any] = {
            "base_url": check_answer("base_url", self.base_url),
            "login": check_answer("login", self.login),
        }
        if self.source == "file":
            settings["password_file"] = check_answer("file", self.where)
        elif self.source == "command":
            settings["credentials_command"] = shlex.split(check_answer("command", self.where))
        check_answer("source", self.source)
        head = "# More settings: confmon config init --print\n"
        return head + table_of(check_answer("name", self.name), settings)


def check_answer(what: str, text: str) -> str:
    """Return an answer as it is kept. ValueError: why it will not do, as a sentence."""
    text = text.strip()
    try:
        found = _CHECKS[what](text)
    except ValueError as error:
        raise ValueError(f"It {error}.") from None
    return found if isinstance(found, str) else text


def _check_name(text: str) -> None:
    if not PROFILE_NAME.fullmatch(text):
        raise ValueError("must be letters, digits, dot, dash and underscore")


def _check_command(text: str) -> None:
    """Accept the words of a command; no shell sees them."""
    with contextlib.suppress(ValueError):
        if shlex.split(text):
            return
    raise ValueError("must be a command, such as pass show bridge")


_CHECKS: dict[str, Callable[[str], object]] = {
    "name": _check_name,
    "base_url": checks.check_base_url,
    "login": checks.check_login,
    "source": checks.one_of(*SOURCES),
    "file": checks.check_path,
    "command": _check_command,
}


def write(answers: Answers, file: Path) -> None:
    """Write the file, 0600. ValueError: an answer. CliExit: 78, one is there, or no writing it."""
    raw = answers.toml().encode()
    check_result(raw, file)
    try:
        private_file.create(file, raw)
    except OSError as error:
        raise refuse(f"{file}: {error.strerror}; nothing was written") from None


def example() -> str:
    """Return a configuration file with every setting, commented out but for what is needed."""
    lines = [
        "# The configuration of confmon. What is commented out is what is so without it.",
        "",
        f"# default_profile = {toml(NAME)}",
        "",
        f"[profiles.{NAME}]",
    ]
    for name, row in Settings.table.items():
        if row.check is not None:
            lines += _example_of(name, row, {"base_url": BASE_URL, "login": "your-login"})
    lines += [
        "## Where the password comes from; without one of these it is asked for, or confmon login",
        "## stores it.",
        '# password_file = "bridge.password"',
        '# credentials_command = ["pass", "show", "bridge"]',
        "",
        "[keys]",
        "## Command to key; confmon's own help lists them.",
        '# mute = "m"',
    ]
    for table, kind in (("attention", AttentionSettings), ("alerts", AlertSettings)):
        lines += ["", f"[{table}]"]
        for name, row in kind.table.items():
            lines += _example_of(name, row, {})
    return "\n".join(lines) + "\n"


def _example_of(name: str, row: Setting, given: dict[str, str]) -> list[str]:
    help_lines = textwrap.wrap(row.help, 96, initial_indent="## ", subsequent_indent="## ")
    if row.default is NEEDED:
        return [*help_lines, f"{name} = {toml(given[name])}"]
    if row.default is None or row.default == "":
        return [*help_lines, f"# {name} ="]
    return [*help_lines, f"# {name} = {toml(row.default)}"]
