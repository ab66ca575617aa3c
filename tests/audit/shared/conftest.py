"""The shared tables in either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.sharing.tables import preparation
from confmon.sharing.tables.place import open_connection, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from confmon.sharing.engine import Connection

ENDPOINT = "https://api.example/v1"


@pytest.fixture(params=["file", "postgres"])
def share(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What the setting says."""
    if request.param == "file":
        return f"local:{tmp_path / 'share.db'}"
    url: str = request.getfixturevalue("postgres")
    return url


@pytest.fixture
def tables(share: str) -> Iterator[Connection]:
    """A connection of an administrator to tables that are prepared."""
    connection = open_connection(place_of(share, None))
    preparation.prepare(connection, ENDPOINT)
    yield connection
    connection.close()
