"""Which changes an endpoint was seen to accept and ignore, remembered between runs.

The bridge answers 200 to a meeting PUT that it does not carry out. Once a read has shown that,
the operator is told before the next try. Forgetting is harmless, so a failed write is too.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from confmon.process.state_file import read_json, replace_json

if TYPE_CHECKING:
    from pathlib import Path


class Refusals:
    """The ignored fields (wire names) of one endpoint, in a small JSON file of all of them.

    `profile` is the endpoint's key in the file: the profile, or profile and base URL. Without a
    `path` they are forgotten at the end.
    """

    def __init__(self, path: Path | None, profile: str) -> None:
        self._path = path
        self._profile = profile
        self._known = frozenset(_known(read_json(path).get(profile)))

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
        everything = {**read_json(self._path), self._profile: sorted(fields)}
        with contextlib.suppress(OSError):
            replace_json(self._path, everything)


def _known(fields: object) -> list[str]:
    return [field for field in fields if isinstance(field, str)] if isinstance(fields, list) else []
