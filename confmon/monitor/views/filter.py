"""The filter an operator types: words that must all be found in a row.

`anna 4420` both found anywhere · `muted`, `held`, `host` … state words, matched whole, so that
"muted" does not find "unmuted" · `node:10.2` in one field · `-muted` not. Accents, case,
punctuation and the form of phone numbers do not matter: `zoe`, `obrien`, `(516) 206-5319`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.models.identity import key_of, target_of
from confmon.models.live_records import Call, Meeting
from confmon.models.people.folding import Word, digits_of, fold, searchable, split_words, word_of
from confmon.models.privacy import CALL_PHONES
from confmon.monitor.views.live_columns import phone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.monitor.polling.live_state import LiveState

_FIELDS = {
    "meeting": "meeting_number",
    "name": "custom_name",
    "caller": "caller",
    "number": "caller",
    "did": "callee",
    "callee": "callee",
    "node": "node_name",
    "bridge": "bridge_name",
    "codec": "codec",
    "owner": "subscriber_name",
    "id": "id",
}
"""Prefix to the field it looks into; `number` is a meeting's own where there is no caller."""

_NUMBERS = frozenset({"caller", "number", "did", "callee"})
"""Fields in which a number is the same however it is written."""

_NAMED = ("custom_name", "caller", "callee")

_FORMER = {"self-muted": "soft-muted"}
"""State words that were renamed: the old one is still understood."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the filter. `field` is empty when it may be anywhere."""

    word: Word
    field: str = ""
    negated: bool = False
    state: str = ""
    """The state that it names, or an empty string."""


def parse_filter(text: str) -> tuple[Term, ...]:
    """Split what was typed into terms. Nothing that can be typed is an error."""
    terms = []
    for word in split_words(fold(text)):
        negated = word.startswith(("-", "!")) and len(word) > 1
        body = word[1:] if negated else word
        body = _FORMER.get(body, body)
        head, colon, tail = body.partition(":")
        if colon and head in _FIELDS:
            if tail:
                terms.append(Term(word_of(tail), head, negated))
        else:
            state = body if body in STATE_WORDS else ""
            terms.append(Term(word_of(body), "", negated, state))
    return tuple(terms)


class Filter:
    """Applies terms to records, remembering each record's searchable text."""

    def __init__(self) -> None:
        self._terms: tuple[Term, ...] = ()
        self._texts: dict[int, tuple[object, object, str]] = {}
        """What each record is searched in, and the records it was made of."""
        self._masks = False

    def __bool__(self) -> bool:
        return bool(self._terms)

    def set(self, text: str) -> None:
        """Take what was typed."""
        self._terms = parse_filter(text)

    @property
    def asks_notes(self) -> bool:
        """Whether it looks at what is under way, which changes without a record."""
        return any(term.state == "pending" for term in self._terms)

    def select(
        self, records: Sequence[Call | Meeting], live_state: LiveState, *, mask: bool = False
    ) -> list[int]:
        """Return the keys of the records that match, in the order given.

        With `mask` no caller is found by digits of a phone number that are not shown.
        """
        if mask != self._masks:
            self._masks = mask
            self._texts.clear()
        if not self._terms:
            return list(map(key_of, records))
        found = []
        for record in records:
            key = key_of(record)
            if self._matches(key, record, live_state):
                found.append(key)
        alive = len(live_state.calls) + len(live_state.meetings)
        if len(self._texts) > 2 * alive + 100:
            self._texts.clear()  # mostly of records that have left
        return found

    def _matches(self, key: int, record: Call | Meeting, live_state: LiveState) -> bool:
        for term in self._terms:
            if state := term.state:
                tests = _CALL_STATES if isinstance(record, Call) else _MEETING_STATES
                test = tests.get(state)
                hit = test is not None and test(record, live_state)
            elif term.field:
                hit = self._has(record, term, live_state)
            else:
                hit = term.word.is_in(self._text_of(key, record, live_state))
            if hit == term.negated:
                return False
        return True

    def _has(self, record: Call | Meeting, term: Term, live_state: LiveState) -> bool:
        """Whether the field of a term has its word; a number is the same in any form."""
        value = _field_value(record, term.field, live_state, mask=self._masks)
        if term.field in _NUMBERS:
            digits = term.word.digits
            return term.word.text in fold(value) or bool(digits and digits in digits_of(value))
        if term.field in ("name", "owner"):
            return term.word.is_in(searchable([value]))
        return term.word.text in fold(value)

    def _text_of(self, key: int, record: Call | Meeting, live_state: LiveState) -> str:
        owner = live_state.meetings.get(record.meeting_number or 0)
        known = self._texts.get(key)
        if known is not None and known[0] is record and known[1] is owner:
            return known[2]
        text = _searchable(record, owner.subscriber_name if owner else None, mask=self._masks)
        self._texts[key] = (record, owner, text)
        return text


