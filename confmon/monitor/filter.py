"""The filter an operator types: words that must all be found in a row.

`anna 4420` both found anywhere · `muted`, `held`, `host` … state words, matched whole, so that
"muted" does not find "unmuted" · `node:10.2` in one field · `-muted` not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.api.codes import HOST, LISTENER, PARTICIPANT, RECORDING
from confmon.api.records import Call, Meeting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.monitor.picture import Picture

STATE_WORDS = (
    "host", "participant", "listener", "recording", "muted", "unmuted", "self-muted", "held",
    "hand", "help", "named", "joined", "left", "changed", "pending", "locked", "empty", "nohost",
)  # fmt: skip

_PREFIXES = {
    "meeting", "name", "caller", "number", "did", "callee", "node", "bridge", "codec", "owner",
    "id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the filter. `field` is empty when it may stand anywhere."""

    text: str
    field: str = ""
    negated: bool = False


def parse(text: str) -> tuple[Term, ...]:
    """Split what was typed into terms. Nothing that can be typed is an error."""
    terms = []
    for word in text.casefold().split():
        negated = word.startswith(("-", "!")) and len(word) > 1
        body = word[1:] if negated else word
        head, colon, tail = body.partition(":")
        if colon and head in _PREFIXES:
            if tail:
                terms.append(Term(tail, head, negated))
        else:
            terms.append(Term(body, "", negated))
    return tuple(terms)


class Filter:
    """Applies terms to records, remembering each record's searchable text."""

    def __init__(self) -> None:
        self.text = ""
        self._terms: tuple[Term, ...] = ()
        self._texts: dict[int, tuple[object, object, dict[str, str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._terms)

    def set(self, text: str) -> None:
        """Take what was typed."""
        self.text = text
        self._terms = parse(text)

    def select(self, records: Iterable[Call | Meeting], picture: Picture) -> list[int]:
        """Return the keys of the records that match, in the order given."""
        if not self._terms:
            return [r.id if isinstance(r, Call) else r.meeting_number for r in records]
        found = []
        for record in records:
            key = record.id if isinstance(record, Call) else record.meeting_number
            if self._matches(key, record, picture):
                found.append(key)
        return found

    def _matches(self, key: int, record: Call | Meeting, picture: Picture) -> bool:
        texts = self._texts_of(key, record, picture)
        words: set[str] | None = None
        for term in self._terms:
            if not term.field and term.text in STATE_WORDS:
                words = words if words is not None else set(states(record, picture))
                hit = term.text in words
            else:
                hit = term.text in texts.get(term.field, "")
            if hit == term.negated:
                return False
        return True

    def _texts_of(self, key: int, record: Call | Meeting, picture: Picture) -> dict[str, str]:
        owner = picture.meetings.get(record.meeting_number or 0)
        known = self._texts.get(key)
        if known is not None and known[0] is record and known[1] is owner:
            return known[2]
        if len(self._texts) > 200_000:
            self._texts.clear()
        texts = _searchable(record, owner.subscriber_name if owner else None)
        self._texts[key] = (record, owner, texts)
        return texts


def _searchable(record: Call | Meeting, owner: str | None) -> dict[str, str]:
    fields: dict[str, object]
    if isinstance(record, Meeting):
        fields = {"meeting": record.meeting_number, "owner": record.subscriber_name}
    else:
        fields = {
            "meeting": record.meeting_number,
            "name": record.custom_name,
            "caller": record.caller,
            "callee": record.callee,
            "node": record.node_name,
            "bridge": record.bridge_name,
            "codec": record.codec,
            "owner": owner,
            "id": record.id,
        }
    texts = {name: str(value or "").casefold() for name, value in fields.items()}
    texts[""] = "\n".join(texts.values())
    texts["number"] = texts.get("caller", texts["meeting"])
    texts["did"] = texts.get("callee", "")
    return texts


def states(record: Call | Meeting, picture: Picture) -> list[str]:
    """Return the state words that are true of a record."""
    if isinstance(record, Meeting):
        return _meeting_states(record, picture)
    codes = picture.codes
    muted = codes.is_muted(record.mute_mode)
    words = {
        "host": record.role == HOST,
        "participant": record.role == PARTICIPANT,
        "listener": record.role == LISTENER,
        "recording": record.role == RECORDING,
        "muted": muted is True,
        "unmuted": muted is False,
        "self-muted": muted is True and codes.muted_by(record.mute_mode or 0) == "self",
        "held": codes.is_held(record.hold_mode) is True,
        "hand": bool(record.qa_mode),
        "help": bool(record.operator_mode),
        "named": bool(record.custom_name),
        "pending": _pending(picture, "call", record.id),
    }
    change = picture.changes.get(("call", record.id))
    return [word for word, true in words.items() if true] + ([change.what] if change else [])


def _meeting_states(meeting: Meeting, picture: Picture) -> list[str]:
    tally = picture.tally(meeting.meeting_number)
    words = {
        "locked": bool(meeting.is_secured),
        "recording": bool(meeting.is_recording),
        "muted": tally.muted > 0,
        "held": tally.held > 0,
        "hand": tally.hands > 0,
        "empty": picture.calls_known and tally.callers == 0,
        "nohost": picture.calls_known and tally.hosts == 0,
        "pending": _pending(picture, "meeting", meeting.meeting_number),
    }
    change = picture.changes.get(("meeting", meeting.meeting_number))
    return [word for word, true in words.items() if true] + ([change.what] if change else [])


def _pending(picture: Picture, kind: str, key: int) -> bool:
    note = picture.notes.get((kind, key))  # type: ignore[arg-type]
    return note is not None and note.under_way
