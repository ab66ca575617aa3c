"""The simulator is nobody's relative: not of the client, and its world not of the server."""

from __future__ import annotations

import json
import subprocess
import sys


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return set(json.loads(done.stdout))


def test_the_world_needs_no_framework() -> None:
    loaded = loaded_by("import confmon.simulator.demo, confmon.simulator.http.faults.spec")
    foreign = {"starlette", "hypercorn", "httpx", "pydantic", "textual", "rich", "asyncio"}
    assert not loaded & foreign
    assert not any(name.startswith(("confmon.api", "confmon.monitor")) for name in loaded)


def test_the_http_side_shares_no_code_with_the_client() -> None:
    loaded = loaded_by("import confmon.simulator.http.conference, confmon.simulator.http.server")
    assert {"starlette", "hypercorn"} <= loaded
    assert not loaded & {"httpx", "pydantic", "textual", "rich", "click"}
    assert not any(name.startswith(("confmon.api", "confmon.monitor")) for name in loaded)
