"""Flags over environment over profile over defaults: the settings of this run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from confmon.config.credentials import private_file
from confmon.config.credentials.lookup import Access
from confmon.config.credentials.secret import refuse
from confmon.config.settings import environment, toml_lines
from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.attention import AttentionSettings
from confmon.config.settings.checks import check_path, suggest
from confmon.config.settings.config_file import Document, check_file
from confmon.config.settings.model import PASSWORD_SOURCES, Settings
from confmon.config.settings.setting import NEEDED
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, MutableMapping, Sequence
    from pathlib import Path

    from confmon.config.credentials.secret import Secret

CONFERENCE = ("base_url", "login")
MEDIATOR = ("mediator_login",)
"""What a command needs that speaks to one API or the other."""
ADDRESS = ("base_url",)
"""What a command needs that only has to know which bridge is meant."""
WITHOUT_PROFILE = "env"
"""The profile's name where flags or the environment have everything."""


class NotConfigured(exits.CliExit):
    """Neither flags nor environment nor file name a bridge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings, and where each one came from. Of the passwords: only how to get them.

    `mediator` is None where no Mediator is configured.
    """

    settings: Settings
    access: Access
    mediator: Access | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None

    @property
    def has_login(self) -> bool:
        """Whether the bridge can be asked. If not, this confmon only follows those who share."""
        return bool(self.settings.login)

    def obtain_password(self) -> Secret:
        """Return the conference endpoint's password. CliExit: 78, it can't be had."""
        return self.access.obtain_password()


def resolve(
    arguments: Namespace,
    environ: MutableMapping[str, str],
    need: Sequence[str] = CONFERENCE,
    kind: type[Settings] = Settings,
    *,
    may_follow: bool = False,
) -> Configuration:
    """Lay flags, environment and file over the defaults. CliExit: 64 for a flag, else 78.

    The passwords are taken out of `environ`, so that no child process inherits them. `need` is
    `CONFERENCE`, `MEDIATOR` or `ADDRESS`: what has to be set. `kind` has the table of settings.
    `may_follow`: what is read-only and has a `share` needs no login, for others read the bridge.
    """
    passwords = environment.take_secrets(environ)
    environment.warn_of_unknown(environ, kind)
    flags = _read_flags(arguments, kind)
    variables = environment.read_settings(environ, kind)
    file = _find_file(arguments, environ)
    document, lines = load(file, named=_is_named(arguments, environ), kind=kind)

    name = _choose_profile(arguments, environ, document)
    profile = document.profiles.get(name, {})
    values = {**profile, **variables, **flags}
    follows = may_follow and values.get("read_only") and values.get("share")
    for missing in need:
        if missing not in values and not (missing == "login" and follows):
            raise _unconfigured(missing, name, document, file, anything=bool(values))
    sources = {key: lines.where(("profiles", name, key)) if lines else "" for key in profile}
    if lines:
        for table in ("attention", "alerts"):
            keys = getattr(document, table)
            sources |= {f"{table}.{key}": lines.where((table, key)) for key in keys}
    sources |= {key: kind.table[key].variable for key in variables}
    sources |= {key: kind.table[key].flag for key in flags}

    settings = kind(
        profile=name,
        keys=document.keys,
        codes=document.codes,
        attention=AttentionSettings(**document.attention),
        alerts=AlertSettings(**document.alerts),
        **{
            key: value
            for key, value in {"base_url": "", "login": "", **values}.items()
            if key in kind.table
        },
    )

    def access(api: str) -> Access:
        return _access(api, settings, passwords, profile, environ)

    return Configuration(
        settings=settings,
        access=access(""),
        mediator=access("mediator_") if settings.mediator_login else None,
        sources=sources,
        file=lines.path if lines else None,
    )


