"""The attribute catalogue: which attributes may be set where, and which values they take.

    >>> check("conference_mute_policy", "lp")
    'pl'

The reference has 70 names (`confmon.models.attributes.presets`); an endpoint's call flows may have
more, each with its own type, so callers may pass their templates, which add to what is accepted.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from confmon.models.attributes.presets import (
    LANGUAGES,
    NO_LIMIT,
    PRESETS,
    Kind,
    Language,
    Preset,
    Where,
)
from confmon.models.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from confmon.models.rooms import AttributeValue

__all__ = [
    "BY_NAME", "LANGUAGES", "PLACES", "PRESETS", "RUN_TIME", "Kind", "Language", "Preset", "Where",
    "accepts", "check", "find", "offered", "same",
]  # fmt: skip

BY_NAME: Final[Mapping[str, Preset]] = {preset.name: preset for preset in PRESETS}

PLACES: Final[Mapping[Where, str]] = {
    "room": "room",
    "did_group": "DID group",
    "did": "DID",
    "meeting": "live meeting",
}
"""The names of the places."""

RUN_TIME: Final = frozenset(
    {"conf_hosts_count", "conf_listeners_count", "conf_participants_count", "participant_list"}
)
"""Attributes of a live meeting that cannot be set."""

LEVELS: Final[Mapping[str, str]] = {"h": "host", "p": "participant", "l": "listener"}

_LONGEST: Final = 4000
"""The longest text. The reference has no limit, but audit lines and requests have."""
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_SIGNED: Final = re.compile(r"-?[0-9]{1,9}")
_DTMF: Final = re.compile(r"[0-9*#]{1,32}")

_TEMPLATE_KINDS: Final[Mapping[int | None, Kind]] = {
    2: "whole", 3: "dtmf", 4: "levels", 5: "choice",
}  # fmt: skip
"""The template types that restrict values; the others take any text."""
_TEMPLATE_PLACES: Final[tuple[tuple[int, Where], ...]] = ((1, "did_group"), (2, "did"), (4, "room"))


def check(
    name: str, value: str, where: Where = "room", templates: Iterable[AttributeValue] = ()
) -> str:
    """Return `value` as it is sent: trimmed, in the reference's spelling and order.

    `templates` are the attribute templates of the endpoint's call flow. ValueError: one sentence
    that names the accepted values, or the places of the attribute, or the nearest name.
    """
    preset = find(name, templates)
    if where != "meeting" and where not in preset.where:
        places = _listed([PLACES[place] for place in preset.where], "or")
        raise ValueError(f"{name} may only be set on the {places}, not on a {PLACES[where]}")
    if value in dict(preset.special):
        return value
    found = _CHECKS[preset.kind](value if preset.kind == "text" else value.strip(), preset)
    if found is None:
        shown = clean(value, 40)
        raise ValueError(f"{name} takes {accepts(preset)}; not {shown!r}")
    return found


def find(name: str, templates: Iterable[AttributeValue] = ()) -> Preset:
    """Return the entry of a name, extended by the endpoint's template. ValueError: none."""
    if name in RUN_TIME:
        raise ValueError(f"{name} is counted by the bridge and can't be set")
    own = {attribute_value.name: attribute_value for attribute_value in templates}
    preset, template = BY_NAME.get(name), own.get(name)
    if template is not None:
        return _learned(template) if preset is None else _widened(preset, template)
    if preset is None:
        near = difflib.get_close_matches(name, [*BY_NAME, *own], n=1, cutoff=0.5)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"no attribute is called {clean(name, 60)!r}{meant}")
    return preset


def offered(where: Where, templates: Iterable[AttributeValue] = ()) -> tuple[Preset, ...]:
    """Return every attribute that may be set at a place, by name."""
    own = tuple(templates)
    names = sorted({*BY_NAME, *(attribute_value.name for attribute_value in own)} - RUN_TIME)
    found = [find(name, own) for name in names]
    return tuple(preset for preset in found if where == "meeting" or where in preset.where)


