"""The telephone network: nodes on bridges, codecs, the numbers of DIDs and of callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True)
class Node:
    """One machine that carries calls. Only newer ones show `addressTo` and `operatorMode`."""

    name: str
    bridge: str
    newer: bool


NODES = (
    Node("10.2.114.15", "MIA-PR-FCC4D", newer=False),
    Node("10.2.114.16", "MIA-PR-FCC4D", newer=False),
    Node("10.2.114.17", "MIA-PR-FCC4E", newer=True),
    Node("10.7.20.31", "FRA-PR-FCC2A", newer=False),
    Node("10.7.20.32", "FRA-PR-FCC2A", newer=False),
    Node("10.9.8.11", "SIN-PR-FCC1B", newer=True),
)
CODECS = ("PCMU", "PCMU", "PCMU", "PCMA", "PCMA", "opus", "opus", "G722", "G729")
DIDS = (
    "15162065318",
    "15162065319",
    "16466610120",
    "442080994511",
    "493022183370",
    "551130421177",
    "6531585900",
    "81345209411",
)
_DIALS = ("+1", "+1", "+1", "+44", "+49", "+33", "+55", "+65", "+81", "+91", "+972", "+971", "+234")


def draw_phone(rng: Random) -> str:
    """Draw a caller's number in E.164; North American ones are in the fictitious 555 range."""
    dial = rng.choice(_DIALS)
    if dial == "+1":
        return f"+1{rng.randrange(201, 990)}555{rng.randrange(10_000):04d}"
    return f"{dial}{rng.randrange(10**8, 10**9)}"


def draw_digits(rng: Random, count: int) -> str:
    """Draw an access code of `count` digits without a leading zero."""
    return str(rng.randrange(10 ** (count - 1), 10**count))
