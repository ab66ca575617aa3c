"""What can be set, and its defaults. Loading and checking: `confmon.cli.configure`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One profile, after flags, environment and file have been laid over the defaults."""

    profile: str
    base_url: str
    login: str
    read_only: bool = False
    interval_s: float = 2.0
    """Between two reads of what is looked at; 0.5 to 60."""
    accent: str = ""
    """A colour for the header, so that production never looks like staging; empty: the theme's."""
    theme: str = "textual-dark"
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to key or comma-separated keys."""
    codes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Labels laid over the built-in table: ``{"call.muteMode": {7: "muted by robot"}}``."""
    requests_per_s: float = 20.0
    """One budget for everything this process sends; actions go first."""
    deadline_s: float = 10.0
    """Whole-request deadline."""
    ca_file: Path | None = None
    proxy: str | None = None
    mask_numbers: bool = False
    """Show only the last four digits of callers' numbers."""
    output: Literal["auto", "diff", "plain"] = "auto"
    """How the terminal is written: differences only, or Textual's own way."""
    typed_over: int = 20
    """A bulk verb on more callers than this wants the number typed."""
