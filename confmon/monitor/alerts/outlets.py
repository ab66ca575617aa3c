"""What leaves a run of the screen beside what is drawn, as the command line has put it together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.ports import AlertReceiver


class Outlets(NamedTuple):
    """Ways out that are opt-in.

    `open_receivers` opens those who get signals, on a thread; None: nobody does. `news`
    returns what the operator is to read of copies of the audit log, each once. `close` waits a
    moment for copies that are on their way.
    """

    open_receivers: Callable[[], Sequence[AlertReceiver]] | None = None
    news: Callable[[], Sequence[str]] = tuple
    close: Callable[[], None] = lambda: None
