"""Flags over environment over profile over defaults: the settings of this run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from confmon.config.credentials import lookup, private_file
from confmon.config.credentials.lookup import Access
from confmon.config.credentials.secret import say
from confmon.config.settings import toml_lines
from confmon.config.settings.checks import CHECKS, path
from confmon.config.settings.config_file import Document, examine, nearest
from confmon.config.settings.model import Settings
from confmon.process import exits, paths

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, MutableMapping, Sequence
    from pathlib import Path

    from confmon.config.credentials.secret import Secret

FLAGS = {"base_url": "--base-url", "login": "--login", "read_only": "--read-only",
         "interval_s": "--interval"}  # fmt: skip
ENVIRONMENT = {"base_url": "CONFMON_BASE_URL", "login": "CONFMON_LOGIN",
               "read_only": "CONFMON_READ_ONLY", "interval_s": "CONFMON_INTERVAL",
               "mediator_base_url": "CONFMON_MEDIATOR_BASE_URL",
               "mediator_login": "CONFMON_MEDIATOR_LOGIN"}  # fmt: skip
PROFILE, CONFIG = "CONFMON_PROFILE", "CONFMON_CONFIG"
PASSWORD, PASSWORD_FILE = lookup.PASSWORD, "CONFMON_PASSWORD_FILE"
MEDIATOR_PASSWORD, MEDIATOR_PASSWORD_FILE = (
    "CONFMON_MEDIATOR_PASSWORD", "CONFMON_MEDIATOR_PASSWORD_FILE",
)  # fmt: skip
PORTAL_LOGIN, PORTAL_PASSWORD, PORTAL_PASSWORD_FILE, CORE_URL = (
    "CONFMON_PORTAL_LOGIN", "CONFMON_PORTAL_PASSWORD", "CONFMON_PORTAL_PASSWORD_FILE",
    "CONFMON_CORE_URL",
)  # fmt: skip
PORTAL_TOKEN, PORTAL_TOKEN_FILE = "CONFMON_PORTAL_TOKEN", "CONFMON_PORTAL_TOKEN_FILE"
"""Of `confmon discover` alone."""
VARIABLES = (
    *ENVIRONMENT.values(), PROFILE, CONFIG, PASSWORD, PASSWORD_FILE,
    MEDIATOR_PASSWORD, MEDIATOR_PASSWORD_FILE,
    PORTAL_LOGIN, PORTAL_PASSWORD, PORTAL_PASSWORD_FILE, PORTAL_TOKEN, PORTAL_TOKEN_FILE, CORE_URL,
)  # fmt: skip
SECRETS = (PASSWORD, MEDIATOR_PASSWORD, PORTAL_PASSWORD, PORTAL_TOKEN)
"""Variables that are taken out of the environment at once, needed or not."""
CONFERENCE = ("base_url", "login")
MEDIATOR = ("mediator_login",)
"""What a command needs that speaks to one API or the other."""
WITHOUT_PROFILE = "env"
"""The profile's name where flags or the environment say everything."""

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


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

    def obtain_password(self) -> Secret:
        """Return the conference endpoint's; CliExit says what is wrong with where it should be."""
        return self.access.obtain_password()


