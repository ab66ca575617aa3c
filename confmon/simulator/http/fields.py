"""Checks the values of a request's body, with the reference's 400s."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.presets import PRESETS
from confmon.simulator.http.errors import bad_object, invalid_field, wrong_value

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_NUMBER = 10**12


def read_object(value: object, known: Collection[str] | None = None) -> dict[str, Any]:
    """Read an object; every field of it must be a known one, if those are given."""
    if not isinstance(value, dict):
        raise bad_object()
    if known is not None and set(value) - set(known):
        raise invalid_field()
    return value


def require(given: dict[str, Any], *names: str) -> None:
    """Raise Refused (400) unless every one of these fields is present and not null."""
    if any(given.get(name) is None for name in names):
        raise bad_object()


def read_list(value: object) -> list[Any]:
    """Read an array."""
    if not isinstance(value, list):
        raise wrong_value()
    return value


def read_flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise wrong_value()
    return value


def read_number(value: object, low: int, high: int) -> int:
    """Read a whole number between the two, both included."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise wrong_value()
    return value


def read_text(value: object) -> str:
    """Read a text that UTF-8 can encode."""
    if not isinstance(value, str) or any("\ud800" <= char <= "\udfff" for char in value):
        raise wrong_value()
    return value


def read_id(value: object, known: Collection[int]) -> int:
    """Read a known id, also from a text: the reference's tables call some ids strings."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
        value = int(value)
    number = read_number(value, 0, MAX_NUMBER)
    if number not in known:
        raise wrong_value()
    return number


def read_phone(value: object) -> str:
    """Read a number in E.164, with or without its plus."""
    text = read_text(value).removeprefix("+")
    if not re.fullmatch(r"[1-9][0-9]{2,14}", text, re.ASCII):
        raise wrong_value()
    return text


def read_overrides(value: object, place: int) -> dict[str, str]:
    """Read an `attributes` array of presets that can be set at this place (a bit of `group`).

    Only `name` and `value` of each count.
    """
    found: dict[str, str] = {}
    for attribute in read_list(value):
        given = read_object(
            attribute, ("description", "enumValues", "group", "name", "type", "value")
        )
        require(given, "name", "value")
        preset = PRESETS.get(read_text(given["name"]))
        text = given["value"]
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
        if preset is None or not preset.group & place or not preset.accepts(read_text(text)):
            raise wrong_value()
        found[preset.name] = text
    return found
