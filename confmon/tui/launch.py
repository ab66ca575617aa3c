"""Runs the screen in the terminal that confmon was started from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.monitor.port import Audit, Bridge
    from confmon.monitor.session import Refusals
    from confmon.settings import Settings


@dataclass(frozen=True, slots=True)
class Setup:
    """What the screen needs. `open_bridge` is called on a thread after the first frame."""

    settings: Settings
    open_bridge: Callable[[], Bridge]
    audit: Audit
    refusals: Refusals


def run(setup: Setup) -> int:
    """Show the screen until the operator leaves; return the exit code."""
    from confmon.tui.app import ConfmonApp

    app = ConfmonApp(
        setup.settings,
        open_bridge=setup.open_bridge,
        audit=setup.audit,
        refusals=setup.refusals,
    )
    app.run()
    return app.return_code or 0
