"""What the screen needs of the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.config.choices import Choices
    from confmon.config.settings.model import Settings
    from confmon.config.start import Start
    from confmon.history.place import HistoryPlace
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.alerts.outlets import Outlets
    from confmon.monitor.link.ignored_fields import IgnoredFields
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.ports import Bridge, Mediator


@dataclass(frozen=True, slots=True)
class Setup:
    """What the screen needs.

    `open_bridge`, `notices` and `audit_trouble` are called on threads after the first frame; each
    line of `notices` is shown once, why the log can't be written as long as that is so.
    """

    settings: Settings
    open_bridge: Callable[[], Bridge]
    audit: Audit
    ignored_fields: IgnoredFields
    notices: Callable[[], Sequence[str]] = tuple
    audit_trouble: Callable[[], str] = str
    open_mediator: Callable[[], Mediator] | None = None
    mediator_audit: Audit | None = None
    choices: Choices | None = None
    start: Start | None = None
    order_file: OrderFile | None = None
    outlets: Outlets | None = None
    history: HistoryPlace | None = None
    clock: Clock | None = None
    """Another clock than the machine's."""
