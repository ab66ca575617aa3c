"""The one table of settings: type, check, default, flag, variable and help of each.

The model, the flags, the variables, the checks of the file, `confmon config show` and the tables of
the help are made from it. The layers are put together in `confmon.config.settings.resolve`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.attention import AttentionSettings
from confmon.config.settings.checks import (
    THEMES,
    check_argv,
    check_base_url,
    check_colour,
    check_login,
    check_mute_words,
    check_path,
    check_proxy,
    check_share,
    check_switch,
    check_syslog,
    integer_between,
    number_between,
    one_of,
)
from confmon.config.settings.setting import Setting, SettingsTable, setting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Settings(SettingsTable):
    """The settings of a run: flags over environment over profile over defaults."""

    base_url: str = setting(
        check_base_url,
        "The full base of the API, such as `https://api.carrierx.com/conference/v1`.",
        flag="--base-url",
        flag_help="full base of the Conference API",
        metavar="URL",
        variable="CONFMON_BASE_URL",
    )
    login: str = setting(
        check_login,
        "The conference endpoint's own login.",
        flag="--login",
        flag_help="login of the conference endpoint",
        metavar="NAME",
        variable="CONFMON_LOGIN",
    )
    profile: str = setting(
        None,
        "Its name in the file; not a setting of its own.",
        flag="--profile",
        flag_help="profile in the configuration file",
        metavar="NAME",
    )
    read_only: bool = setting(
        check_switch,
        "Look, never touch: nothing but GET is sent.",
        default=False,
        flag="--read-only",
        flag_help="look, never touch: nothing but GET is sent",
        variable="CONFMON_READ_ONLY",
    )
    interval_s: float = setting(
        number_between(0.5, 60),
        "Seconds between two reads of what is looked at; 0.5 to 60.",
        default=2.0,
        flag="--interval",
        flag_help="time between two reads, 0.5 to 60",
        metavar="SECONDS",
        variable="CONFMON_INTERVAL",
    )
    accent: str = setting(
        check_colour,
        "A colour for the header, so that production never looks like staging; empty: the theme's.",
        default="",
    )
    theme: str = setting(
        one_of(*THEMES),
        "Any theme of Textual's; without it: the one chosen with `T`, at first `textual-dark`.",
        default="",
    )
    keys: Mapping[str, str] = setting(
        None, "Command id to key or comma-separated keys.", default=MappingProxyType({})
    )
    codes: Mapping[str, Mapping[int, str]] = setting(
        None,
        'Labels laid over the built-in table: ``{"call.muteMode": {7: "muted by robot"}}``.',
        default=MappingProxyType({}),
    )
    attention: AttentionSettings = setting(
        None, "What needs somebody; see below.", default=AttentionSettings()
    )
    alerts: AlertSettings = setting(
        None, "Who hears of it beside the screen; see below.", default=AlertSettings()
    )
    requests_per_s: float = setting(
        number_between(0.5, 1000),
        "One budget for everything this process sends, actions first; 0.5 to 1000.",
        default=20.0,
    )
    deadline_s: float = setting(
        number_between(1, 120),
        "Seconds that one request may take as a whole; 1 to 120.",
        default=10.0,
    )
    ca_file: Path | None = setting(
        check_path,
        "PEM certificates of a private CA, trusted beside the system's.",
        default=None,
    )
    proxy: str | None = setting(
        check_proxy,
        "URL of an HTTP proxy. The environment's proxies are ignored.",
        default=None,
    )
    mask_numbers: bool = setting(
        check_switch,
        "Show only the last four digits of telephone numbers, on the screen too.",
        default=False,
    )
    output: Literal["auto", "diff", "plain"] = setting(
        one_of("auto", "diff", "plain"),
        "How the terminal is written: `diff` sends differences only, `plain` is Textual's own way.",
        default="auto",
    )
    mouse: bool = setting(
        check_switch,
        "Whether clicks come to confmon; if not, the terminal selects text. `W` changes it.",
        default=True,
        flag="--no-mouse",
        flag_help="leave the mouse to the terminal, for selecting text",
    )
    history: bool = setting(
        check_switch,
        "Whether what happens is kept on the disk, for attendance and looking back.",
        default=True,
    )
    history_days: int = setting(
        integer_between(1, 3650),
        "For how many days it is kept; 1 to 3650.",
        default=90,
    )
    history_size: int = setting(
        integer_between(16, 1_000_000),
        "How many megabytes it may take before the oldest day goes; 16 to 1000000.",
        default=4096,
    )
    share: str = setting(
        check_share,
        "Where several confmon share what one reads: `postgresql://USER@HOST/DB`, or `local`.",
        default="",
        flag="--share",
        flag_help="where several confmon share what one of them reads",
        metavar="WHERE",
        variable="CONFMON_SHARE",
    )
    mediator_base_url: str = setting(
        check_base_url,
        "The full base of the Mediator API, for bindings and dialouts.",
        default="https://api.carrierx.com/mediator/v1",
        variable="CONFMON_MEDIATOR_BASE_URL",
    )
    mediator_login: str = setting(
        check_login,
        "The mediator endpoint's own login; empty: there is no Mediator.",
        default="",
        variable="CONFMON_MEDIATOR_LOGIN",
    )
    mute_words: tuple[str, ...] = setting(
        check_mute_words,
        "What you call the three mute modes of a meeting, the freest first.",
        default=("Open", "Relaxed", "Strict"),
    )
    audit_journald: bool = setting(
        check_switch, "Send a copy of each line of the audit log to journald.", default=False
    )
    audit_syslog: str = setting(
        check_syslog,
        "And to syslog (RFC 5424): `unix:/dev/log`, `udp://HOST:514` or `tcp://HOST:601`.",
        default="",
    )


PASSWORD_SOURCES: dict[str, Setting] = {
    "password_file": setting(
        check_path, "The file with the password.", variable="CONFMON_PASSWORD_FILE"
    ),
    "credentials_command": setting(check_argv, "A command that prints the password."),
    "mediator_password_file": setting(
        check_path,
        "The file with the Mediator's password.",
        variable="CONFMON_MEDIATOR_PASSWORD_FILE",
    ),
    "mediator_credentials_command": setting(
        check_argv, "A command that prints the Mediator's password."
    ),
}
"""Where a profile's passwords come from. A password itself is no setting."""


def profile_table(kind: type[Settings] = Settings) -> dict[str, Setting]:
    """Return everything that a profile of the file may set, by name."""
    settings = {name: row for name, row in kind.table.items() if row.check is not None}
    return settings | PASSWORD_SOURCES
