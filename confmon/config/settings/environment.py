"""The variables that confmon reads, and the settings among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.config.credentials import lookup
from confmon.config.settings.checks import suggest
from confmon.config.settings.model import PASSWORD_SOURCES, Settings
from confmon.process import exits
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from confmon.config.credentials.secret import Secret

PROFILE, CONFIG = "CONFMON_PROFILE", "CONFMON_CONFIG"
PASSWORD, MEDIATOR_PASSWORD = lookup.PASSWORD, "CONFMON_MEDIATOR_PASSWORD"
PORTAL_LOGIN, CORE_URL = "CONFMON_PORTAL_LOGIN", "CONFMON_CORE_URL"
PORTAL_PASSWORD, PORTAL_PASSWORD_FILE = "CONFMON_PORTAL_PASSWORD", "CONFMON_PORTAL_PASSWORD_FILE"
PORTAL_TOKEN, PORTAL_TOKEN_FILE = "CONFMON_PORTAL_TOKEN", "CONFMON_PORTAL_TOKEN_FILE"
SECRETS = (PASSWORD, MEDIATOR_PASSWORD, PORTAL_PASSWORD, PORTAL_TOKEN)
"""Variables that are taken out of the environment at once, needed or not."""

_OTHERS = {
    PROFILE: "the profile, as `--profile`",
    CONFIG: "the configuration file, as `--config`",
    PASSWORD: "the password; it is taken out of the environment at once",
    MEDIATOR_PASSWORD: "the Mediator's password; taken out at once",
    PORTAL_LOGIN: "for `discover`: `--portal-login`",
    PORTAL_PASSWORD: "for `discover`: the portal's password; taken out at once",
    PORTAL_PASSWORD_FILE: "for `discover`: the file with it",
    PORTAL_TOKEN: "for `discover`: a Bearer token, instead of login and password;"
    " taken out at once",
    PORTAL_TOKEN_FILE: "for `discover`: the file with it",
    CORE_URL: "for `discover`: `--core-url`",
}
"""What is no setting of a profile."""


def take_secrets(environ: MutableMapping[str, str]) -> dict[str, Secret | None]:
    """Take the secrets out of the environment, so that no child process inherits them."""
    return {name: lookup.take_from_environment(environ, name) for name in SECRETS}


def variables(kind: type[Settings] = Settings) -> dict[str, str]:
    """Return every variable that confmon reads, with what it sets, in the words of the help."""
    rows = (kind.table | PASSWORD_SOURCES).items()
    settings = {
        row.variable: f"`{name}`" + (": `1` or `0`" if isinstance(row.default, bool) else "")
        for name, row in rows
        if row.variable
    }
    return settings | _OTHERS


def read_settings(environ: Mapping[str, str], kind: type[Settings] = Settings) -> dict[str, Any]:
    """Return the settings that the environment has. CliExit: 78, one of them is wrong."""
    values: dict[str, Any] = {}
    for name, row in kind.table.items():
        if row.variable and (text := environ.get(row.variable)):
            try:
                values[name] = row.read(text)
            except ValueError as error:
                raise exits.config_error(f"{row.variable} {error}") from None
    return values


def warn_of_unknown(environ: Mapping[str, str], kind: type[Settings] = Settings) -> None:
    """Warn of variables that look like confmon's and are not."""
    known = variables(kind)
    for variable in environ:
        if variable.startswith("CONFMON_") and variable not in known:
            print_notice(f"unknown variable {variable}{suggest(variable, known)}")
