"""What is known of one person over time: in which state, and where it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confmon.history.records import CallState, Gap, Stay
    from confmon.models.codes import Codes

State = Literal["heard", "muted", "held", "unknown"]
"""What a caller could do: be heard, not be heard, hear music; or a code that nobody knows."""

WORDS: Final[dict[State, str]] = {
    "heard": "can be heard", "muted": "muted", "held": "on hold", "unknown": "mute code unknown",
}  # fmt: skip


class Span(NamedTuple):
    """A time in one state, from `from_at` up to `to_at`. Of no length: seen by one read only."""

    from_at: int
    to_at: int
    state: State


def state_of(state: CallState, codes: Codes) -> State:
    """Return what codes mean; an unknown mute code is never taken for unmuted."""
    if codes.is_held(state.hold_mode):
        return "held"
    is_muted = codes.is_muted(state.mute_mode)
    if is_muted is None:
        return "heard" if state.mute_mode is None else "unknown"
    return "muted" if is_muted else "heard"


def spans_of(stays: Iterable[Stay], until: int, codes: Codes) -> tuple[Span, ...]:
    """Return the times in which somebody was surely in, by state; `until`: the newest read."""
    spans: list[Span] = []
    for stay in stays:
        first = stay.joined_to
        last = until if stay.left_from is None else stay.left_from
        changes = [(at, state_of(state, codes)) for at, state in stay.changes] or [
            (first, "unknown")
        ]
        began = len(spans)
        for (at, state), after in zip(changes, [*changes[1:], None], strict=True):
            start = max(at, first) if len(spans) > began else first
            end = last if after is None else min(after[0], last)
            if end > start:
                spans.append(Span(start, end, state))
        if len(spans) == began:
            spans.append(Span(first, first, changes[-1][1]))
    return tuple(spans)


def unsure_of(stays: Iterable[Stay]) -> tuple[tuple[int, int], ...]:
    """Return the times in which somebody may have been in or not: between two reads."""
    found: list[tuple[int, int]] = []
    for stay in stays:
        if stay.joined_from < stay.joined_to:
            found.append((stay.joined_from, stay.joined_to))
        if stay.left_from is not None and stay.left_to is not None:
            found.append((stay.left_from, stay.left_to))
    return tuple(span for span in found if span[0] < span[1])


def seen(span: Span, gaps: Sequence[Gap], until: int) -> Iterator[Span]:
    """Yield the parts of a span that lie in no gap. `gaps` are in their order."""
    start = span.from_at
    for gap in gaps:
        end = until if gap.to_at is None else gap.to_at
        if end <= start:
            continue
        if gap.from_at >= span.to_at:
            break
        if gap.from_at > start:
            yield span._replace(from_at=start, to_at=gap.from_at)
        start = max(start, end)
    if start < span.to_at or span.from_at == span.to_at:
        yield span._replace(from_at=min(start, span.to_at))
