"""The attributes of a room or of a live meeting: what each is, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from confmon.models import privacy
from confmon.models.attributes import catalogue
from confmon.models.people.folding import searchable
from confmon.monitor.views.wording import HIDDEN


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute: what it is set to (None: not set here), and what it is otherwise."""

    name: str
    value: str | None
    otherwise: str | None = None
    fixed: bool = False
    """Whether the bridge counts it and nobody sets it."""

    @property
    def differs(self) -> bool:
        """Whether it is set to other than it would be by itself."""
        if self.value is None:
            return False
        return self.otherwise is None or not catalogue.same(self.name, self.value, self.otherwise)


def searched(line: Line) -> str:
    """Return the text of an attribute that the filter searches: what is shown of it."""
    preset = catalogue.BY_NAME.get(line.name)
    values = [value for value in (line.value, line.otherwise) if value is not None]
    shown = [describe_value(line.name, value) for value in values]
    return searchable([line.name, preset.meaning if preset else "", *shown])


def describe_value(name: str, value: str | None) -> str:
    """Return a value as it is shown; a secret one is not."""
    return privacy.shown(name, value, HIDDEN) if value else "empty"


_KINDS = {
    "levels": "letters of h p l",
    "switch": "on, off",
    "per_role": "three numbers",
    "dtmf": "telephone keys",
    "url": "address",
}


def kind_of(preset: catalogue.Preset | None) -> str:
    """Return in a word what an attribute takes."""
    if preset is None:
        return "text"
    if preset.kind == "choice":
        return ", ".join(choice or "empty" for choice in preset.choices)
    return _KINDS.get(preset.kind, preset.kind)


def meaning(name: str) -> str:
    """Return what an attribute means and accepts, as far as the catalogue knows."""
    preset = catalogue.BY_NAME.get(name)
    if preset is None:
        return f"{name}: not in the catalogue; any text."
    doubt = f" ({preset.doubt})" if preset.doubt else ""
    return f"{preset.meaning}{doubt} Takes {catalogue.accepts(preset)}."


def options_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return the values to choose from, where there are few."""
    preset = catalogue.BY_NAME.get(name)
    if preset is None:
        return ()
    if preset.kind == "switch":
        return (("on", ""), ("off", ""))
    if preset.kind == "choice":
        return tuple((choice, "") for choice in preset.choices)
    if preset.kind == "language":
        return tuple((language.code, language.name) for language in catalogue.LANGUAGES)
    if preset.kind == "levels":
        words = {"h": "hosts", "p": "participants", "l": "listeners"}
        subsets = ("", "h", "p", "l", "hp", "hl", "pl", "hpl")
        return tuple(
            (subset, " and ".join(words[letter] for letter in subset) or "nobody")
            for subset in subsets
        )
    return preset.special
