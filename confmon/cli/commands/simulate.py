"""`confmon simulate`: a bridge in memory, served for others to develop against."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from confmon.config.settings import environment
from confmon.config.settings.checks import is_loopback
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace


def run(arguments: Namespace) -> int:
    """Serve until interrupted. The login and the password are ``demo`` unless set otherwise."""
    from confmon.simulator.http import server

    login = getattr(arguments, "login", None) or "demo"
    given = environment.take_secrets(os.environ)[environment.PASSWORD]
    password = given.reveal() if given else "demo"

    def ready(port: int) -> None:
        shown = "demo" if password == "demo" else "$CONFMON_PASSWORD"  # noqa: S105
        host = f"http://{_reachable_address(arguments.host)}:{port}"
        url = f"{host}/conference/v1"
        print(f"confmon: a bridge of seed {arguments.seed} at {url}; to look at it:",
              f"CONFMON_PASSWORD={shown} confmon --base-url {url} --login {login}",
              "its Mediator's bindings:",
              f"CONFMON_MEDIATOR_BASE_URL={host}/mediator/v1 CONFMON_MEDIATOR_LOGIN=mediator "
              "CONFMON_MEDIATOR_PASSWORD=mediator confmon bindings",
              "both logins, from its portal:",
              f"CONFMON_PORTAL_PASSWORD=portal confmon discover --core-url {host}/core/v2 "
              "--portal-login portal",
              *_through_a_tunnel(arguments.host, port),
              "ctrl+c ends it", sep="\n", file=sys.stderr, flush=True)  # fmt: skip

    try:
        server.run(
            host=arguments.host,
            port=arguments.port,
            meetings=arguments.meetings,
            calls=arguments.calls,
            seed=arguments.seed,
            login=login,
            password=password,
            scenario=arguments.scenario,
            on_ready=ready,
        )
    except OSError as error:
        where = f"{arguments.host}:{arguments.port}"
        raise exits.CliExit(
            exits.DOWN, f"confmon: cannot listen on {where}: {error.strerror}"
        ) from None
    return exits.OK


def _reachable_address(host: str) -> str:
    """Return the address of a server on `host`: plain http stays on this machine."""
    if is_loopback(host):
        return _in_brackets(host)
    return "[::1]" if host == "::" else "127.0.0.1"


def _through_a_tunnel(host: str, port: int) -> list[str]:
    """Return what else to do if `host` is not this machine's own; mostly nothing."""
    if is_loopback(host):
        return []
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - where it was asked for
    who = "another machine" if everywhere else "any machine, this one too"
    end = _reachable_address(host) if everywhere else _in_brackets(host)
    return [
        f"confmon sends no login over plain http to {host}; on {who}, begin with:",
        f"ssh -N -L {port}:{end}:{port} {os.uname().nodename}",
    ]


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host
