"""`confmon` and `confmon demo`: the screen, with what it works on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.config.settings import resolve
from confmon.process import crash, prompt

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from confmon.ports import Mediator


def run(arguments: Namespace) -> int:
    """Check what can be checked, then hand over to the screen.

    The bridge is opened by the screen after its first frame: the client's imports cost more than
    the frame does.
    """
    if arguments.command == "demo":
        prompt.require_terminal()
        settings = resolve.for_demo(arguments, os.environ, composition.DEMO_URL)
        app = composition.demo_app(
            arguments.seed, arguments.meetings, arguments.calls, arguments.scenario
        )
        open_bridge = composition.demo_opener(settings, app)
        open_mediator: Callable[[], Mediator] | None = composition.demo_mediator_opener(
            settings, app
        )
        via = "demo"
    else:
        configuration = resolve.resolve(arguments, os.environ)
        prompt.require_terminal()
        settings = configuration.settings
        open_bridge = composition.bridge_opener(settings, configuration.obtain_password())
        open_mediator = composition.mediator_opener(configuration)
        via = "screen"

    from confmon.cli.commands.audit import at_start
    from confmon.tui.launch import Setup
    from confmon.tui.launch import run as show

    audit = composition.audit_log(settings, via)
    return show(
        Setup(
            settings=settings,
            open_bridge=open_bridge,
            audit=audit,
            open_mediator=open_mediator,
            mediator_audit=composition.mediator_audit_log(settings, via),
            ignored_fields=composition.ignored_fields(settings),
            choices=composition.choices(settings),
            order_file=None if via == "demo" else composition.order_file(settings),
            report=crash.report,
            notices=lambda: at_start(audit),
            audit_trouble=str if settings.read_only else audit.trouble,
        )
    )