def _access(
    api: str,
    settings: Settings,
    passwords: Mapping[str, Secret | None],
    profile: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Access:
    """Return one API of a profile; `passwords` are those of the environment."""
    variable = environment.MEDIATOR_PASSWORD if api else environment.PASSWORD
    password = passwords[variable]
    base_url = getattr(settings, f"{api}base_url")
    file_variable = PASSWORD_SOURCES[f"{api}password_file"].variable
    file = environ.get(file_variable)
    kept = {key: profile.get(f"{api}{key}") for key in ("password_file", "credentials_command")}
    default = Settings.table[f"{api}base_url"].default
    origin = urlsplit(profile.get(f"{api}base_url", "" if default is NEEDED else default))
    if origin.netloc and urlsplit(base_url)[:2] != origin[:2] and any(kept.values()):
        # A flag may point elsewhere; the password kept for the profile's own host does not follow.
        if not file and password is None:
            print_notice(
                f"the {api.replace('_', ' ')}password of profile {settings.profile} is for"
                f" {origin.netloc} only and is not used here"
            )
        kept = {}
    if file:
        kept["password_file"] = path_of(file, file_variable)
    login = getattr(settings, f"{api}login")
    return Access(base_url=base_url, login=login, password=password, variable=variable, **kept)


def for_demo(
    arguments: Namespace, environ: MutableMapping[str, str], base_url: str, profile: str = "demo"
) -> Settings:
    """Return the settings of the demo: no profile, but the operator's own keys and codes.

    `profile` is shown where the name of one would be.
    """
    environment.take_secrets(environ)
    file = _find_file(arguments, environ)
    document, _ = load(file, named=_is_named(arguments, environ))
    values = environment.read_settings(environ) | _read_flags(arguments)
    values |= {
        "base_url": base_url,
        "login": "demo",
        "mediator_base_url": base_url.replace("conference", "mediator"),
        "mediator_login": "mediator",
    }
    return Settings(
        profile=profile,
        keys=document.keys,
        codes=document.codes,
        attention=AttentionSettings(**document.attention),
        **values,
    )


def config_file(arguments: Namespace, environ: Mapping[str, str]) -> Path:
    """Return the file that is read: --config, CONFMON_CONFIG, or the XDG folder's. CliExit."""
    if named := getattr(arguments, "config", None):
        return path_of(named, "--config", exits.USAGE)
    if named := environ.get(environment.CONFIG):
        return path_of(named, environment.CONFIG)
    return paths.config_file()


def _find_file(arguments: Namespace, environ: Mapping[str, str]) -> Path | None:
    """Return the same; None where there is no home that it could be in."""
    return paths.or_none(lambda: config_file(arguments, environ))


def has_file(arguments: Namespace, environ: Mapping[str, str]) -> bool:
    """Whether a file is named, or is in the XDG folder. CliExit: 78, that can't be known."""
    return _is_there(_find_file(arguments, environ), named=_is_named(arguments, environ))


def path_of(named: str, source: str, code: int = exits.CONFIG) -> Path:
    """Return a path that a flag or a variable names. CliExit: `code`, it is none."""
    try:
        return check_path(named)
    except ValueError as error:
        raise exits.CliExit(code, f"confmon: {source} {error}") from None


def load(
    file: Path | None, *, named: bool, kind: type[Settings] = Settings
) -> tuple[Document, toml_lines.TomlFile | None]:
    """Read and check the file; without one, everything is empty. CliExit: 78, every complaint.

    `named`: it was asked for, so it has to be there.
    """
    if file is None or not _is_there(file, named=named):
        return Document(), None
    try:
        lines = toml_lines.read(file)
    except toml_lines.Unreadable as error:
        raise refuse(str(error)) from None
    document = check_file(lines, kind)
    if document.complaints:
        raise refuse(*document.complaints)
    return document, lines


def _is_there(file: Path | None, *, named: bool) -> bool:
    return file is not None and (named or private_file.exists(file, "the configuration"))


def _is_named(arguments: Namespace, environ: Mapping[str, str]) -> bool:
    """Tell whether a flag or a variable names the configuration file."""
    return bool(getattr(arguments, "config", None) or environ.get(environment.CONFIG))


def _read_flags(arguments: Namespace, kind: type[Settings] = Settings) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, row in kind.table.items():
        if row.check is not None and row.flag and hasattr(arguments, name):
            try:
                values[name] = row.check(getattr(arguments, name))
            except ValueError as error:
                raise exits.usage_error(f"{row.flag} {error}") from None
    return values


def _choose_profile(arguments: Namespace, environ: Mapping[str, str], document: Document) -> str:
    wanted = getattr(arguments, "profile", None) or environ.get(environment.PROFILE)
    if wanted:
        if wanted in document.profiles:
            return str(wanted)
        known = ", ".join(document.profiles) or "none"
        file = config_file(arguments, environ)
        hint = suggest(wanted, document.profiles)
        raise exits.config_error(f"{file}: no profile {wanted!r}{hint} (there: {known})")
    if document.default_profile:
        return document.default_profile
    return next(iter(document.profiles)) if len(document.profiles) == 1 else WITHOUT_PROFILE


def _unconfigured(
    missing: str, name: str, document: Document, file: Path | None, *, anything: bool
) -> exits.CliExit:
    if name in document.profiles:
        return exits.config_error(f"{file}: profiles.{name}: no {missing}")
    if document.profiles and not anything:
        known = ", ".join(document.profiles)
        return exits.config_error(f"{file}: choose one by --profile or default_profile: {known}")
    if missing == "mediator_login":
        return exits.config_error(
            "no mediator_login: set it in the profile, or CONFMON_MEDIATOR_LOGIN",
        )
    if missing == "login":
        return exits.config_error("no login: set CONFMON_LOGIN or --login")
    if file is None:
        return paths.NoHome()
    kind = exits.CliExit if anything else NotConfigured
    return kind(
        exits.CONFIG,
        "confmon: no bridge is configured. To see it at work without one: confmon demo",
        f"To configure: confmon config init; or base_url and login in [profiles.NAME] of {file},",
        "or CONFMON_BASE_URL and CONFMON_LOGIN; confmon login then stores the password.",
    )
