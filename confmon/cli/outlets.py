"""Ways out that are opt-in: copies of the audit lines, and those who get signals.

What these functions import is heavy, so they import it when called.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from confmon.config.settings.alerts import RECEIVERS
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.audit.copies.copies import Copies
    from confmon.audit.shared.shipping import Shipping
    from confmon.config.settings.model import Settings
    from confmon.monitor.alerts.outlets import Outlets
    from confmon.ports import AlertReceiver

NEWS = 20
"""Lines about copies that wait to be read by the screen."""


CLOSING_S = 0.5
"""The last shared audit lines may take so long at the end of a screen."""


def screen_outlets(
    settings: Settings, *, shares: bool = False
) -> tuple[Outlets, Copies | None, Shipping | None]:
    """Return the ways out of the screen, who gets copies of its audit lines, what shares them.

    CliExit: one can't be had.
    """
    from collections import deque

    from confmon.cli.shared_audit import screen_shipping
    from confmon.monitor.alerts.outlets import Outlets

    news: deque[str] = deque(maxlen=NEWS)
    copies = audit_copies(settings, news.append)
    shared = screen_shipping(settings, news.append) if shares else None

    def close() -> None:
        if copies is not None:
            copies.close()
        if shared is not None:
            shared[1].wake()
            shared[1].copy(CLOSING_S)

    outlets = Outlets(
        receivers_opener(settings), lambda: [news.popleft() for _ in range(len(news))], close
    )
    return outlets, copies, shared and shared[0]


def command_copies(settings: Settings) -> Copies | None:
    """Return who gets copies of a command's audit lines; at its end the last are waited for."""
    copies = audit_copies(settings, print_notice)
    if copies is not None:
        atexit.register(copies.close)
    return copies


def audit_copies(settings: Settings, say: Callable[[str], None]) -> Copies | None:
    """Return who gets copies of the audit lines; None: nobody. `say` is called on any thread."""
    if not settings.audit_journald and not settings.audit_syslog:
        return None
    from confmon.audit.copies.copies import open_copies

    return open_copies(journald=settings.audit_journald, syslog=settings.audit_syslog, say=say)


def receivers_opener(settings: Settings) -> Callable[[], Sequence[AlertReceiver]] | None:
    """Return what opens those who get signals; None: nobody does.

    The tokens are obtained here, where a command can still ask. CliExit: 78, one can't be had.
    """
    alerts = settings.alerts
    if not alerts.is_on:
        return None
    from confmon.config.credentials.tokens import obtain_token

    tokens = {
        receiver: obtain_token(
            f"alerts.{receiver}_token",
            getattr(alerts, f"{receiver}_token_file"),
            getattr(alerts, f"{receiver}_token_command"),
        )
        for receiver in RECEIVERS
        if getattr(alerts, receiver)
    }
    bridge = urlsplit(settings.base_url).netloc

    def open_() -> Sequence[AlertReceiver]:
        from confmon.api import connect
        from confmon.api.alerts import Origin
        from confmon.clock import SystemClock

        open_by_name: dict[str, Callable[..., AlertReceiver]] = {
            "alertmanager": connect.open_alertmanager,
            "webhook": connect.open_webhook,
        }
        return [
            open_by_name[receiver](
                getattr(alerts, receiver),
                token and token.reveal(),
                Origin(bridge, settings.profile),
                deadline_s=settings.deadline_s,
                ca_file=alerts.ca_file,
                proxy=alerts.proxy,
                clock=SystemClock(),
            )
            for receiver, token in tokens.items()
        ]

    return open_
