"""`confmon simulate`: a bridge in memory, served for others to develop against."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from confmon.cli import configure, exits

if TYPE_CHECKING:
    from argparse import Namespace


def run(arguments: Namespace) -> int:
    """Serve until interrupted. The login and the password are ``demo`` unless set otherwise."""
    from confmon.simulator import serve

    login = getattr(arguments, "login", None) or "demo"
    password = os.environ.pop(configure.PASSWORD, None) or "demo"

    def ready(port: int) -> None:
        shown = "demo" if password == "demo" else "$CONFMON_PASSWORD"  # noqa: S105
        host = f"http://{arguments.host}:{port}"
        url = f"{host}/conference/v1"
        print(f"confmon: a bridge of seed {arguments.seed} at {url}; to look at it:",
              f"CONFMON_PASSWORD={shown} confmon --base-url {url} --login {login}",
              "its Mediator's bindings:",
              f"CONFMON_MEDIATOR_BASE_URL={host}/mediator/v1 CONFMON_MEDIATOR_LOGIN=mediator "
              "CONFMON_MEDIATOR_PASSWORD=mediator confmon bindings",
              "both logins, from its portal:",
              f"CONFMON_PORTAL_PASSWORD=portal confmon discover --core-url {host}/core/v2 "
              "--portal-login portal",
              "ctrl+c ends it", sep="\n", file=sys.stderr, flush=True)  # fmt: skip

    try:
        serve.run(
            host=arguments.host,
            port=arguments.port,
            meetings=arguments.meetings,
            calls=arguments.calls,
            seed=arguments.seed,
            login=login,
            password=password,
            on_ready=ready,
        )
    except OSError as error:
        where = f"{arguments.host}:{arguments.port}"
        raise exits.Quit(
            exits.DOWN, f"confmon: cannot listen on {where}: {error.strerror}"
        ) from None
    return exits.OK
