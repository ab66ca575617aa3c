"""The shared tables in PostgreSQL, by psycopg.

Nothing waits for ever: the server gives a statement up after a time, and so does this side when it
hears nothing at all. A pooler that hands each transaction to another session takes away `SET` and
`LISTEN`: then each transaction sets what it needs, and `wait` answers a few times a second that
anything may have changed.
"""

from __future__ import annotations

import contextlib
import secrets
import select
import socket
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import conninfo

from confmon.sharing.engine import CONNECT_S, STATEMENT_S, WORD_LENGTH, Row, ShareUnavailable
from confmon.sharing.engines.failures import explain, explain_url
from confmon.sharing.engines.session import (
    NothingHeard,
    OptionsRefused,
    Session,
    connect,
    to_psycopg,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confmon.sharing.records import FrameRow

LATE_S = 0.5
"""So much longer than the server itself this side waits for a statement."""
LOOK_S = 0.25
"""How often `wait` answers where no words come through."""
HEARD_S = 1.0
"""So long a word to oneself may take before it counts as lost."""
PREPARED_FROM = 1
"""A statement that was run so often is only named from then on, and not sent again."""
AT_ONCE = 200
"""Rows that are sent between two looks at the clock."""
_TO_ONESELF = "~"
"""Begins a word that only its sender looks for."""

_APPEND = """
WITH mine AS (
  UPDATE lease SET seq = seq + 1 WHERE holder = ? AND epoch = ? AND expires > now_ms()
  RETURNING seq
), added AS (
  INSERT INTO live_frame
    (seq, epoch, kind, meeting, asked, answered, is_key, written, data)
  SELECT seq, ?, ?, ?, ?, ?, ?, now_ms(), ? FROM mine RETURNING seq
), old AS (
  DELETE FROM live_frame WHERE written < now_ms() - ? AND EXISTS (SELECT 1 FROM mine)
  AND seq <= (SELECT min(seq) FROM live_snapshot)
)
SELECT seq, pg_notify(?, 'frame') FROM added
"""
"""One statement is one moment: the row of the lease stays locked until the frame is committed, so
that frames are seen in the order of their numbers. After a wait for that row its condition is asked
again."""


class PostgresConnection:
    """Fulfils `confmon.sharing.engine.Connection` by PostgreSQL.

    `url` is libpq's, without a password. `schema` has the tables. `statement_s` limits a statement.
    ShareUnavailable: it can't be reached.
    """

    dialect: Final = "postgresql"

    def __init__(
        self, url: str, schema: str, *, sslmode: str = "", statement_s: float = STATEMENT_S
    ) -> None:
        self._schema = schema
        self._channel = f"confmon_{schema}"
        self._words: set[str] = set()
        self._depth = 0
        self._bell, self._button = socket.socketpair()
        self._bell.settimeout(0)
        self._button.settimeout(0)
        self._limits = {
            "search_path": schema,
            "statement_timeout": str(round(statement_s * 1000)),
            "lock_timeout": str(round(statement_s * 600)),
            "idle_in_transaction_session_timeout": str(round(statement_s * 4000)),
        }
        try:
            self._db, self._pooled = self._dial(url, sslmode, statement_s + LATE_S)
        except BaseException:
            self._bell.close()
            self._button.close()
            raise
        try:
            self.hears_words = not self._pooled and self._listen()
            if self.hears_words:  # a pooler that hands on transactions would lose what is prepared
                self._db.prepare_threshold = PREPARED_FROM
        except BaseException:
            self.close()
            raise

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a statement."""
        with _translated(self._db), self._set_up():
            found = self._run(statement, values, binary=True)
            return found.fetchall() if found.description else []

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        with _translated(self._db), self._set_up():
            return self._run(statement, values).rowcount

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values, all in one transaction."""
        left = iter(rows)
        with _translated(self._db), contextlib.nullcontext() if self._depth else self.transaction():
            while some := list(islice(left, AT_ONCE)):
                if self._pooled:  # old poolers know no pipelines
                    for row in some:
                        self._db.execute(to_psycopg(statement), row)
                else:
                    self._db.cursor().executemany(to_psycopg(statement), some)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Let statements happen together, or not at all."""
        with _translated(self._db):
            self._db.execute(self._beginning())
            self._depth += 1
            try:
                yield
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._depth -= 1
            if self._db.execute("COMMIT").statusmessage != "COMMIT":
                raise ShareUnavailable("the database did not carry the changes out")

    def append_frame(self, holder: str, epoch: int, frame: FrameRow, keep_ms: int) -> int | None:
        """Write a frame with the next number, if the lease is still this holder's."""
        kind, meeting = frame.scope
        found = self.query(
            _APPEND,
            (
                *(holder, epoch, epoch, kind, meeting, frame.asked, frame.answered),
                *(frame.is_key, frame.data, keep_ms, self._channel),
            ),
        )
        return int(found[0][0]) if found else None

    def notify(self, word: str) -> None:
        """Wake all others who wait, with a word."""
        if len(word) > WORD_LENGTH:
            raise ValueError(f"a word is at most {WORD_LENGTH} characters long")
        self.query("SELECT pg_notify(?, ?)", (self._channel, word))

    def wait(self, timeout_s: float) -> set[str]:
        """Wait for words of others, for `wake`, or for a time."""
        until = time.monotonic() + timeout_s
        look_at = time.monotonic() + LOOK_S
        if self._db.closed:
            raise ShareUnavailable("the connection to the database is closed")
        with _translated(self._db):
            poll = select.poll()
            poll.register(self._bell, select.POLLIN)
            poll.register(self._db.fileno(), select.POLLIN)
            while not self._words:
                now = time.monotonic()
                if not self.hears_words and now >= look_at:
                    return {"any"}
                end = until if self.hears_words else min(until, look_at)
                ready = dict(poll.poll(max(0.0, end - now) * 1000))
                if self._db.fileno() in ready:
                    self._read_words()
                if self._bell.fileno() in ready:
                    with contextlib.suppress(BlockingIOError):
                        self._bell.recv(4096)
                    break
                if not ready and time.monotonic() >= until:
                    break
        words, self._words = self._words, set()
        return words

    def wake(self) -> None:
        """Let `wait` return now."""
        with contextlib.suppress(OSError):  # it is full, so it is woken; or it is closed
            self._button.send(b"!")

    def close(self) -> None:
        """Give the connection back."""
        with contextlib.suppress(psycopg.Error):
            self._db.close()
        self._bell.close()
        self._button.close()

    def _dial(self, url: str, sslmode: str, patience_s: float) -> tuple[Session, bool]:
        """Return the connection, and whether a pooler drops what is set for a session."""
        try:
            wanted = conninfo.conninfo_to_dict(url)
        except psycopg.Error as error:
            raise explain_url(str(error)) from None
        options = " ".join(f"-c {name}={value}" for name, value in self._limits.items())
        given = {
            "fallback_application_name": "confmon",
            "connect_timeout": str(round(CONNECT_S)),
            "gssencmode": "disable",
            "keepalives_idle": "5",
            "keepalives_interval": "2",
            "keepalives_count": "3",
            "tcp_user_timeout": "5000",
            **wanted,
            "client_encoding": "UTF8",
            **({"sslmode": sslmode} if sslmode else {}),
        }
        own = str(given.pop("options", ""))
        try:
            db = connect({**given, "options": f"{own} {options}".strip()}, patience_s)
        except OptionsRefused:
            return connect(given, patience_s), True
        try:
            with _translated(db):
                found = db.execute("SELECT current_setting('search_path')").fetchone()
        except BaseException:
            db.close()
            raise
        return db, found != (self._schema,)

    def _listen(self) -> bool:
        """Ask for words, and say one to oneself. Returns whether it comes back."""
        token = f"{_TO_ONESELF}{secrets.token_hex(8)}"
        heard: list[str] = []
        until = time.monotonic() + HEARD_S

        def hear(note: psycopg.Notify) -> None:
            if note.payload == token:
                heard.append(token)
            elif note.pid != self._db.pgconn.backend_pid and _is_word(note.payload):
                self._words.add(note.payload)

        with _translated(self._db):
            self._db.add_notify_handler(hear)
            try:
                self._db.execute(f"LISTEN {self._channel}")  # its letters were checked
            except psycopg.errors.ReadOnlySqlTransaction:  # a standby says no words
                return False
            self._db.execute("SELECT pg_notify(%s, %s)", (self._channel, token))
            poll = select.poll()
            poll.register(self._db.fileno(), select.POLLIN)
            while not heard and (left := until - time.monotonic()) > 0:
                if poll.poll(left * 1000):
                    self._read_words()
        return bool(heard)

    def _run(
        self, statement: str, values: Sequence[Any], *, binary: bool = False
    ) -> psycopg.Cursor[Row]:
        if not values:  # then psycopg takes it as it is
            return self._db.execute(statement, binary=binary)
        return self._db.execute(to_psycopg(statement), values, binary=binary)

    def _read_words(self) -> None:
        """Take what the server sent by itself, and give each word to the handler."""
        pgconn = self._db.pgconn
        pgconn.consume_input()
        while note := pgconn.notifies():
            if pgconn.notify_handler:
                pgconn.notify_handler(note)

    def _beginning(self) -> str:
        if not self._pooled:
            return "BEGIN ISOLATION LEVEL READ COMMITTED"
        limits = "".join(f"; SET LOCAL {name} = {value}" for name, value in self._limits.items())
        return f"BEGIN ISOLATION LEVEL READ COMMITTED{limits}"

    def _set_up(self) -> contextlib.AbstractContextManager[None]:
        """Give a single statement behind a pooler a transaction that sets what it needs."""
        is_single = self._pooled and not self._depth
        return self.transaction() if is_single else contextlib.nullcontext()

    def _roll_back(self) -> None:
        try:
            self._db.execute("ROLLBACK")
        except (psycopg.Error, NothingHeard):
            self._db.close()


@contextlib.contextmanager
def _translated(db: Session) -> Iterator[None]:
    """Turn what fails into ShareUnavailable."""
    try:
        yield
    except NothingHeard:
        db.close()
        raise ShareUnavailable("the database does not answer") from None
    except psycopg.Error as error:
        if db.closed:
            raise ShareUnavailable("the connection to the database is broken") from None
        raise explain(error.sqlstate, str(error)) from None


def _is_word(payload: str) -> bool:
    return len(payload) <= WORD_LENGTH and not payload.startswith(_TO_ONESELF)
