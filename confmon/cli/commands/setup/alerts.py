"""`confmon alerts test`: whether those who get signals can be reached."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.outlets import receivers_opener
from confmon.config.settings import resolve
from confmon.models.alert import Alert
from confmon.models.errors import BridgeError
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.ports import AlertReceiver

TEXT = "a test by confmon alerts test; nothing is wrong, and it ends by itself"


def run(arguments: Namespace) -> int:
    """Send one test signal to each, and print what came of it. CliExit: 78, there is nobody."""
    settings = resolve.resolve(arguments, os.environ).settings
    opener = receivers_opener(settings)
    if opener is None:
        raise exits.config_error("[alerts] names neither an alertmanager nor a webhook")
    return composition.with_client(lambda: _All(opener()), _test)


class _All:
    """The receivers, as one that is opened and closed."""

    def __init__(self, receivers: Sequence[AlertReceiver]) -> None:
        self.receivers = receivers

    async def aclose(self) -> None:
        """Close them all."""
        for receiver in self.receivers:
            await receiver.aclose()


async def _test(opened: _All) -> int:
    """Return the exit code of the last that failed."""
    code, now = exits.OK, time.time()
    alert = Alert(rule="test", title="test", severity="amber", text=TEXT, since=now)
    for receiver in opened.receivers:
        try:
            await receiver.send([alert], [], now, None)
        except BridgeError as error:
            code = exits.code_of(error)
            print(f"{receiver.name}: {error}")
            if error.hint:
                print(f"  {error.hint}")
        else:
            print(f"{receiver.name}: accepted")
    return code
