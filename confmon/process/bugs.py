"""Errors of our own that end nothing: they are written down, and the watch goes on."""

from __future__ import annotations

import asyncio


def report_bug(error: Exception) -> None:
    """Hand an error to whoever runs the event loop: it is written to the crash log there."""
    asyncio.get_running_loop().call_exception_handler(
        {"message": "an error of confmon's own", "exception": error}
    )
