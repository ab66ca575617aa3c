"""Puts the man page into the wheel: share/man/man1/confmon.1, made from the topics of the help."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPageHook(BuildHookInterface[Any]):
    """Hatchling finds this class by its base."""

    _folder: Path

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the page, and name it as a file to install."""
        sys.path.insert(0, self.root)
        self._folder = Path(mkdtemp())
        from confmon.help.man_page import man_page

        page = self._folder / "confmon.1"
        page.write_text(man_page(), encoding="ascii")
        build_data["shared_data"] = {str(page): "share/man/man1/confmon.1"}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the page away again."""
        rmtree(self._folder)
