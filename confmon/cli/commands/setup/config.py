"""`confmon config`: where settings come from, what they are, whether the file is right."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from confmon.config.credentials import lookup
from confmon.config.credentials.credentials_file import toml
from confmon.config.settings import first_profile, resolve
from confmon.config.settings.checks import (
    check_base_url,
    check_proxy,
    check_receiver,
    without_login,
    without_path,
)
from confmon.config.settings.config_file import format_key
from confmon.config.settings.setting import SettingsTable
from confmon.process import exits, paths, prompt
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.config.settings.resolve import Configuration
    from confmon.config.settings.setting import Setting

TRIES = 3
"""How often a question is asked for an answer that will do."""


def run(arguments: Namespace) -> int:
    """Carry out ``config path``, ``show``, ``validate`` or ``init``. CliExit."""
    if arguments.print and arguments.what != "init":
        raise exits.usage_error("--print goes with config init")
    match arguments.what:
        case "path":
            print(resolve.config_file(arguments, os.environ))
        case "init":
            _init(arguments)
        case "validate" if not resolve.has_file(arguments, os.environ):
            print_notice(_describe_without_file(_resolved(arguments)))
        case "validate":
            file = resolve.config_file(arguments, os.environ)
            document, _ = resolve.load(file, named=True)
            count = len(document.profiles)
            profiles = "1 profile" if count == 1 else f"{count} profiles"
            print_notice(f"{file}: {profiles}, no complaints")
        case _:
            for line in format_settings(_resolved(arguments)):
                print(line)
    return exits.OK


def _resolved(arguments: Namespace) -> Configuration:
    return resolve.resolve(arguments, os.environ, may_follow=True)


def _init(arguments: Namespace) -> None:
    """Ask for what a first profile needs and write it, or print an example.

    CliExit: 64, there is nobody to ask; 78, there is a file, or it can't be written.
    """
    if arguments.print:
        print(first_profile.example(), end="")
        return
    file = resolve.config_file(arguments, os.environ)
    if file.is_symlink() or file.exists():
        raise exits.config_error(
            f"there is {file} already; nothing was changed",
            "An example with every setting: confmon config init --print",
        )
    if not prompt.can_ask():
        raise exits.usage_error(
            "config init asks, and there is no terminal to ask on",
            "An example to write by hand: confmon config init --print",
        )
    name = _ask("name", f"Name of the profile [{first_profile.NAME}]:", first_profile.NAME)
    url = _ask("base_url", f"Full base of the API [{first_profile.BASE_URL}]:",
               first_profile.BASE_URL)  # fmt: skip
    login = _ask("login", "Login of the conference endpoint:")
    for source, meaning in first_profile.SOURCES.items():
        print(f"  {source:<8} {meaning}", file=sys.stderr)
    source = _ask("source", "Where does the password come from [prompt]?", "prompt")
    where = ""
    if source == "file":
        where = _ask("file", "Which file (from the folder of the configuration)?")
    elif source == "command":
        where = _ask("command", "Which command?")
    answers = first_profile.Answers(
        name=name, base_url=url, login=login, source=source, where=where
    )
    first_profile.write(answers, file)
    print_notice(f"written: {file}")
    hint = "confmon login stores the password; " if source == "prompt" else ""
    print_notice(f"{hint}try: confmon meetings")


def _ask(what: str, question: str, default: str = "") -> str:
    """Return an answer that will do. CliExit: 64, there was none in some tries."""
    for _ in range(TRIES):
        text = prompt.ask(question) or default
        try:
            return first_profile.check_answer(what, text)
        except ValueError as error:
            print_notice(str(error))
    raise exits.usage_error("no answer that will do; nothing was written")


def _describe_without_file(configuration: Configuration) -> str:
    """Return the line that says what does in the place of a configuration file."""
    sources = ", ".join(f"{name} from {source}" for name, source in configuration.sources.items())
    password = _password_source(configuration)
    file = paths.or_none(paths.config_file) or "configuration file"
    return f"there is no {file}, and none is needed: {sources}, password from {password}"


def format_settings(configuration: Configuration) -> list[str]:
    """Return the settings as TOML, each with where it came from. The password is not among them."""
    settings = configuration.settings
    lines = [
        f"# configuration file: {configuration.file or 'none'}",
        f"# audit log: {paths.or_none(paths.audit_log) or 'none: there is no home folder'}",
        f"# password from: {_password_source(configuration)}",
    ]
    if configuration.mediator is not None:
        lines.append(f"# mediator password from: {lookup.name_source(configuration.mediator)}")
    lines += [f"# profile: {settings.profile}", *_rows(settings, configuration.sources)]
    for name in settings.table:
        match getattr(settings, name):
            case SettingsTable() as table:
                lines += ["", f"[{name}]", *_rows(table, configuration.sources, f"{name}.")]
            case Mapping() as values:
                lines += _table((name,), values)
    return lines


def _rows(values: SettingsTable, sources: Mapping[str, str], prefix: str = "") -> list[str]:
    """Return the settings of a table, each with its source, but for what is a table itself."""
    return [
        f"{name} = {toml(_shown(row, value))}  # {sources.get(prefix + name, 'default')}"
        for name, row in values.table.items()
        if name != "profile"
        and (value := getattr(values, name)) is not None
        and not isinstance(value, SettingsTable | Mapping)
    ]


def _password_source(configuration: Configuration) -> str:
    if configuration.has_login:
        return lookup.name_source(configuration.access)
    return "nowhere: without a login it only follows those who share"


def _shown(row: Setting, value: Any) -> Any:
    """Return a value without what may be a secret in it."""
    if row.check in (check_base_url, check_proxy):  # a login may be a part of it
        return without_login(value)
    return without_path(value) if row.check is check_receiver else value


def _table(key: tuple[str, ...], values: Mapping[Any, Any]) -> list[str]:
    plain = [f"{format_key((str(name),))} = {toml(value)}" for name, value in values.items()
             if not isinstance(value, Mapping)]  # fmt: skip
    lines = ["", f"[{format_key(key)}]", *plain] if plain else []
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines += _table((*key, str(name)), value)
    return lines
