"""What can be set, and its defaults. Loading and checking: `confmon.config.settings.resolve`."""

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
    """Its name in the file; not a setting of its own."""
    base_url: str
    """The full base of the API, such as `https://api.carrierx.com/conference/v1`."""
    login: str
    """The conference endpoint's own login."""
    read_only: bool = False
    """Look, never touch: nothing but GET is sent."""
    interval_s: float = 2.0
    """Seconds between two reads of what is looked at; 0.5 to 60."""
    accent: str = ""
    """A colour for the header, so that production never looks like staging; empty: the theme's."""
    theme: str = "textual-dark"
    """Any theme of Textual's; `T` shows them."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to key or comma-separated keys."""
    codes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Labels laid over the built-in table: ``{"call.muteMode": {7: "muted by robot"}}``."""
    requests_per_s: float = 20.0
    """One budget for everything this process sends, actions first; 0.5 to 1000."""
    deadline_s: float = 10.0
    """Seconds that one request may take as a whole; 1 to 120."""
    ca_file: Path | None = None
    """PEM certificates of a private CA, trusted beside the system's."""
    proxy: str | None = None
    """URL of an HTTP proxy. The environment's proxies are ignored."""
    mask_numbers: bool = False
    """Show only the last four digits of telephone numbers, on the screen too."""
    output: Literal["auto", "diff", "plain"] = "auto"
    """How the terminal is written: `diff` sends differences only, `plain` is Textual's own way."""
    mediator_base_url: str = "https://api.carrierx.com/mediator/v1"
    """The full base of the Mediator API, for bindings and dialouts."""
    mediator_login: str = ""
    """The mediator endpoint's own login; empty: there is no Mediator."""
    typed_over: int = 20
    """More marked callers than this, of several meetings, want their number typed; 1 to 100000."""
