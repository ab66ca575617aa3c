"""`[alerts]` of the configuration: who hears of what needs somebody, beside the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from confmon.config.settings.attention import check_rules
from confmon.config.settings.checks import (
    check_argv,
    check_base_url,
    check_path,
    check_proxy,
    check_receiver,
    one_of,
)
from confmon.config.settings.setting import SettingsTable, setting

if TYPE_CHECKING:
    from pathlib import Path

RECEIVERS = ("alertmanager", "webhook")


class AlertSettings(SettingsTable):
    """Where signals are sent, which of them, and how. Without a receiver nothing is sent."""

    alertmanager: str = setting(
        check_base_url,
        "The base of an Alertmanager, such as `https://alerts.example`: its API v2 is used.",
        default="",
    )
    alertmanager_token_file: Path | None = setting(
        check_path, "A file (mode 0600) with the Bearer token for it.", default=None
    )
    alertmanager_token_command: tuple[str, ...] | None = setting(
        check_argv, "A command that prints that token.", default=None
    )
    webhook: str = setting(check_receiver, "A URL that signals are posted to as JSON.", default="")
    webhook_token_file: Path | None = setting(
        check_path, "A file (mode 0600) with the Bearer token for it.", default=None
    )
    webhook_token_command: tuple[str, ...] | None = setting(
        check_argv, "A command that prints that token.", default=None
    )
    rules: tuple[str, ...] = setting(
        check_rules, "The rules with signals that are sent; none: all that are watched.", default=()
    )
    severity: Literal["amber", "red"] = setting(
        one_of("amber", "red"), "The least severity that is sent.", default="amber"
    )
    ca_file: Path | None = setting(
        check_path,
        "PEM certificates of a private CA of the receivers, trusted beside the system's.",
        default=None,
    )
    proxy: str | None = setting(
        check_proxy, "URL of an HTTP proxy on the way to the receivers.", default=None
    )

    @property
    def is_on(self) -> bool:
        """Whether there is anybody to send to."""
        return bool(self.alertmanager or self.webhook)
