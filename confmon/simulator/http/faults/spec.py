"""Faults on request: what goes wrong, with which requests, how often.

Three ways to ask for them:
- the `faults` argument of `make_app`, an object with `rules` that may be changed at any time;
- `/_faults` on a running server: GET lists the rules, POST adds one, PUT replaces them by a list,
  DELETE removes all; a rule is a JSON object of the fields of `Fault`. No login is asked for;
- the header `X-Fault: status=429 retry_after=7` on one request.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Any

GARBAGE = {
    "html": b"<!doctype html><html><body><h1>502 Bad Gateway</h1><script>x()</script></html>",
    "binary": bytes(range(256)) * 4,
    "empty": b"",
    "text": b"\x1b]0;owned\x07\x1b[2Jnot json at all",
    "latin1": '{"calls": [{"id": 1, "customName": "Ren\xe9"}]}'.encode("latin-1"),
    "array": b"[[[[[]]]]]",
    "nested": b"[" * 100_000,
    "nulls": b'{"calls": null, "meetings": null, "last": "x", "total": -1}',
}
"""Bodies sent instead of the right one. One more name is `bomb`: 64 MiB in 64 kB of gzip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with the matching requests."""

    delay_s: float = 0.0
    """Wait before anything is done."""
    status: int = 0
    """Answer with this status, and do nothing."""
    retry_after: str = ""
    location: str = ""
    """Where a 3xx points."""
    body: str = ""
    """A name from GARBAGE, or `bomb`: sent instead of the right body."""
    drip_s: float = 0.0
    """Send one byte, wait this long, send the next."""
    cut: int = -1
    """Close the connection after this many bytes of the body."""
    lost: bool = False
    """Carry the request out, then close the connection without an answer."""
    reset: bool = False
    """Reset the connection: with `lost` or `cut` where they would close it, else at once."""
    method: str = ""
    """Only requests of this method; empty: any."""
    path: str = ""
    """Only requests with a path (below the API's base) that begins with this."""
    share: float = 1.0
    """Only this share of the matching requests, by a seeded draw."""
    times: int = -1
    """This many times; -1: for ever."""


_KINDS: dict[str, Any] = {field.name: type(field.default) for field in fields(Fault)}


def read_fault(given: dict[str, Any]) -> Fault:
    """Read one rule from JSON or from a header. Raises ValueError if it is none."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        kind = _KINDS.get(name)
        if kind is None:
            raise ValueError(name)
        if kind is bool:
            values[name] = str(value).lower() in ("", "1", "true", "yes")
        else:
            values[name] = kind(value)
    body = values.get("body", "")
    if body and body not in GARBAGE and body != "bomb":
        raise ValueError(body)
    return Fault(**values)


def read_header(text: str) -> Fault:
    """Read `name=value name=value`; a name alone is true."""
    words = text.replace(";", " ").split()
    return read_fault({name: value for name, _, value in (word.partition("=") for word in words)})


class Faults:
    """The rules in force. The first matching rule is applied to a request."""

    def __init__(self, *rules: Fault, seed: int = 0) -> None:
        self.rules: list[Fault] = list(rules)
        self._used: dict[int, int] = {}
        self._rng = Random(seed)  # noqa: S311 - reproducible on purpose

    def add(self, *rules: Fault) -> None:
        """Add rules after those there are."""
        self.rules.extend(rules)

    def clear(self) -> None:
        """Remove all rules."""
        self.rules.clear()
        self._used.clear()

    def pick(self, method: str, path: str) -> Fault | None:
        """Return the rule for this request, and count it as used."""
        for rule in self.rules:
            if rule.method and rule.method.upper() != method:
                continue
            if not path.startswith(rule.path):
                continue
            if 0 <= rule.times <= self._used.get(id(rule), 0):
                continue
            if rule.share < 1 and self._rng.random() >= rule.share:
                continue
            self._used[id(rule)] = self._used.get(id(rule), 0) + 1
            return rule
        return None

    def to_json(self) -> list[dict[str, Any]]:
        """Return the rules as JSON objects."""
        return [asdict(rule) for rule in self.rules]
