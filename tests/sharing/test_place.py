"""Where the shared tables are: how the setting is read, and what is not safe."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engine import Denied, ShareUnavailable
from confmon.sharing.tables.place import open_connection, place_of
from confmon.sharing.tables.preparation import prepare, require

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "postgresql://ann@db.example:5433/desk"


def test_the_schema_is_ours_and_the_rest_is_for_libpq() -> None:
    place = place_of(f"{URL}?application_name=a%20b%26&schema=west", None, environ={})
    assert (place.kind, place.schema) == ("postgres", "west")
    assert place.url == f"{URL}?application_name=a%20b%26"
    assert place.shown == f"{URL}?schema=west"
    plain = place_of(URL, None, environ={})
    assert (plain.schema, plain.url, plain.shown) == ("confmon", URL, URL)


@pytest.mark.parametrize(
    ("share", "environ", "sslmode"),
    [
        (URL, {}, "verify-full"),
        (f"{URL}?sslmode=verify-full", {}, "verify-full"),
        ("postgresql:///desk", {"PGHOST": "db.example"}, "verify-full"),
        ("postgresql:///desk", {"PGHOST": "/run/postgresql"}, ""),
        ("postgresql:///desk", {"PGSERVICE": "desk"}, "verify-full"),
        ("postgresql:///desk?service=desk", {}, "verify-full"),
        ("postgresql://localhost/desk", {"PGHOSTADDR": "10.0.0.1"}, "verify-full"),
        ("postgresql://127.0.0.1,db.example/desk", {}, "verify-full"),
        ("postgresql://localhost/desk?hostaddr=10.0.0.1", {}, "verify-full"),
        ("postgresql://localhost/desk?host=db.example", {}, "verify-full"),
        ("postgresql:///desk", {}, ""),
        ("postgresql://[::1]:5433/desk?sslmode=disable", {"PGHOST": "db.example"}, "disable"),
        ("postgres://127.0.0.1:1,localhost/desk", {}, ""),
        ("postgresql://%2Frun%2Fpostgresql/desk", {}, ""),
        ("postgresql:///desk?host=/run/postgresql&sslmode=prefer", {}, "prefer"),
    ],
)
def test_tls_proves_who_it_is_unless_it_is_this_machine(
    share: str, environ: dict[str, str], sslmode: str
) -> None:
    assert place_of(share, None, environ=environ).sslmode == sslmode


@pytest.mark.parametrize(
    ("share", "why"),
    [
        (f"{URL}?sslmode=require", "must have sslmode=verify-full"),
        ("postgresql:///desk?service=x&sslmode=disable", "must have sslmode=verify-full"),
        ("postgresql://ann:secret@db.example/desk", r"must not carry a password; ~/\.pgpass"),
        (f"{URL}?password=secret", "must not carry a password"),
        (f"{URL}?schema=We%20st", "has a schema that is none"),
        (f"{URL}?schema=pg_x", "has a schema that is none"),
        ("local:share.db", "must have a full path"),
        ("mysql://db.example/x", "must be postgresql://"),
    ],
)
def test_what_is_no_place_or_an_unsafe_one(share: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as found:
        place_of(share, None, environ={})
    assert "secret" not in str(found.value)


def test_a_file_of_ones_own_is_made_in_the_state_folder(tmp_path: Path) -> None:
    place = place_of("local", tmp_path / "state", "https://bridge.example/v1")
    assert place.path == tmp_path / "state" / "share-bridge-example-v1.db"
    open_connection(place).close()
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o600


def test_a_file_of_several_users_is_open_to_their_group(tmp_path: Path) -> None:
    place = place_of(f"local:{tmp_path}/share.db", None)
    connection = open_connection(place)
    connection.execute("CREATE TABLE one (n INTEGER)")
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o660
    connection.close()
    with pytest.raises(ShareUnavailable, match="No such file or directory"):
        open_connection(place_of(f"local:{tmp_path}/none/share.db", None))
    with pytest.raises(ValueError, match="no home folder"):
        place_of("local", None)


@contextlib.contextmanager
def become(uid: int, gid: int) -> Iterator[None]:
    """Be another user for a while, as far as files go."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(gid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two other users")
def test_two_users_of_a_group_share_a_file_and_others_are_refused() -> None:
    group, bridge = 4000, "https://bridge.example"
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        shared = folder / "shared"
        shared.mkdir()
        os.chown(shared, 0, group)
        shared.chmod(0o2770)
        place = place_of(f"local:{shared}/prod.db", None)
        with become(4001, group):
            ann = open_connection(place)
            prepare(ann, bridge)
        with become(4002, group):
            bob = open_connection(place)
            require(bob, bridge)
            bob.execute("INSERT INTO read_request VALUES (7, 0)")
        with become(4001, group):
            assert ann.query("SELECT meeting FROM read_request") == [(7,)]
            ann.close()
        with become(4002, group):
            bob.close()
            bob = open_connection(place)  # the files beside it are made anew, by another user
            bob.execute("DELETE FROM read_request")
        with become(4001, group):
            ann = open_connection(place)
            ann.execute("INSERT INTO read_request VALUES (8, 0)")
            ann.close()
        with become(4002, group):
            bob.close()
        for mode in (0o2770, 0o2775):  # may not look, may not write
            shared.chmod(mode)
            with become(4003, 4003), pytest.raises(Denied, match="this user may not write"):
                open_connection(place)


WITHOUT_DRIVER = """
import sys
sys.modules["psycopg"] = None  # as if it were not installed
from confmon.sharing.engine import NoDriver
from confmon.sharing.tables.place import open_connection, place_of
try:
    open_connection(place_of("postgresql:///desk", None))
except NoDriver as error:
    print(error)
"""


def test_a_driver_that_is_missing_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DRIVER], capture_output=True, text=True, check=True
    )
    assert done.stdout == "PostgreSQL needs a package more: pip install 'confmon[postgres]'\n"
