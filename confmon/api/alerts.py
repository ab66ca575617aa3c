"""Tells others of signals: an Alertmanager by its API v2, or any receiver of JSON.

    receiver = open_alertmanager("https://alerts.example", None, bridge="api.carrierx.com")
    await receiver.send(firing, resolved, time.time(), read_at)
    await receiver.aclose()

Both go over the same guarded connection as every other request. A reply that is not 2xx is a
`confmon.models.errors.BridgeError`. What is sent may be sent again: receivers take it for the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.models.errors import hinting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.api.http.connection import HttpConnection
    from confmon.models.alert import Alert

LASTS_S: Final = 240.0
"""An alert that is not sent again ends by itself after this: confmon may have ended."""
VERSION: Final = 1
"""Of the webhook's JSON; a higher one may lack or rename something."""
_SEVERITIES: Final = {"amber": "warning", "red": "critical"}
"""The words that routes of Alertmanager are written with."""
_HINTS: Final = {
    401: "Check the token: the file or command that [alerts] names for it.",
    404: "Check the address in [alerts].",
}


class Origin(NamedTuple):
    """Where signals come from: the host of the bridge, and the profile."""

    bridge: str
    profile: str


class AlertmanagerClient:
    """One Alertmanager; fulfils `confmon.ports.AlertReceiver`."""

    def __init__(self, wire: HttpConnection, origin: Origin) -> None:
        self._wire, self._origin = wire, origin
        self.name = f"Alertmanager {wire.address.place}"

    async def send(
        self, firing: Sequence[Alert], resolved: Sequence[Alert], at: float, read: float | None
    ) -> None:
        """Send alerts. Raises BridgeError."""
        body = [
            _alertmanager_alert(alert, self._origin, at, read) for alert in (*resolved, *firing)
        ]
        with hinting(_HINTS):
            await self._wire.send("POST", "/api/v2/alerts", body=body)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()


class WebhookClient:
    """One receiver of JSON at a path; fulfils `confmon.ports.AlertReceiver`."""

    def __init__(self, wire: HttpConnection, path: str, origin: Origin) -> None:
        self._wire, self._path, self._origin = wire, path, origin
        self.name = f"webhook {wire.address.place}"

    async def send(
        self, firing: Sequence[Alert], resolved: Sequence[Alert], at: float, read: float | None
    ) -> None:
        """Send what is gone, then everything that is so now. Raises BridgeError."""
        for status, alerts in (("resolved", resolved), ("firing", firing)):
            if alerts:
                body = {
                    "version": VERSION,
                    "status": status,
                    "sent": _iso(at),
                    "read": _iso_or_none(read),
                    **self._origin._asdict(),
                    "signals": [_webhook_signal(alert) for alert in alerts],
                }
                with hinting(_HINTS):
                    await self._wire.send("POST", self._path, body=body)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()


def split_url(url: str) -> tuple[str, str]:
    """Return the base and the path of a whole URL.

    >>> split_url("https://hooks.example/services/x"), split_url("https://hooks.example")
    (('https://hooks.example/services', '/x'), ('https://hooks.example', '/'))
    """
    scheme, _, rest = url.partition("://")
    base, slash, last = rest.rpartition("/")
    return (f"{scheme}://{base}", f"/{last}") if slash else (url, "/")


def _alertmanager_alert(
    alert: Alert, origin: Origin, at: float, read: float | None
) -> dict[str, Any]:
    """Return one alert as Alertmanager takes it. Labels tell which it is, annotations the rest.

    Source: Prometheus, Alerts API.
    """
    labels = {
        "alertname": "Confmon" + alert.rule.title().replace("_", ""),
        "rule": alert.rule,
        "severity": _SEVERITIES[alert.severity],
        "instance": origin.bridge,
        "profile": origin.profile,
        "meeting": alert.meeting,
        "call": alert.call,
        "subject": alert.subject,
    }
    annotations = {
        "summary": alert.title + ("" if alert.meeting is None else f", meeting {alert.meeting}"),
        "description": alert.text,
        "acknowledged_by": alert.acknowledged_by,
        "snoozed_until": _iso_or_none(alert.snoozed_until or None),
        "read": _iso_or_none(read),
    }
    ends = at + LASTS_S if alert.ended is None else alert.ended
    return {
        "labels": _filled(labels),
        "annotations": _filled(annotations),
        "startsAt": _iso(min(alert.since, ends)),
        "endsAt": _iso(ends),
    }


def _filled(values: dict[str, Any]) -> dict[str, str]:
    """Return what has a value, as text; to Alertmanager an empty label is none."""
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _webhook_signal(alert: Alert) -> dict[str, Any]:
    return {
        "rule": alert.rule,
        "title": alert.title,
        "severity": alert.severity,
        "text": alert.text,
        "meeting": alert.meeting,
        "call": alert.call,
        "subject": alert.subject or None,
        "since": _iso(alert.since),
        "ended": _iso_or_none(alert.ended),
        "acknowledged_by": alert.acknowledged_by or None,
        "snoozed_until": _iso_or_none(alert.snoozed_until or None),
    }


def _iso_or_none(moment: float | None) -> str | None:
    return None if moment is None else _iso(moment)


def _iso(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
