"""Every rule, in the order of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from confmon.monitor.attention.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
