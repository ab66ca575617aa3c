"""The mute modes of a meeting, from the freest to the strictest, in the operators' own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.models.codes import MAY_UNMUTE, ONLY_HOSTS, ONLY_LISTENERS

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rung(NamedTuple):
    """One mode: the raw muteMode of the meeting, what operators call it, what it does."""

    value: int
    name: str
    does: str


_DOES: Final = (
    (ONLY_LISTENERS, "participants can be heard; listeners are muted"),
    (MAY_UNMUTE, "all but hosts are muted; participants may unmute"),
    (ONLY_HOSTS, "all but hosts are muted, and may not unmute"),
)


def ladder(words: Sequence[str]) -> tuple[Rung, ...]:
    """Return the modes with the names that the settings give them."""
    return tuple(Rung(value, name, does) for (value, does), name in zip(_DOES, words, strict=True))
