"""The small set-up that opens where nothing is configured: a few answers, or the demo instead."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from confmon.config.settings.first_profile import BASE_URL, NAME, SOURCES, Answers, check_answer
from confmon.tui.dialogs.form import Field, FormScreen
from confmon.tui.dialogs.question import Answer, ChoiceDialog
from confmon.tui.driver.choice import choose_driver
from confmon.tui.launch import as_many_cells
from confmon.tui.runner.crash_safe import GuardedApp
from confmon.tui.runner.process import Shell, scrub_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from textual.driver import Driver

Ends = Literal["written", "demo", ""]
"""What becomes of it: there is a configuration now, the demo is wanted, or nothing."""


def run(
    file: Path, write: Callable[[Answers], None], report: Callable[[BaseException], str]
) -> Ends:
    """Show the set-up until it is answered. `write` raises ValueError with what is wrong."""
    scrub_environment()
    as_many_cells()
    app = FirstRun(file, write, driver_class=choose_driver("auto", os.environ))
    shell = Shell(report)
    code = shell.run(app)
    if code:
        shell.leave(code)
    return app.ends


class FirstRun(GuardedApp):
    """Asks whether to set up or to look at the demo, and what a profile needs."""

    TITLE = "confmon"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "confmon.tcss"

    def __init__(
        self,
        file: Path,
        write: Callable[[Answers], None],
        *,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        self._file = file
        self._write = write
        self.ends: Ends = ""

    def on_mount(self) -> None:
        """Ask what is wanted."""
        self._ask()

    def _ask(self) -> None:
        choices = (
            Answer("s", "Set up", f"a few answers; writes {self._file}"),
            Answer("d", "Demo", "a conference bridge in memory; needs no login"),
            Answer("q", "Quit"),
        )
        self.push_screen(ChoiceDialog("No bridge is configured", choices), self._chosen)

    def _chosen(self, letter: str | None) -> None:
        match letter:
            case "s":
                form = FormScreen("A first profile", _fields(), self._made, done="write")
                self.push_screen(form, self._filled)
            case "d":
                self.ends = "demo"
                self.exit(0)
            case _:
                self.exit(0)

    def _made(self, values: Mapping[str, str]) -> Answers:
        """Write the file. ValueError: what is wrong, for the form."""
        answers = Answers(**values)
        self._write(answers)
        return answers

    def _filled(self, answers: Answers | None) -> None:
        if answers is None:
            self._ask()
        else:
            self.ends = "written"
            self.exit(0)


def _fields() -> list[Field]:
    def check(what: str) -> Callable[[str], Any]:
        return partial(check_answer, what)

    return [
        Field("name", "Profile", NAME, "What you call it: confmon --profile NAME.",
              check=check("name")),
        Field("base_url", "Base URL of the API", BASE_URL,
              "Only https, or http to this machine.", check=check("base_url")),
        Field("login", "Login", "", "The conference endpoint's own login.", check=check("login")),
        Field("source", "Password from", "prompt", "The password itself is not written here.",
              options=tuple(SOURCES.items()), check=check("source")),
        Field("where", "File or command", "",
              "Of a file: its path, from the folder of the configuration. Of a prompt: nothing."),
    ]  # fmt: skip
