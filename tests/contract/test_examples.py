"""Every curl of the two documents as a command: what it sends, how it ends and what it prints."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import threading
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from confmon.cli import main
from confmon.process import exits
from confmon.simulator.http.app import make_app
from tests.contract.apis import served
from tests.contract.examples import EITHER, LOGINS, MEDIATOR, SAMPLES, Sample
from tests.contract.samples import sample_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT_S = 20.0
CURLS = 27
"""In the two documents."""


class Journal:
    """Notes what reaches an application: method, path, query, and the body as JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""

        async def noted() -> Message:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                query = dict(parse_qsl(scope["query_string"].decode()))
                sent = json.loads(body) if body else None
                self.requests.append((scope["method"], scope["path"], query, sent))
            await send(message)

        await self._app(scope, noted, answered)


@contextmanager
def in_a_thread(app: ASGIApp) -> Iterator[str]:
    """Serve on a socket while this thread, as a program's own, runs commands."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    serving = served(app)
    try:
        yield asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result(LIMIT_S)
        ended = serving.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(ended, loop).result(LIMIT_S)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(LIMIT_S)
        loop.close()


def configure(home: Path, origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the configuration of a new home, with the passwords in files of their own."""
    for name in [one for one in os.environ if one.startswith("CONFMON_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home))
    place = home / "confmon"
    place.mkdir()
    for name, (_, password) in LOGINS.items():
        file = place / name.split("/")[1]
        file.write_text(password)
        file.chmod(0o600)
    (place / "config.toml").write_text(
        f"""
        [profiles.default]
        base_url = "{origin}/conference/v1"
        login = "{LOGINS["/conference/v1"][0]}"
        password_file = "conference"
        mediator_base_url = "{origin}/mediator/v1"
        mediator_login = "{LOGINS[MEDIATOR][0]}"
        mediator_password_file = "mediator"
        """
    )
    monkeypatch.setenv("CONFMON_CORE_URL", f"{origin}/core/v2")
    monkeypatch.setenv("CONFMON_PORTAL_LOGIN", LOGINS["/core/v2"][0])
    monkeypatch.setenv("CONFMON_PORTAL_PASSWORD_FILE", str(place / "core"))


def test_no_example_is_left_out() -> None:
    assert len(SAMPLES) == CURLS
    assert len({(sample.api, sample.request, sample.body) for sample in SAMPLES}) == CURLS


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.api} {one.request}"[1:])
def test_a_documented_example_is_a_command(
    sample: Sample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = sample_world(lambda: sample.now_s)
    if sample.before:
        sample.before(world)
    journal = Journal(make_app(world, login="op", password="secret"))
    printing = ["-o", "json"]
    with in_a_thread(journal) as origin:
        configure(tmp_path, origin, monkeypatch)
        quiet = [] if sample.then else printing
        assert main(shlex.split(sample.command) + quiet) == sample.code
        sent = list(journal.requests)
        if sample.then:
            assert capsys.readouterr().out == ""
            gone = sample.status == 204
            ended = exits.NOT_PROVED if gone else exits.OK
            assert main(shlex.split(sample.then) + printing) == ended

    method, _, target = sample.request.partition(" ")
    path, query = urlsplit(target).path, dict(parse_qsl(urlsplit(target).query))
    body = json.loads(sample.body) if sample.body else None
    matching = [one for one in sent if one[:2] == (method, sample.api + path) and one[3] == body]
    assert matching, sent
    for name, value in query.items():
        assert value.strip('"') in matching[0][2][name].split(",")
    assert [one for one in sent if one[0] != "GET"] == [one for one in matching if method != "GET"]

    printed = capsys.readouterr().out
    if sample.status == 204:
        assert printed == ""
        return
    assert holds(as_printed(sample, origin), json.loads(printed)), printed


def as_printed(sample: Sample, origin: str) -> Any:
    """Return the document's answer as the command has it: without envelope, times as numbers."""
    answer = sample.shown or (sample.answer | sample.but if sample.but else sample.answer)
    if isinstance(answer, list):
        return answer
    rows = next((one for one in answer.values() if isinstance(one, list)), None)
    if rows is None or not ("items" in answer or "last" in answer):
        return flat(sample, answer, origin)
    return [EITHER if row is EITHER else flat(sample, row, origin) for row in rows]


def flat(sample: Sample, answer: dict[str, Any], origin: str) -> dict[str, Any]:
    found: dict[str, Any] = answer | answer.get("properties", {})
    for name in ("properties", *sample.unprinted):
        found.pop(name, None)
    if isinstance(moment := found.get("date_created"), str):
        found["date_created"] = round(datetime.fromisoformat(moment).timestamp() * 1000)
    if "api_url" in found:
        found["api_url"] = f"{origin}/conference/v1"
    return found


def holds(wanted: Any, printed: Any) -> bool:
    """Tell whether what is wanted is printed; beside it may stand what no sample has."""
    if wanted is EITHER:
        return printed is not None
    if isinstance(wanted, dict):
        return all(
            name in printed and holds(value, printed[name]) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return len(wanted) == len(printed) and all(map(holds, wanted, printed))
    return type(wanted) is type(printed) and bool(wanted == printed)
