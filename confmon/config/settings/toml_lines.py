"""A TOML file with the line of every key, so that a complaint can name it.

tomllib is imported when there is a file: it costs 10 ms of the way to the first frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.config.credentials import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Key = tuple[str, ...]

LONGEST = 1 << 20


class Unreadable(Exception):
    """The file is not TOML. The message is the complaint."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file sets. `lines` has the line of each key, by its full path (from 1)."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[Key, int] = field(default_factory=dict)

    def where(self, key: Key) -> str:
        """Return ``FILE:LINE`` of a key, or of the nearest table above it."""
        line = self.line_of(key)
        return f"{self.path}:{line}" if line else str(self.path)

    def line_of(self, key: Key) -> int:
        """Return the line of a key, or of the nearest table above it; 0: it is not in the file."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines[key] if key else 0


def read(path: Path) -> TomlFile:
    """Read and parse `path`. Unreadable: file and line of what is wrong.

    CliExit: 78, it is not there, or must not be used as it is.
    """
    raw = private_file.read_trusted(path, LONGEST)
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: not UTF-8 text") from None
    import tomllib

    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        message, at, place = str(error).rpartition(" (at line ")
        line = place.partition(",")[0] if at else ""
        spot = f"{path}:{line}" if line.isdigit() else str(path)
        raise Unreadable(f"{spot}: {message or error}") from None
    except RecursionError:
        raise Unreadable(f"{path}: nested too deeply") from None
    except ValueError:  # Python reads no longer ones
        raise Unreadable(f"{path}: a number has too many digits") from None
    return TomlFile(path, data, dict(_lines(source)))


def _lines(source: str) -> Iterator[tuple[Key, int]]:
    """Yield each key's path and line. tomllib keeps no positions, so each line is read alone.

    A line inside a string of several lines may be taken for a key; the paths of real keys are
    looked up, so that costs nothing worse than a wrong line.
    """
    table: Key = ()
    for number, line in enumerate(source.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = _path(stripped) or table
            yield table, number
        elif "=" in stripped:
            key = _path(stripped.partition("=")[0] + "= 0")
            if key:
                yield (*table, *key), number


def _path(line: str) -> Key:
    """Return the path of the one key or table header on `line`, or () if it is something else."""
    import tomllib

    try:
        found: Any = tomllib.loads(line)
    except (ValueError, RecursionError):
        return ()
    path: list[str] = []
    while isinstance(found, dict) and len(found) == 1:
        [(name, found)] = found.items()
        path.append(name)
    return tuple(path)
