"""Which changes an endpoint was seen to accept and ignore, remembered between runs.

The bridge answers 200 to a meeting PUT that it does not carry out. Once a read has shown that,
the screen says so before the next try. A failed write does no harm: it only forgets.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

_LONGEST = 1 << 20


class IgnoredFields:
    """The ignored fields (wire names) of one endpoint, in a small JSON file of all of them.

    `profile` is the endpoint's key in the file: the profile, or profile and base URL. Without a
    `path` they are forgotten at the end.
    """

    def __init__(self, path: Path | None, profile: str) -> None:
        self._path = path
        self._profile = profile
        self._known = frozenset(_read(path).get(profile, ()) if path else ())

    def known(self) -> frozenset[str]:
        """Return the fields that this endpoint was seen to ignore."""
        return self._known

    def add(self, field: str) -> None:
        """Remember that a change of `field` was accepted and ignored."""
        self._change(self._known | {field})

    def forget(self, field: str) -> None:
        """Remember that a change of `field` was carried out after all."""
        self._change(self._known - {field})

    def _change(self, fields: frozenset[str]) -> None:
        if fields == self._known:
            return
        self._known = fields
        if self._path is None:
            return
        everything = {**_read(self._path), self._profile: sorted(fields)}
        with contextlib.suppress(OSError):
            _replace(self._path, everything)


def _read(path: Path) -> dict[str, list[str]]:
    """Return what the file says; a file that is missing or damaged says nothing."""
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        profile: [field for field in fields if isinstance(field, str)]
        for profile, fields in found.items()
        if isinstance(fields, list)
    }


def _replace(path: Path, everything: dict[str, list[str]]) -> None:
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1, sort_keys=True)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
