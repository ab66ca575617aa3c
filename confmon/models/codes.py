"""The one table of coded values: the meaning of each number on the wire, and its source.

Sources: `doc` the vendor's reference at hand; `doc+` its later edition; `client` seen in a public
client; `guess` deduced from samples. A code that is not in the table is shown raw, never mapped to
something that looks safe. The config file can override labels::

    [codes."call.muteMode"]
    7 = "muted by robot"
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Source = Literal["doc", "doc+", "client", "guess", "config"]

Role = Literal["host", "participant", "listener"]
"""A role that a caller can be given."""

State = Literal["muted", "not muted", "on hold", "not on hold", Role]
"""The state that a verb gives a caller, whichever number this bridge has for it."""

UNMUTED: Final = 0
MUTE: Final = 2
"""Muted by the host: confmon sends this, unless the config has another number for it."""
RELEASED: Final = 0
HOLD: Final = 1
ONLY_LISTENERS: Final = 32
MAY_UNMUTE: Final = 36
ONLY_HOSTS: Final = 40
"""What a meeting's muteMode is set to: who is muted, and who may undo that."""
HOST: Final = 1
PARTICIPANT: Final = 2
LISTENER: Final = 3


@dataclass(frozen=True, slots=True)
class Code:
    """One value of one field: `field` is ``call.muteMode`` or ``meeting.type``."""

    field: str
    value: int
    label: str
    meaning: str
    source: Source


TABLE: Final[tuple[Code, ...]] = (
    Code("call.role", 0, "recording", "a recording leg, or undefined; never counted", "doc"),
    Code("call.role", 1, "host", "may lead the meeting", "doc+"),
    Code("call.role", 2, "participant", "may speak", "doc+"),
    Code("call.role", 3, "listener", "came to listen", "doc+"),
    Code("call.muteMode", 0, "not muted", "can be heard", "doc"),
    Code(
        "call.muteMode", 1, "muted, may unmute", "by the caller, or softly; undocumented", "guess"
    ),
    Code("call.muteMode", 2, "muted by host", "a host or operator did; confmon sends it", "guess"),
    Code("call.muteMode", 3, "muted both ways", "both bits are set", "guess"),
    # A meeting's code has such a pair of bits for each role; a call's may be sent in the same form.
    Code("call.muteMode", 4, "muted, may unmute", "as 1, in a participant's bits", "guess"),
    Code("call.muteMode", 8, "muted by host", "as 2, in a participant's bits", "guess"),
    Code("call.muteMode", 12, "muted both ways", "as 3, in a participant's bits", "guess"),
    Code("call.muteMode", 16, "muted, may unmute", "as 1, in a listener's bits", "guess"),
    Code("call.muteMode", 32, "muted by host", "as 2, in a listener's bits", "guess"),
    Code("call.muteMode", 48, "muted both ways", "as 3, in a listener's bits", "guess"),
    Code("call.holdMode", 0, "not on hold", "in the conversation", "doc"),
    Code("call.holdMode", 1, "on hold", "hears music; confmon sends it", "guess"),
    Code("call.holdMode", 40, "on hold", "the meeting's code, printed for calls as well", "doc+"),
    Code("call.connectionStatus", 0, "inbound", "the caller dialled in", "doc+"),
    Code("call.connectionStatus", 1, "outbound", "the bridge dialled out", "doc+"),
    Code("call.state", 2, "joined", "the state of every joined call in the samples", "doc"),
    Code("call.qaMode", 0, "no question", "every sample", "doc"),
    Code("call.operatorMode", 0, "no request", "zero means nothing elsewhere in the API", "guess"),
    Code("call.presenterMedia", 0, "none", "every sample", "guess"),
    Code("call.presenterMedia", 1, "audio", "a bit flag", "doc+"),
    Code("call.presenterMedia", 2, "video", "a bit flag; it exists, its meaning does not", "guess"),
    Code("call.presenterMedia", 4, "data", "a bit flag; it exists, its meaning does not", "guess"),
    Code("meeting.muteMode", 0, "nobody muted", "no role enters muted", "guess"),
    Code("meeting.muteMode", 32, "listeners muted", "listeners enter muted", "doc+"),
    Code("meeting.muteMode", 36, "participants may unmute", "listeners too are muted", "doc+"),
    Code("meeting.muteMode", 40, "hosts only", "participants and listeners are muted", "doc+"),
    Code("meeting.holdMode", 0, "not on hold", "at the start; the value never changes", "doc"),
    Code("meeting.holdMode", 40, "started on hold", "participants and listeners waited", "doc"),
    Code("meeting.state", 2, "running", "every sample", "doc"),
    Code("meeting.qaMode", 0, "no Q&A", "every sample", "doc"),
    Code("meeting.type", 0, "single", "not part of a distributed meeting", "doc"),
    Code("meeting.type", 1, "distributed", "spread over several bridges", "doc"),
)

