"""What orders, searches and dial-ins need of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.polling.live_store import LiveStore


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderContext:
    """What is so, what is under way, and how more is sent and said.

    `submit` hands actions to the bridge; `send` does so once it is being written down who is about
    to be changed. `stop` sends nothing more of one press. `why_not` returns why nothing may be sent
    now, or an empty string. `say` tells the operator a line; `mask` cuts the numbers in it.
    """

    store: LiveStore
    pending_actions: PendingActions
    clock: Clock
    submit: Callable[[Sequence[Action]], None]
    send: Callable[[Sequence[Action]], None]
    stop: Callable[[str], int]
    why_not: Callable[[], str]
    say: Callable[[str], None]
    mask: bool
