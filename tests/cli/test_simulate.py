"""What `confmon simulate` prints is a command that works."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import confmon
from confmon.api.http.address import parse_base
from confmon.cli.commands.simulate import _reachable_address, _through_a_tunnel

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = (sys.executable, "-m", "confmon")


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(confmon.__file__).parents[1])}


@pytest.fixture
def simulated(request: pytest.FixtureRequest, environ: dict[str, str]) -> Iterator[str]:
    """What it prints when it listens on the address that the test names."""
    small = ("--port", "0", "--meetings", "2", "--calls", "9")
    with subprocess.Popen(
        [*PROGRAM, "simulate", "--host", request.param, *small],
        env=environ, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("ctrl+c"):
                break
        yield "".join(lines)
        process.send_signal(signal.SIGINT)
        process.communicate()


@pytest.mark.parametrize("simulated", ["127.0.0.1", "0.0.0.0", "localhost"], indirect=True)  # noqa: S104
def test_the_printed_command_reaches_it(simulated: str, environ: dict[str, str]) -> None:
    found = re.search(r"CONFMON_PASSWORD=demo confmon (--base-url \S+ --login demo)", simulated)
    assert found, simulated
    done = subprocess.run(
        [*PROGRAM, *found[1].split(), "calls", "-o", "jsonl"],
        env={**environ, "CONFMON_PASSWORD": "demo"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_no_process_list_has_its_password(environ: dict[str, str]) -> None:
    with subprocess.Popen(
        [*PROGRAM, "simulate", "--port", "0", "--meetings", "2", "--calls", "9"],
        env={**environ, "CONFMON_PASSWORD": "hunter2"}, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert "CONFMON_PASSWORD=$CONFMON_PASSWORD" in "".join(
            iter(process.stderr.readline, "ctrl+c ends it\n")
        )
        seen = Path(f"/proc/{process.pid}/environ").read_bytes()
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert b"CONFMON_PASSWORD=" in seen
    assert b"hunter2" not in seen


@pytest.mark.parametrize(
    ("host", "tunnel"),
    [
        ("127.0.0.1", ""),
        ("::1", ""),
        ("0.0.0.0", "ssh -N -L 8080:127.0.0.1:8080"),  # noqa: S104
        ("::", "ssh -N -L 8080:[::1]:8080"),
        ("192.0.2.7", "ssh -N -L 8080:192.0.2.7:8080"),
        ("2001:db8::7", "ssh -N -L 8080:[2001:db8::7]:8080"),
        ("bridge.example", "ssh -N -L 8080:bridge.example:8080"),
    ],
)
def test_no_address_is_printed_that_confmon_refuses(host: str, tunnel: str) -> None:
    parse_base(f"http://{_reachable_address(host)}:8080/conference/v1")
    assert tunnel in "\n".join(_through_a_tunnel(host, 8080))
    assert bool(tunnel) == bool(_through_a_tunnel(host, 8080))
