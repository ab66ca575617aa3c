"""The desktop's keyring, where the optional package `keyring` is installed and finds a real one.

Over ssh there is mostly none. It is never needed, and whatever goes wrong in it is told in a line.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from confmon.config.credentials.secret import Account, Secret, say

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PATIENCE_S = 10.0
"""A locked keyring may ask on a desktop that nobody sits at."""
_EMPTY = ("keyring.backends.fail", "keyring.backends.null")
_SERVICE = "confmon "


def backend() -> Any | None:
    """Return the keyring in use; None where there is none, or one that keeps or protects nothing.

    Its own package recommends a backend from priority 1: plain files are below that.
    """
    if importlib.util.find_spec("keyring") is None:
        return None
    try:
        found = importlib.import_module("keyring").get_keyring()
        is_real = type(found).__module__ not in _EMPTY and float(found.priority) >= 1
    except Exception:  # noqa: BLE001  the package asks whatever the machine has
        return None
    return found if is_real else None


def name_of(ring: Any) -> str:
    """Return what the keyring calls itself."""
    kind = type(ring)
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__qualname__}"


def find(account: Account) -> Secret | None:
    """Return the password kept for an account, or None."""
    ring = backend()
    if ring is None:
        return None
    text = _within(ring, lambda: ring.get_password(_SERVICE + account.origin, account.login))
    return Secret(text) if isinstance(text, str) and text else None


def keep(ring: Any, account: Account, password: Secret) -> bool:
    """Store a password and read it back; False, after a line: it is not there."""

    def store() -> bool:
        where = (_SERVICE + account.origin, account.login)
        ring.set_password(*where, password.reveal())
        return bool(ring.get_password(*where) == password.reveal())

    return _within(ring, store) is True


def forget(account: Account) -> bool:
    """Take a password out; False: there was none."""
    ring = backend()
    if ring is None or find(account) is None:
        return False

    def delete() -> bool:
        ring.delete_password(_SERVICE + account.origin, account.login)
        return True

    return _within(ring, delete) is True


def _within(ring: Any, call: Callable[[], T]) -> T | None:
    """Return what `call` returns; None, after a line, where it fails or takes too long.

    Of a failure its type is told and no more: its text is not ours to trust.
    """
    done: list[T] = []
    failed: list[str] = []

    def work() -> None:
        try:
            done.append(call())
        except Exception as error:  # noqa: BLE001  any backend's own
            failed.append(type(error).__name__)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    if not done:
        trouble = failed[0] if failed else f"no answer within {PATIENCE_S:g} s"
        say(f"the keyring {name_of(ring)} is of no use: {trouble}")
        return None
    return done[0]
