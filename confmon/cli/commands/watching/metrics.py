"""`metrics`: figures for Prometheus, over HTTP or in a file for the node_exporter's textfiles."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.config.settings.checks import is_loopback
from confmon.process import exits
from confmon.process.state_file import replace_file
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from confmon.api.live import ConferenceClient
    from confmon.cli.commands.watching.exposition import Exposition
    from confmon.clock import Clock

READABLE = 0o644
"""The node_exporter is another user."""


def run(arguments: Namespace) -> int:
    """Read and give figures until a signal ends it, which is no failure.

    CliExit: 77, the login was refused; 69, the port is taken; 74, the file can't be written.
    """
    clock = SystemClock()
    exposition = _make_exposition(clock)
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings

    async def work(bridge: ConferenceClient) -> int:
        from confmon.cli.commands.watching.endless import EndlessWatch

        actions = composition.outcome_counts(settings)
        watch = EndlessWatch(
            bridge, settings, clock, on_scan=exposition.note_scan, count_actions=actions.read
        )
        exposition.figures = lambda: watch.figures
        reading = asyncio.create_task(watch.run())
        try:
            if arguments.textfile is None:
                with serving(exposition, arguments.bind, arguments.port):
                    await reading
            else:
                file = TextFile(Path(arguments.textfile), exposition)
                await file.keep(reading, settings.interval_s)
        except asyncio.CancelledError:
            return exits.OK
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            actions.close()
        return exits.OK

    return composition.with_api(configuration, work)


def _make_exposition(clock: Clock) -> Exposition:
    try:
        from confmon.cli.commands.watching.exposition import Exposition
    except ImportError:
        raise exits.config_error(
            "metrics needs the library prometheus-client, which is not installed",
            "Install it: pipx inject confmon prometheus-client; or pip install 'confmon[metrics]'.",
        ) from None
    return Exposition(clock.now)


@contextmanager
def serving(exposition: Exposition, address: str, port: int) -> Iterator[int]:
    """Serve the figures; yields the port. CliExit: 69, one can't listen there."""
    from prometheus_client import start_http_server

    where = f"[{address}]" if ":" in address else address
    try:
        server, thread = start_http_server(port, address, exposition.registry)
    except OSError as error:
        raise exits.CliExit(
            exits.DOWN, f"confmon: cannot listen on {where}:{port}: {error.strerror}"
        ) from None
    try:
        print_notice(f"metrics at http://{where}:{server.server_port}/metrics")
        if not is_loopback(address):
            print_notice(
                f"whoever reaches {where}:{server.server_port} can read them: there is no login"
                " and no encryption"
            )
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TextFile:
    """A file that always has whole figures. A failure is reported once, and tried again."""

    def __init__(self, path: Path, exposition: Exposition) -> None:
        self._path, self._exposition = path, exposition
        self._trouble = ""

    async def keep(self, reading: asyncio.Task[None], interval_s: float) -> None:
        """Write every so many seconds, until `reading` ends, and without gauges for the last time.

        CliExit: 74, the first write failed. Raises what `reading` ends with.
        """
        try:
            self._replace()
        except OSError as error:
            raise exits.CliExit(
                exits.UNWRITABLE, f"confmon: {self._path} can't be written: {error.strerror}"
            ) from None
        print_notice(f"metrics in {self._path}")
        if self._path.suffix != ".prom":
            print_notice("the node_exporter reads files that end in .prom only")
        try:
            while not reading.done():
                await asyncio.wait((reading,), timeout=interval_s)
                self.write()
            await reading
        finally:
            self._exposition.has_ended = True
            self.write()

    def write(self) -> None:
        """Write. The first of several failures is reported, and the success after it."""
        try:
            self._replace()
        except OSError as error:
            trouble = error.strerror or "I/O error"
            if trouble != self._trouble:
                print_notice(f"{self._path} can't be written: {trouble}")
            self._trouble = trouble
        else:
            if self._trouble:
                print_notice(f"{self._path} is written again")
            self._trouble = ""

    def _replace(self) -> None:
        from prometheus_client import generate_latest

        raw = generate_latest(self._exposition.registry)
        replace_file(self._path, raw, mode=READABLE, durable=True)
