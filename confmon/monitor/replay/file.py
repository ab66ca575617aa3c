"""Reads a replay whole, and refuses one that is broken: it may come from anybody.

Texts are cleaned as from the wire, by the readers of records that are passed in.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.models.text import clean_line
from confmon.monitor.replay.lines import FORMAT, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from confmon.models.live_records import Call, Meeting

LINE_BYTES: Final = 64 << 20
FILE_BYTES: Final = 512 << 20
RECORDS: Final = 3_000_000
"""In all lines together."""
LINES: Final = 2_000_000
LONGEST_S: Final = 366 * 86_400.0
_LAST_MS: Final = 253_370_764_800_000


class BrokenReplay(ValueError):
    """The file is no replay, and why, with the number of the line."""


class Step(NamedTuple):
    """What happens at a moment, seconds after the begin.

    `is_key`: `calls` and `meetings` are all there are. `blind_s`: from then on nothing was seen for
    so long, because of `reason`; infinity: to the end. `marker` is a note of an operator.
    """

    at_s: float
    calls: tuple[Call, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    gone: tuple[int, ...] = ()
    over: tuple[int, ...] = ()
    is_key: bool = False
    blind_s: float = 0.0
    reason: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay. `began_s` is when it was, epoch seconds; `endpoint` what it was recorded from."""

    began_s: float
    endpoint: str
    steps: tuple[Step, ...]

    @property
    def first_s(self) -> float:
        """When everything is known for the first time."""
        return next((step.at_s for step in self.steps if step.is_key), 0.0)

    @property
    def lasts_s(self) -> float:
        """When the last thing happens."""
        return self.steps[-1].at_s if self.steps else 0.0


class ReplayReader:
    """Makes steps of lines. `read_call` and `read_meeting` raise ValueError for what is none."""

    def __init__(
        self, read_call: Callable[[Any], Call], read_meeting: Callable[[Any], Meeting]
    ) -> None:
        self._read_call, self._read_meeting = read_call, read_meeting
        self._records = 0

    def read(self, file: BinaryIO) -> Replay:
        """Read a whole file. BrokenReplay: it is none; OSError."""
        lines = enumerate(_lines(file), 1)
        number, began_s, endpoint = 1, 0.0, ""
        steps: list[Step] = []
        try:
            _, first = next(lines, (1, b""))
            began_s, endpoint = _header(_parsed(first))
            for number, line in lines:  # noqa: B007  the message names where it breaks off
                if line.strip():
                    steps.append(self._step(_parsed(line), steps[-1].at_s if steps else 0.0))
        except BrokenReplay:
            raise
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BrokenReplay(f"line {number}: {_words(error)}") from None
        if not any(step.is_key for step in steps):
            raise BrokenReplay("nothing is in it")
        return Replay(began_s, endpoint, tuple(steps))

    def _step(self, line: Any, before_s: float) -> Step:
        if not isinstance(line, list) or len(line) != 3:
            raise ValueError("not [seconds, kind, data]")
        at_s, kind, data = _number(line[0], "seconds"), line[1], line[2]
        if not before_s <= at_s <= LONGEST_S:
            raise ValueError("its time is before that of the line above, or too late")
        if not isinstance(data, dict):
            raise ValueError("its data is not an object")
        match kind:
            case "key":
                calls, meetings = self._calls(data, "calls"), self._meetings(data)
                return Step(at_s, calls, meetings, is_key=True)
            case "change":
                return Step(
                    at_s, self._calls(data, "put"), self._meetings(data),
                    self._keys(data, "gone"), self._keys(data, "over"),
                )  # fmt: skip
            case "gap":
                lasts = data.get("seconds")
                blind_s = math.inf if lasts is None else _number(lasts, "seconds")
                return Step(at_s, blind_s=blind_s, reason=_text(data, "reason"))
            case "marker":
                return Step(at_s, marker=_text(data, "text"))
        raise ValueError("of an unknown kind")

    def _calls(self, data: dict[str, Any], name: str) -> tuple[Call, ...]:
        return tuple([self._read_call(_object(item)) for item in self._items(data, name)])

    def _meetings(self, data: dict[str, Any]) -> tuple[Meeting, ...]:
        return tuple([self._read_meeting(_object(item)) for item in self._items(data, "meetings")])

    def _keys(self, data: dict[str, Any], name: str) -> tuple[int, ...]:
        keys = self._items(data, name)
        if not all(type(key) is int for key in keys):
            raise ValueError(f"{name} has what is no whole number")
        return tuple(keys)

    def _items(self, data: dict[str, Any], name: str) -> list[Any]:
        items = data.get(name, [])
        if not isinstance(items, list):
            raise ValueError(f"{name} is not a list")
        self._records += len(items)
        if self._records > RECORDS:
            raise ValueError(f"more than {RECORDS:,} records")
        return items


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines. BrokenReplay: too long a line, too many, or too much."""
    total, number = 0, 0
    while line := file.readline(LINE_BYTES + 1):
        number, total = number + 1, total + len(line)
        if len(line) > LINE_BYTES or total > FILE_BYTES or number > LINES:
            raise BrokenReplay(f"line {number}: the file is too large")
        yield line


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise ValueError("not JSON") from None


def _no_constant(_: str) -> None:
    raise ValueError("not a number")


def _header(header: Any) -> tuple[float, str]:
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ValueError("not the first line of a replay")
    if header.get("version") != VERSION:
        raise ValueError("of another version: a newer confmon has written it")
    began_ms = header.get("began_ms")
    if type(began_ms) is not int or not 0 <= began_ms <= _LAST_MS:
        raise ValueError("began_ms is no moment")
    return began_ms / 1000, _text(header, "endpoint")


def _number(value: Any, name: str) -> float:
    if type(value) not in (int, float):
        raise ValueError(f"{name} is not a number")
    found = float(value) if -1 < value < 1e12 else math.nan
    if not math.isfinite(found) or found < 0:
        raise ValueError(f"{name} is out of range")
    return found


def _object(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("a record is not an object")
    return value


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text")
    return clean_line(value)


def _words(error: Exception) -> str:
    return clean_line(str(error)) if type(error) is ValueError else "it can't be read"
