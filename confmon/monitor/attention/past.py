"""What the rules need of the past: joins and leaves of the last minutes, by number and node."""

from __future__ import annotations


class Past:
    """The past, as far as rules ask for it; bounded, whatever happens on the bridge."""
