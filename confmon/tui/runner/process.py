"""The process around the screen: environment, signals, hang-up, crashes, exit codes.

Imports nothing but the standard library, so that it can run before Textual is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from confmon.process.crash import MOST_REPORTS
from confmon.tui.runner.restore import give_back, give_back_modes, terminal_modes
from confmon.tui.runner.tasks import Tasks
from confmon.tui.runner.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from confmon.tui.runner.crash_safe import GuardedApp

_CRASH_CODE = 70
_GRACE_S = 2.0
"""How long an orderly end may take before the process is killed."""
_CANCEL_TIMEOUT_S = 0.5


FRAMES_PER_S = 250
"""The most frames a second; at Textual's 60 a key waits up to 17 ms behind the frame of a poll."""

SWITCH_S = 0.0005
"""So long a thread with something to do waits for one that computes. Python's own 5 ms are felt: a
key is read on one thread and drawn on another, and the history is written on a third."""


def scrub_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Remove variables that let Textual log passwords, press keys or save screens, or TLS log keys.

    Also the size of the terminal, which is wrong after the first resize; the terminal is asked.
    Call this before Textual is imported: it reads its variables then.
    """
    for name in [name for name in environ if name.split("_")[0] == "TEXTUAL"]:
        del environ[name]
    for name in ("SSLKEYLOGFILE", "COLUMNS", "LINES"):
        environ.pop(name, None)
    environ["TEXTUAL_FPS"] = str(FRAMES_PER_S)


class Shell:
    """Runs the app and gives the terminal back in order afterwards, whatever happens.

    `report` writes a report of an unexpected exception, and returns the line to print about it. It
    may be called from any thread.
    """

    def __init__(self, report: Callable[[BaseException], str]) -> None:
        self._report = report
        self._noted_errors: list[str] = []
        self._modes: list[Any] | None = None
        self._given_back = False
        self._app: GuardedApp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, app: GuardedApp, *, mouse: bool = True) -> int:
        """Run the app to its end; return the exit code.

        The app's own code; 143, 129, 131, 130 after SIGTERM, SIGHUP or hang-up, SIGQUIT, SIGINT;
        70 after a crash, with one line about it on stderr. If the app does not end in time the
        process is ended here, with the same codes.
        """
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.umask(0o077)
        sys.setswitchinterval(SWITCH_S)
        self._modes = terminal_modes(0)
        self._app = app
        self._loop = loop = asyncio.new_event_loop()
        loop.set_exception_handler(self._on_loop_error)
        tasks = Tasks(loop, lambda: self._leaving_code() is not None)
        hooks = sys.unraisablehook, threading.excepthook
        sys.unraisablehook = lambda args: self._note_error(args.exc_value)
        threading.excepthook = lambda args: self._note_error(args.exc_value)
        watchdog = Watchdog(
            0,
            ask=self._ask_app_to_exit,
            is_leaving=self._leaving_code,
            force=self._force_exit,
            grace_s=_GRACE_S,
        )
        try:
            self._run_loop(loop, app, tasks, mouse=mouse)
        finally:
            give_back_modes(0, self._modes)
            self._given_back = True
            watchdog.close()
            sys.unraisablehook, threading.excepthook = hooks
        if app.crash is not None:
            self._print_error(self._report_crash(app.crash))
        elif self._noted_errors:
            self._print_error(self._noted_errors[0])
        return self._exit_code(watchdog.code)

    def leave(self, code: int) -> NoReturn:
        """End the process now, even if a thread still waits for a reply.

        Python would first free every record: with 100,000 calls that takes a second.
        """
        with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
            for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
                if stream is not None:
                    stream.flush()
        os._exit(code)

    def _run_loop(
        self, loop: asyncio.AbstractEventLoop, app: GuardedApp, started: Tasks, *, mouse: bool
    ) -> None:
        try:
            loop.run_until_complete(app.run_async(mouse=mouse))
        except Exception as error:  # noqa: BLE001 nothing else handles it
            app.crash = app.crash or error
            give_back(0, self._modes)
        finally:
            self._given_back = True
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            if tasks:
                loop.run_until_complete(asyncio.wait(tasks, timeout=_CANCEL_TIMEOUT_S))
            for unseen in started.unseen_errors():
                self._note_error(unseen)
            loop.run_until_complete(loop.shutdown_asyncgens())
            # no wait for the loop's threads: one may hang in a name lookup
            loop.close()

    def _exit_code(self, asked: int | None) -> int:
        if asked is not None:
            return asked
        if self._app is None or self._app.crash is not None:
            return _CRASH_CODE
        return self._app.return_code or 0

    def _ask_app_to_exit(self, code: int) -> None:
        app, loop = self._app, self._loop
        if app is not None and loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(lambda: app.exit(return_code=code))

    def _leaving_code(self) -> int | None:
        if self._app is None:
            return None
        return _CRASH_CODE if self._app.crash is not None else self._app.return_code

    def _force_exit(self, code: int) -> None:
        if not self._given_back:
            give_back(0, self._modes)
        if self._app is not None and self._app.crash is not None:
            self._print_error(self._report_crash(self._app.crash))
        os._exit(code)

    def _on_loop_error(self, _: object, context: dict[str, Any]) -> None:
        self._note_error(context.get("exception"))

    def _note_error(self, error: BaseException | None) -> None:
        """Keep an error that did not end the app; printing it would spoil the screen."""
        if error is not None and len(self._noted_errors) < MOST_REPORTS:
            self._noted_errors.append(self._report(error))

    def _report_crash(self, error: BaseException) -> str:
        cause = getattr(error, "error", None)  # Textual wraps the error that ended a worker
        return self._report(cause if isinstance(cause, BaseException) else error)

    @staticmethod
    def _print_error(line: str) -> None:
        with contextlib.suppress(OSError):
            os.write(2, (line + "\n").encode("utf-8", "backslashreplace"))