_FLAGS: Final = frozenset({"call.presenterMedia"})
_SENT: Final[Mapping[State, tuple[str, int, tuple[str, ...]]]] = {
    "muted": ("call.muteMode", MUTE, ("muted by host", "muted")),
    "not muted": ("call.muteMode", UNMUTED, ("not muted", "unmuted")),
    "on hold": ("call.holdMode", HOLD, ("on hold", "held")),
    "not on hold": ("call.holdMode", RELEASED, ("not on hold", "not held", "released")),
    "host": ("call.role", HOST, ("host",)),
    "participant": ("call.role", PARTICIPANT, ("participant",)),
    "listener": ("call.role", LISTENER, ("listener",)),
}
"""The field of each state, its number in the table, and its labels in the config."""


class Codes:
    """The table, with the config's labels in place of its own.

    A label of ``call.muteMode`` also decides whether the value is muted: a label that begins with
    ``muted`` makes it so, one that begins with ``not muted`` or ``unmuted`` does not; an end of
    ``may unmute``, ``by self``, ``by host``, ``by both`` or ``both ways`` decides how. The same
    goes for ``on hold`` and ``not on hold`` of ``call.holdMode``, and for the four roles' names of
    ``call.role``. Any other wording keeps the table's meaning. `sent` follows these labels.
    """

    def __init__(self, overrides: Mapping[str, Mapping[int, str]] | None = None) -> None:
        self._codes = {(code.field, code.value): code for code in TABLE}
        for field, labels in (overrides or {}).items():
            for value, label in labels.items():
                built_in = self._codes.get((field, value))
                meaning = built_in.meaning if built_in else "from the config"
                self._codes[field, value] = Code(field, value, label, meaning, "config")
        mutes = self._of("call.muteMode")
        self._muted: dict[int | None, bool | None] = {
            code.value: _says_muted(code) for code in mutes
        }
        self._mute_words: dict[int | None, str] = {
            code.value: code.label.casefold() for code in mutes if self._muted[code.value]
        }
        self._muted_by = {
            value: next((by for ending, by in _MUTED_BY.items() if words.endswith(ending)), "")
            for value, words in self._mute_words.items()
        }
        self._held = {code.value: _says_held(code) for code in self._of("call.holdMode")}
        self._roles: dict[int | None, str] = {
            code.value: _role(code) for code in self._of("call.role")
        }
        self._sent = {state: self._find_sent(state) for state in _SENT}

    def _of(self, field: str) -> list[Code]:
        return [code for code in self._codes.values() if code.field == field]

    def rows(self) -> Iterator[Code]:
        """Yield every known code, field by field, lowest value first."""
        yield from sorted(self._codes.values(), key=lambda code: (code.field, code.value))

    def label(self, field: str, value: int | None) -> str:
        """Return the words for a value: ``muteMode 7?`` when unknown, empty when absent."""
        if value is None:
            return ""
        code = self._codes.get((field, value))
        if code is not None:
            return code.label
        if field in _FLAGS and value > 0:
            bits = [1 << at for at in range(value.bit_length()) if value >> at & 1]
            labels = [self._codes.get((field, bit)) for bit in bits]
            if all(labels):
                return "+".join(code.label for code in labels if code)
        return f"{field.rpartition('.')[2]} {value}?"

    def is_muted(self, mute_mode: int | None) -> bool | None:
        """Tell whether a call with this muteMode is muted. None: the value is unknown."""
        return self._muted.get(mute_mode)

    def muted_by(self, mute_mode: int | None) -> str:
        """Return who muted: ``self``, ``host``, ``both``, or "" if nobody or unknown.

        A host's soft mute sets the same bit as the caller's own mute, so the answer is ``self``
        only where the config has that label.
        """
        return self._muted_by.get(mute_mode, "")

    def may_unmute_itself(self, mute_mode: int | None) -> bool:
        """Tell whether a caller is muted by themselves, or softly, and so may unmute."""
        return self._mute_words.get(mute_mode, "").endswith(("may unmute", "by self"))

    def is_soft_muted(self, mute_mode: int | None) -> bool:
        """Tell whether a caller is muted by themselves or softly, also if the host has, too."""
        return self.may_unmute_itself(mute_mode) or self.muted_by(mute_mode) == "both"

    def muting(self, before: int | None, after: int | None) -> Literal["muted", "unmuted"] | None:
        """Return what a change of muteMode was. It is "muted" also if a host did on top."""
        muted = self.is_muted(before), self.is_muted(after)
        if muted == (False, True):
            return "muted"
        if muted == (True, False):
            return "unmuted"
        by_host = muted == (True, True) and not self.may_unmute_itself(after)
        return "muted" if by_host and self.may_unmute_itself(before) else None

    def is_held(self, hold_mode: int | None) -> bool | None:
        """Tell whether a call is on hold: any value but 0 is, unless the config says otherwise.

        None: the server did not send it, or in an unreadable shape.
        """
        return None if hold_mode is None else self._held.get(hold_mode, True)

    def role(self, value: int | None) -> str:
        """Return ``host``, ``participant``, ``listener`` or ``recording``; empty if not known."""
        return self._roles.get(value, "")

    def sent(self, state: State) -> int | None:
        """Return the number that brings a caller into a state; None: unknown.

        It is the number to which the config gives this meaning, otherwise the table's own, if the
        config has given that no other meaning.
        """
        return self._sent[state]

    def _find_sent(self, state: State) -> int | None:
        field, usual, labels = _SENT[state]
        named = [
            code.value
            for code in self._of(field)
            if code.source == "config" and code.label.casefold() in labels
        ]
        if usual in named or (not named and self._means(state, usual)):
            return usual
        return named[0] if len(named) == 1 else None

    def unsent(self, state: State) -> str:
        """Return, in a sentence, why `sent` has no number for a state."""
        field, _, labels = _SENT[state]
        return f'[codes."{field}"] in the configuration names no one number "{labels[0]}"'

    def _means(self, state: State, value: int) -> bool:
        match state:
            case "muted":
                by = " by " in self.label("call.muteMode", value).casefold()
                return self.is_muted(value) is True and (not by or self.muted_by(value) == "host")
            case "not muted":
                return self.is_muted(value) is False
            case "on hold":
                return self.is_held(value) is True
            case "not on hold":
                return self.is_held(value) is False
            case _:
                return self.role(value) == state


_BUILT_IN_ROLES: Final = {code.value: code.label for code in TABLE if code.field == "call.role"}


def _role(code: Code) -> str:
    words = code.label.casefold()
    return words if words in _BUILT_IN_ROLES.values() else _BUILT_IN_ROLES.get(code.value, "")


_MUTED_BY: Final = {"by self": "self", "by host": "host", "by both": "both", "both ways": "both"}

_BUILT_IN_MUTED: Final = {
    code.value: code.value != UNMUTED for code in TABLE if code.field == "call.muteMode"
}


def _says_muted(code: Code) -> bool | None:
    words = code.label.casefold()
    if words.startswith("muted"):
        return True
    if words.startswith(("not muted", "unmuted")):
        return False
    return _BUILT_IN_MUTED.get(code.value)


def _says_held(code: Code) -> bool:
    words = code.label.casefold()
    if words.startswith(("not on hold", "not held", "released")):
        return False
    return code.value != RELEASED or words.startswith(("on hold", "held"))
