"""The credentials file, and the keyring in its place."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confmon.config.credentials import credentials_file
from confmon.config.credentials.secret import Account, Secret
from confmon.process import exits, paths

if TYPE_CHECKING:
    from pathlib import Path

ANN = Account("https://a.example", "ann")
EVE = Account("https://a.example", "eve")
ELSEWHERE = Account("https://b.example", "ann")


def test_each_account_has_its_own_and_no_other() -> None:
    assert credentials_file.find(ANN) is None
    path = credentials_file.store(ANN, Secret("one"))
    credentials_file.store(EVE, Secret("two"))
    credentials_file.store(ANN, Secret("three"))
    kept = [credentials_file.find(account) for account in (ANN, EVE, ELSEWHERE)]
    assert [secret.reveal() if secret else None for secret in kept] == ["three", "two", None]
    assert path == paths.credentials_file()
    assert [login["login"] for login in tomllib.loads(path.read_text())["login"]] == ["ann", "eve"]
    assert credentials_file.remove(ANN)
    assert not credentials_file.remove(ANN)
    assert not credentials_file.remove(ELSEWHERE)
    assert credentials_file.find(ANN) is None
    assert credentials_file.find(EVE) is not None
    assert "three" not in path.read_text()


def test_it_is_for_its_owner_alone_whatever_the_umask() -> None:
    before = os.umask(0)
    try:
        path = credentials_file.store(ANN, Secret("hunter2"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: text.isascii() or text.isprintable())


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(login=TEXTS, password=TEXTS)
def test_any_text_comes_back_as_it_was(home: Path, login: str, password: str) -> None:
    account = Account("https://a.example", login)
    credentials_file.store(account, Secret(password))
    found = credentials_file.find(account)
    assert found is not None
    assert found.reveal() == password


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"hunter2 = [", "not TOML"),
        (b"password = 'hunter2'", "something else than"),
        (b"[login]\npassword = 'hunter2'", "something else than"),
        (b"[[login]]\npassword = 'hunter2'", "entry 1 needs origin, login and password"),
        (b"[[login]]\norigin = 'o'\nlogin = 7\npassword = 'hunter2'", "entry 1 needs"),
        (b"\xff hunter2", "not UTF-8"),
    ],
)
def test_a_damaged_file_is_reported_without_its_content(raw: bytes, text: str) -> None:
    path = paths.credentials_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    path.chmod(0o600)
    for use in (
        lambda: credentials_file.find(ANN),
        lambda: credentials_file.store(ANN, Secret("x")),
    ):
        with pytest.raises(exits.CliExit, match=text) as quit_:
            use()
        assert "hunter2" not in str(quit_.value)
    assert path.read_bytes() == raw


def test_one_that_others_can_read_is_refused_with_the_chmod() -> None:
    path = credentials_file.store(ANN, Secret("hunter2"))
    path.chmod(0o640)
    with pytest.raises(exits.CliExit) as quit_:
        credentials_file.find(ANN)
    assert quit_.value.lines[-1].endswith(f"chmod 600 {path}")


def test_two_logins_at_once_both_stay() -> None:
    accounts = [Account("https://a.example", f"ann{number}") for number in range(8)]
    threads = [
        threading.Thread(target=credentials_file.store, args=(account, Secret(account.login)))
        for account in accounts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    kept = [credentials_file.find(account) for account in accounts]
    assert [secret.reveal() if secret else None for secret in kept] == [
        account.login for account in accounts
    ]


RING = """
import json, os, pathlib
class Ring:
    priority = {priority}
    path = pathlib.Path(os.environ["STUB_RING"])
    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {{}}
    def get_password(self, service, name):
        if {broken}:
            raise RuntimeError("hunter2")
        return self._all().get(service + "/" + name)
    def set_password(self, service, name, text):
        self.path.write_text(json.dumps({{**self._all(), service + "/" + name: text}}))
    def delete_password(self, service, name):
        kept = self._all(); del kept[service + "/" + name]; self.path.write_text(json.dumps(kept))
Ring.__module__ = "{module}"
def get_keyring():
    return Ring()
"""
USES = """
from confmon.config.credentials import (keyring as keyrings)
from confmon.config.credentials.secret import (Account, Secret)
account, other = Account("https://a.example", "ann"), Account("https://b.example", "ann")
ring = keyrings.find_backend()
print("ring", ring is not None)
if ring is not None:
    print("kept", keyrings.store_password(ring, account, Secret("hunter2")))
    found = keyrings.find(account)
    print("found", found is not None and found.reveal() == "hunter2", keyrings.find(other))
    print("forgot", keyrings.remove(account), keyrings.remove(account), keyrings.find(account))
"""


@pytest.mark.parametrize(
    ("module", "priority", "broken", "printed"),
    [
        ("keyring.backends.SecretService", 5, False,
         ["ring True", "kept True", "found True None", "forgot True False None"]),
        ("keyring.backends.fail", 0, False, ["ring False"]),
        ("keyring.backends.null", -1, False, ["ring False"]),
        ("keyring.backends.null", 9, False, ["ring False"]),
        ("keyrings.alt.file", 0.5, False, ["ring False"]),  # a plain file
        ("keyring.backends.kwallet", 5, True,
         ["ring True", "kept False", "found False None", "forgot False False None"]),
    ],
)  # fmt: skip
def test_only_a_real_keyring_counts(
    tmp_path: Path, module: str, priority: float, broken: bool, printed: list[str]
) -> None:
    (tmp_path / "keyring").mkdir()
    stub = RING.format(module=module, priority=priority, broken=broken)
    (tmp_path / "keyring" / "__init__.py").write_text(stub)
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), "STUB_RING": str(tmp_path / "ring")}
    done = subprocess.run(
        [sys.executable, "-c", USES], env=environ, capture_output=True, text=True, timeout=90,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == printed
    assert "hunter2" not in done.stderr
    assert ("can't be used: RuntimeError" in done.stderr) == broken