def accepts(preset: Preset) -> str:
    """Return the accepted values as the end of a sentence."""
    special = "".join(f", or {value or 'nothing'} ({meaning})" for value, meaning in preset.special)
    match preset.kind:
        case "levels":
            letters = _listed([f"{letter} ({role})" for letter, role in LEVELS.items()], "and")
            return f"any of the letters {letters}, or nothing for nobody"
        case "switch":
            return "on or off"
        case "choice":
            return _listed(preset.choices, "or")
        case "seconds":
            return f"a whole number of seconds from 0{special}"
        case "count":
            return f"a whole number from 0{special}"
        case "whole":
            return "a whole number"
        case "per_role":
            return "three whole numbers such as 2:50:-1, -1 being unlimited"
        case "dtmf":
            return "up to 32 telephone keys: digits, * and #"
        case "url":
            return "an address that begins with https:// or http://, or nothing for none"
        case "language":
            return "one of " + ", ".join(language.code for language in LANGUAGES)
        case _:
            return f"up to {_LONGEST} characters of text on one line"


def same(name: str, one: str, other: str) -> bool:
    """Tell whether two values mean the same: access levels may have any order."""
    preset = BY_NAME.get(name)
    if one == other or preset is None:
        return one == other
    alike = [_CHECKS[preset.kind](value, preset) for value in (one, other)]
    return alike[0] is not None and alike[0] == alike[1]


def _learned(template: AttributeValue) -> Preset:
    """Return the entry of an endpoint's own template."""
    kind: Kind = _TEMPLATE_KINDS.get(template.type, "text")
    if kind == "choice" and not template.enum_values:
        kind = "text"
    return Preset(
        name=template.name,
        kind=kind,
        meaning=template.description or "An attribute of this endpoint's own.",
        where=_places(template) or ("room", "did_group", "did"),
        choices=template.enum_values,
        source="template",
    )


def _widened(preset: Preset, template: AttributeValue) -> Preset:
    """Return the reference's entry with all that the endpoint allows as well."""
    where = tuple(dict.fromkeys((*preset.where, *_places(template))))
    if preset.kind in ("choice", "switch") and template.enum_values:
        choices = preset.choices or ("on", "off")
        choices = tuple(dict.fromkeys((*choices, *template.enum_values)))
        return replace(preset, kind="choice", choices=choices, where=where)
    special, value = preset.special, template.value
    if value is not None and _CHECKS[preset.kind](value, preset) is None:
        special = (*special, (value, "this endpoint's own default"))
    return replace(preset, special=special, where=where)


def _places(template: AttributeValue) -> tuple[Where, ...]:
    group = template.group or 0
    return tuple(place for bit, place in _TEMPLATE_PLACES if group & bit)


def _listed(words: Iterable[str], last: str) -> str:
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def _levels(value: str, _preset: Preset) -> str | None:
    letters = set(value.casefold())
    return (
        "".join(level for level in LEVELS if level in letters) if letters <= set(LEVELS) else None
    )


def _one_of(value: str, choices: Iterable[str]) -> str | None:
    """Return the choice that the text means; the exact spelling comes first."""
    known = tuple(choices)
    if value in known:
        return value
    return next((spelling for spelling in known if spelling.casefold() == value.casefold()), None)


def _number(value: str, preset: Preset) -> str | None:
    if value in dict(preset.special):
        return value
    return str(int(value)) if _WHOLE.fullmatch(value) else None


def _whole(value: str, _preset: Preset) -> str | None:
    return str(int(value)) if _SIGNED.fullmatch(value) else None


def _per_role(value: str, preset: Preset) -> str | None:
    parts = [part if part == NO_LIMIT else _number(part, preset) for part in value.split(":")]
    whole = [part for part in parts if part is not None]
    return ":".join(whole) if len(whole) == len(parts) == len(LEVELS) else None


def _url(value: str, _preset: Preset) -> str | None:
    if not value:
        return value
    if len(value) > _LONGEST or not value.isascii() or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return value if good else None


def _text(value: str, _preset: Preset) -> str | None:
    return value if len(value) <= _LONGEST and value.isprintable() else None


_CHECKS: Final[Mapping[Kind, Callable[[str, Preset], str | None]]] = {
    "levels": _levels,
    "switch": lambda value, _preset: _one_of(value, ("on", "off")),
    "choice": lambda value, preset: _one_of(value, preset.choices),
    "seconds": _number,
    "count": _number,
    "whole": _whole,
    "per_role": _per_role,
    "dtmf": lambda value, _preset: value if _DTMF.fullmatch(value) else None,
    "url": _url,
    "language": lambda value, _preset: _one_of(value, (language.code for language in LANGUAGES)),
    "text": _text,
}