def resolve(
    arguments: Namespace, environ: MutableMapping[str, str], need: Sequence[str] = CONFERENCE
) -> Configuration:
    """Lay flags, environment and file over the defaults. CliExit: 64 for a flag, else 78.

    The passwords are taken out of `environ`, so that no child process inherits them. `need` is
    `CONFERENCE` or `MEDIATOR`: what has to be set.
    """
    passwords = {name: lookup.from_environment(environ, name) for name in SECRETS}
    _warn(environ)
    flags = _flags(arguments)
    variables = _variables(environ)
    file = paths.if_any(lambda: config_file(arguments, environ))
    document, lines = load(file, named=names_file(arguments, environ))

    name = _chosen(arguments, environ, document)
    table = document.profiles.get(name, {})
    values = {**table, **variables, **flags}
    for missing in need:
        if missing not in values:
            raise _unconfigured(missing, name, document, file, anything=bool(values))
    sources = {key: lines.where(("profiles", name, key)) if lines else "" for key in table}
    sources |= {key: ENVIRONMENT[key] for key in variables}
    sources |= {key: FLAGS[key] for key in flags}

    values.setdefault("base_url", "")
    values.setdefault("login", "")
    settings = Settings(
        profile=name,
        keys=document.keys,
        codes=document.codes,
        **{key: value for key, value in values.items() if key in CHECKS},
    )
    return Configuration(
        settings=settings,
        access=Access(
            base_url=settings.base_url,
            login=settings.login,
            password=passwords[PASSWORD],
            **_kept(
                "", name, table, settings.base_url, environ.get(PASSWORD_FILE),
                given=passwords[PASSWORD] is not None,
            ),
        ),
        mediator=Access(
            base_url=settings.mediator_base_url,
            login=settings.mediator_login,
            password=passwords[MEDIATOR_PASSWORD],
            variable=MEDIATOR_PASSWORD,
            **_kept(
                "mediator_", name, table, settings.mediator_base_url,
                environ.get(MEDIATOR_PASSWORD_FILE), given=passwords[MEDIATOR_PASSWORD] is not None,
            ),
        ) if settings.mediator_login else None,
        sources=sources,
        file=lines.path if lines else None,
    )  # fmt: skip


def _kept(
    api: str,
    profile: str,
    table: Mapping[str, Any],
    base_url: str,
    named: str | None,
    *,
    given: bool,
) -> dict[str, Any]:
    """Return where the password of one API is kept; `named` is a file of the environment's.

    `given`: the environment has the password itself.
    """
    kept = {key: table.get(f"{api}{key}") for key in ("password_file", "credentials_command")}
    default = Settings.__dataclass_fields__[f"{api}base_url"].default
    origin = urlsplit(table.get(f"{api}base_url", default if isinstance(default, str) else ""))
    if origin.netloc and urlsplit(base_url)[:2] != origin[:2] and any(kept.values()):
        # A flag may point elsewhere; the password kept for the profile's own host does not follow.
        if not (named or given):
            say(f"the {api.replace('_', ' ')}password of profile {profile} is for {origin.netloc}"
                " only and is not used here")  # fmt: skip
        kept = {}
    if named:
        kept["password_file"] = path_of(named, f"CONFMON_{api.upper()}PASSWORD_FILE")
    return kept


def for_demo(arguments: Namespace, environ: MutableMapping[str, str], base_url: str) -> Settings:
    """Return the settings of the demo: no profile, but the operator's own keys and codes."""
    for name in SECRETS:
        lookup.from_environment(environ, name)
    file = paths.if_any(lambda: config_file(arguments, environ))
    document, _ = load(file, named=names_file(arguments, environ))
    flags = {**_variables(environ), **_flags(arguments), "base_url": base_url, "login": "demo",
             "mediator_base_url": base_url.replace("conference", "mediator"),
             "mediator_login": "mediator"}  # fmt: skip
    return Settings(profile="demo", keys=document.keys, codes=document.codes, **flags)


def config_file(arguments: Namespace, environ: Mapping[str, str]) -> Path:
    """Return the file that is read: --config, CONFMON_CONFIG, or the XDG folder's. CliExit."""
    if named := getattr(arguments, "config", None):
        return path_of(named, "--config", exits.USAGE)
    if named := environ.get(CONFIG):
        return path_of(named, CONFIG)
    return paths.config_file()


def has_file(arguments: Namespace, environ: Mapping[str, str]) -> bool:
    """Whether a file is named, or is in the XDG folder. CliExit: 78, it can't be told."""
    file = paths.if_any(lambda: config_file(arguments, environ))
    if file is None:
        return False
    return bool(names_file(arguments, environ)) or private_file.is_there(file, "the configuration")


def path_of(named: str, source: str, code: int = exits.CONFIG) -> Path:
    """Return a path that a flag or a variable names. CliExit: `code`, it is none."""
    try:
        return path(named)
    except ValueError as error:
        raise exits.CliExit(code, f"confmon: {source} {error}") from None


