"""How the shared lines of a box hang together: each has a hash of itself and the line before.

Whoever changes, removes or inserts a line would have to write all later ones of the box anew, and
the box itself remembers the last hash.
"""

from __future__ import annotations

import hashlib


def first_previous(box: str) -> str:
    """Return what the first line of a box comes after: no chain can pass for another box's."""
    return hashlib.sha256(box.encode()).hexdigest()


def next_hash(previous: str, line: str) -> str:
    """Return the hash of a line, in hex."""
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()
