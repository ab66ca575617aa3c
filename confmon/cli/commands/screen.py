"""`confmon`, `confmon demo` and `confmon replay`: the screen, with what it works on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.grammar.parser import build
from confmon.cli.grammar.start import start_of
from confmon.cli.history_place import history_place
from confmon.cli.shared_bridge import shared_opener
from confmon.config.credentials.secret import Secret
from confmon.config.settings import resolve
from confmon.config.start import Start
from confmon.process import crash, exits, prompt

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from confmon.audit.shared.shipping import Shipping
    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.config.settings.resolve import Configuration
    from confmon.ports import Bridge, Mediator


def run(arguments: Namespace) -> int:
    """Check what can be checked, then hand over to the screen.

    Where nothing is configured, a small set-up on the screen comes first, or leads to the demo.
    """
    if arguments.command == "demo":
        return _show_demo(arguments)
    if arguments.command == "replay":
        return _show_replay(arguments)
    try:
        configuration = resolve.resolve(arguments, os.environ, may_follow=True)
    except resolve.NotConfigured:
        if prompt.missing_for_screen() or resolve.has_file(arguments, os.environ):
            raise
        match _set_up(arguments):
            case "written":
                configuration = resolve.resolve(arguments, os.environ, may_follow=True)
            case "demo":
                return _show_demo(build(["demo"]).parse_args(["demo"], arguments))
            case _:
                return exits.OK
    prompt.require_terminal()
    settings = configuration.settings
    return _show(
        arguments,
        settings,
        _bridge_opener(configuration),
        composition.mediator_opener(configuration),
        "screen",
    )


def _bridge_opener(configuration: Configuration) -> Callable[[], Bridge]:
    """Return what opens the bridge, or that which others on it read."""
    settings, open_bridge = configuration.settings, None
    if configuration.has_login:
        open_bridge = composition.bridge_opener(settings, configuration.obtain_password())
    if open_bridge is None or settings.share:
        return shared_opener(settings, open_bridge, kind="screen")
    return open_bridge


def _set_up(arguments: Namespace) -> str:
    from confmon.config.settings import first_profile
    from confmon.tui import first_run

    file = resolve.config_file(arguments, os.environ)

    def write(answers: first_profile.Answers) -> None:
        try:
            first_profile.write(answers, file)
        except exits.CliExit as error:
            raise ValueError(error.lines[0].removeprefix("confmon: ")) from None

    return first_run.run(file, write, crash.report)


def _show_demo(arguments: Namespace) -> int:
    prompt.require_terminal()
    settings = resolve.for_demo(arguments, os.environ, composition.DEMO_URL)
    app = composition.demo_app(
        arguments.seed, arguments.meetings, arguments.calls, arguments.scenario
    )
    return _show(
        arguments,
        settings,
        composition.bridge_opener(settings, Secret("demo"), app),
        composition.mediator_of(settings, Secret("mediator"), app),
        "demo",
    )


def _show_replay(arguments: Namespace) -> int:
    """Play a file in the screens; nothing in it can be changed."""
    from confmon.clock import SystemClock
    from confmon.monitor.replay.bridge import ReplayBridge
    from confmon.monitor.replay.clock import ReplayClock

    replay = composition.read_replay(arguments.file)
    prompt.require_terminal()
    arguments.read_only = True
    settings = resolve.for_demo(arguments, os.environ, composition.DEMO_URL, "replay")
    clock = ReplayClock(SystemClock(), replay=replay, speed=arguments.speed)
    return _show(
        arguments, settings, lambda: ReplayBridge(replay, clock), None, "demo", clock=clock
    )


def _show(
    arguments: Namespace,
    settings: Settings,
    open_bridge: Callable[[], Bridge],
    open_mediator: Callable[[], Mediator] | None,
    via: str,
    *,
    clock: Clock | None = None,
) -> int:
    """Show the screen.

    The bridge is opened by the screen after its first frame: the client's imports cost more than
    the frame does.
    """
    from confmon.cli.commands.audit import describe_left_open
    from confmon.cli.outlets import screen_outlets
    from confmon.tui.launch import run as show
    from confmon.tui.setup import Setup

    start = Start(**start_of(arguments))
    outlets, copies, shipping = screen_outlets(settings, shares=via == "screen")
    share = shipping.wake if shipping else None
    audit = composition.audit_log(settings, via, copies, share)
    return show(
        Setup(
            settings=settings,
            open_bridge=attached(open_bridge, shipping) if shipping else open_bridge,
            audit=audit,
            open_mediator=open_mediator,
            mediator_audit=composition.audit_log(settings, via, copies, share, mediator=True),
            ignored_fields=composition.ignored_fields(settings),
            choices=composition.choices(settings, fresh=start.fresh),
            start=start,
            order_file=None if via == "demo" else composition.order_file(settings),
            outlets=outlets,
            history=None if clock else history_place(settings, demo=via == "demo"),
            clock=clock,
            notices=lambda: list(filter(None, [describe_left_open(audit, is_seen=True)])),
            audit_trouble=str if settings.read_only else audit.trouble,
        ),
        crash.report,
    )


def attached(open_bridge: Callable[[], Bridge], shipping: Shipping) -> Callable[[], Bridge]:
    """Return what opens a bridge that is shared, and audit lines are copied through it."""

    def open_() -> Bridge:
        bridge = open_bridge()
        shipping.attach(bridge.share)  # type: ignore[attr-defined]
        return bridge

    return open_