def load(file: Path | None, *, named: str | None) -> tuple[Document, toml_lines.TomlFile | None]:
    """Read and check the file; without one, everything is empty. CliExit: 78, every complaint."""
    if file is None or (not named and not private_file.is_there(file, "the configuration")):
        return Document(), None
    try:
        lines = toml_lines.read(file)
    except toml_lines.Unreadable as error:
        raise exits.CliExit(exits.CONFIG, f"confmon: {error}") from None
    document = examine(lines)
    if document.complaints:
        raise exits.CliExit(exits.CONFIG, *(f"confmon: {line}" for line in document.complaints))
    return document, lines


def names_file(arguments: Namespace, environ: Mapping[str, str]) -> str | None:
    """Return the configuration file that a flag or a variable names, if one does."""
    named: str | None = getattr(arguments, "config", None) or environ.get(CONFIG)
    return named


def _flags(arguments: Namespace) -> dict[str, Any]:
    given = {"base_url": "base_url", "login": "login", "read_only": "read_only",
             "interval_s": "interval"}  # fmt: skip
    values: dict[str, Any] = {}
    for key, attribute in given.items():
        if hasattr(arguments, attribute):
            try:
                values[key] = CHECKS[key](getattr(arguments, attribute))
            except ValueError as error:
                raise exits.CliExit(exits.USAGE, f"confmon: {FLAGS[key]} {error}") from None
    return values


def _variables(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, variable in ENVIRONMENT.items():
        raw = environ.get(variable, "")
        if raw:
            try:
                values[key] = CHECKS[key](_typed(key, raw))
            except ValueError as error:
                raise exits.CliExit(exits.CONFIG, f"confmon: {variable} {error}") from None
    return values


def _typed(key: str, raw: str) -> Any:
    if key == "read_only":
        word = raw.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else raw
    if key == "interval_s":
        try:
            return float(raw)
        except ValueError:
            return raw
    return raw


def _chosen(arguments: Namespace, environ: Mapping[str, str], document: Document) -> str:
    wanted = getattr(arguments, "profile", None) or environ.get(PROFILE)
    if wanted:
        if wanted in document.profiles:
            return str(wanted)
        known = ", ".join(document.profiles) or "none"
        file = config_file(arguments, environ)
        hint = nearest(wanted, document.profiles)
        raise exits.CliExit(
            exits.CONFIG, f"confmon: {file}: no profile {wanted!r}{hint} (there: {known})"
        )
    if document.default_profile:
        return document.default_profile
    return next(iter(document.profiles)) if len(document.profiles) == 1 else WITHOUT_PROFILE


def _unconfigured(
    missing: str, name: str, document: Document, file: Path | None, *, anything: bool
) -> exits.CliExit:
    if name in document.profiles:
        return exits.CliExit(exits.CONFIG, f"confmon: {file}: profiles.{name}: no {missing}")
    if document.profiles and not anything:
        known = ", ".join(document.profiles)
        return exits.CliExit(
            exits.CONFIG, f"confmon: {file}: choose one by --profile or default_profile: {known}"
        )
    if missing == "mediator_login":
        return exits.CliExit(
            exits.CONFIG,
            "confmon: no mediator_login: set it in the profile, or CONFMON_MEDIATOR_LOGIN",
        )
    if missing == "login":
        return exits.CliExit(exits.CONFIG, "confmon: no login: set CONFMON_LOGIN or --login")
    if file is None:
        return paths.NoHome()
    return exits.CliExit(
        exits.CONFIG,
        "confmon: no bridge is configured. To see it at work without one: confmon demo",
        f"To configure, put base_url and login under [profiles.NAME] in {file},",
        "or set CONFMON_BASE_URL and CONFMON_LOGIN; confmon login then stores the password.",
    )


def _warn(environ: Mapping[str, str]) -> None:
    for variable in environ:
        if variable.startswith("CONFMON_") and variable not in VARIABLES:
            say(f"{variable} means nothing to confmon{nearest(variable, VARIABLES)}")