def _searchable(record: Call | Meeting, owner: str | None, *, mask: bool) -> str:
    if isinstance(record, Meeting):
        return searchable([str(record.meeting_number), record.subscriber_name])
    name, caller, callee = record.custom_name, record.caller, record.callee
    if mask:
        name, caller, callee = (phone_of(record, field, mask=True) for field in _NAMED)
    return searchable(
        (name, caller, callee, owner),
        f"{record.meeting_number or ''}\n{record.node_name or ''}\n{record.bridge_name or ''}\n"
        f"{record.codec or ''}\n{record.id}",
    )


def _field_value(record: Call | Meeting, prefix: str, live_state: LiveState, *, mask: bool) -> str:
    field = _FIELDS[prefix]
    if isinstance(record, Meeting):
        field = "meeting_number" if prefix == "number" else field
    elif prefix == "owner":
        meeting = live_state.meetings.get(record.meeting_number or 0)
        return (meeting.subscriber_name if meeting else None) or ""
    elif field in CALL_PHONES:
        return phone_of(record, field, mask=mask)
    value = getattr(record, field, None)
    return "" if value is None else str(value)


def _changed(what: str) -> _Test:
    def test(record: Call | Meeting, live_state: LiveState) -> bool:
        change = live_state.changes.get(target_of(record))
        return change is not None and change.what == what

    return test


def _pending(record: Call | Meeting, live_state: LiveState) -> bool:
    note = live_state.notes.get(target_of(record))
    return note is not None and note.under_way


_Test = Callable[[Any, "LiveState"], bool]

_STATES: dict[str, _Test] = {
    "pending": _pending,
    "joined": _changed("joined"),
    "left": _changed("left"),
    "changed": _changed("changed"),
    "claimed": lambda record, live_state: record.meeting_number in live_state.claimed,
    "mine": lambda record, live_state: live_state.claimed.get(record.meeting_number or 0, False),
}

_CALL_STATES: dict[str, _Test] = {
    "host": lambda call, live_state: live_state.codes.role(call.role) == "host",
    "participant": lambda call, live_state: live_state.codes.role(call.role) == "participant",
    "listener": lambda call, live_state: live_state.codes.role(call.role) == "listener",
    "recording": lambda call, live_state: live_state.codes.role(call.role) == "recording",
    "muted": lambda call, live_state: live_state.codes.is_muted(call.mute_mode) is True,
    "unmuted": lambda call, live_state: live_state.codes.is_muted(call.mute_mode) is False,
    "soft-muted": lambda call, live_state: live_state.codes.may_unmute_itself(call.mute_mode),
    "held": lambda call, live_state: live_state.codes.is_held(call.hold_mode) is True,
    "hand": lambda call, _: bool(call.qa_mode),
    "help": lambda call, _: bool(call.operator_mode),
    "named": lambda call, _: bool(call.custom_name),
    **_STATES,
}

_MEETING_STATES: dict[str, _Test] = {
    "locked": lambda meeting, _: bool(meeting.is_secured),
    "recording": lambda meeting, _: bool(meeting.is_recording),
    "muted": lambda meeting, live_state: live_state.tally(meeting.meeting_number).muted > 0,
    "held": lambda meeting, live_state: live_state.tally(meeting.meeting_number).held > 0,
    "hand": lambda meeting, live_state: live_state.tally(meeting.meeting_number).hands > 0,
    "empty": lambda meeting, live_state: (
        live_state.calls_known and live_state.tally(meeting.meeting_number).callers == 0
    ),
    "nohost": lambda meeting, live_state: (
        live_state.calls_known and live_state.tally(meeting.meeting_number).hosts == 0
    ),
    **_STATES,
}

STATE_WORDS = tuple(dict.fromkeys([*_CALL_STATES, *_MEETING_STATES]))
"""Words that are matched whole, and only by who is in that state."""

FIELD_WORDS = tuple(f"{prefix}:" for prefix in _FIELDS)
"""What may be written before a word to look for it in one field alone."""


def completions(text: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that the last word of a filter may become; a sign before it stays.

    >>> completions("anna -mu", ["muted", "soft-muted", "name:"])
    ('muted',)
    """
    last = text.rsplit(" ", maxsplit=1)[-1].casefold().lstrip("-!")
    return tuple(word for word in words if word.startswith(last))


def complete(text: str, found: Sequence[str]) -> str:
    """Return a filter with its last word completed as far as it is clear.

    >>> complete("anna -mu", ["muted"]), complete("no", ["node:", "nohost"])
    ('anna -muted ', 'no')
    """
    if not found:
        return text
    last = text.rsplit(" ", maxsplit=1)[-1].lstrip("-!")
    first, final = min(found), max(found)
    same = next((at for at, sign in enumerate(first) if sign != final[at]), len(first))
    end = "" if len(found) > 1 or first.endswith(":") else " "
    return f"{text[: len(text) - len(last)]}{first[:same]}{end}"
