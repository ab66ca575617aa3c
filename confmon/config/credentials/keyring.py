"""The desktop's keyring, where the optional package `keyring` is installed and finds a real one.

Over ssh there is mostly none. It is never needed; a line on stderr tells of what goes wrong in it.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from confmon.config.credentials.secret import Account, Secret
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PATIENCE_S = 10.0
"""A locked keyring may ask on a desktop that nobody sits at."""
_EMPTY = ("keyring.backends.fail", "keyring.backends.null")
_SERVICE = "confmon "


def find_backend() -> Any | None:
    """Return the keyring in use; None: there is none, or one that stores or protects nothing.

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
    ring = find_backend()
    if ring is None:
        return None
    text = _call_in_time(ring, lambda: ring.get_password(_SERVICE + account.origin, account.login))
    return Secret(text) if isinstance(text, str) and text else None


def store_password(ring: Any, account: Account, password: Secret) -> bool:
    """Store a password and read it back; False, after a line: it is not there."""

    def store() -> bool:
        where = (_SERVICE + account.origin, account.login)
        ring.set_password(*where, password.reveal())
        return bool(ring.get_password(*where) == password.reveal())

    return _call_in_time(ring, store) is True


def remove(account: Account) -> bool:
    """Remove a password; False: there was none."""
    ring = find_backend()
    if ring is None or find(account) is None:
        return False

    def delete() -> bool:
        ring.delete_password(_SERVICE + account.origin, account.login)
        return True

    return _call_in_time(ring, delete) is True


def _call_in_time(ring: Any, call: Callable[[], T]) -> T | None:
    """Return what `call` returns; None, after a line, where it fails or takes too long.

    Only the type of a failure is printed: its text may hold anything.
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
        print_notice(f"the keyring {name_of(ring)} can't be used: {trouble}")
        return None
    return done[0]
