"""Whole sequences or pieces of them: the same events, and none that nobody pressed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser

from confmon.tui.driver.input.grammar import ESCAPE_S, SEQUENCE_S, Grammar
from confmon.tui.driver.input.keys import Key
from confmon.tui.driver.input.translate import Translator
from tests.driver.sequences import EVERY, Sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from textual.message import Message

SHORT_S, LONG_S = 0.05, 0.2
"""Shorter than the Escape key waits, and longer."""


def name_of(event: Message) -> str:
    """Return an event as the corpus has it."""
    if isinstance(event, events.Key):
        return event.key
    if isinstance(event, events.Paste):
        return f"Paste({event.text})"
    return type(event).__name__


def heard(pieces: Iterable[bytes], pause_s: float = 0.0) -> list[Message]:
    """Return what the pieces are, with so long between them, and silence at the end."""
    grammar, translator = Grammar(), Translator()
    tokens, now_s = [], 100.0
    for piece in pieces:
        tokens += grammar.feed(piece, now_s)
        now_s += pause_s
        tokens += grammar.expire(now_s)
    tokens += grammar.expire(now_s + 2)
    return [event for token in tokens for event in translator.events(token)]


def names(pieces: Iterable[bytes], pause_s: float = 0.0) -> list[str]:
    return [name_of(event) for event in heard(pieces, pause_s)]


def expected(sent: Sent) -> list[str]:
    text = sent.events.encode("latin-1", "backslashreplace").decode("unicode_escape")
    return [text] if text.startswith("Paste(") else text.split()


def cuts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((data[:at], data[at:]) for at in range(1, len(data)))


def is_escape_and_another(first: bytes, rest: bytes) -> bool:
    """Tell whether it is no sequence that is cut there: Escape, and later another key."""
    return first in (b"\x1b", b"\x1b\x1b") and rest[:1] not in b"[OP]_^X\\"


def without_escape(got: list[str]) -> list[str]:
    return [name for name in got if name != "escape"]


def test_the_corpus_is_large_and_tells_its_sequences_apart() -> None:
    assert len(EVERY) >= 200
    assert len({sent.name for sent in EVERY}) == len(EVERY)


@pytest.mark.parametrize("sent", EVERY, ids=lambda sent: sent.name)
def test_each_is_what_it_must_be_whole_and_cut_anywhere(sent: Sent) -> None:
    assert names([sent.data]) == expected(sent)
    assert names([bytes((byte,)) for byte in sent.data], SHORT_S) == expected(sent)
    for pieces in cuts(sent.data):
        assert names(pieces) == expected(sent)
        if not is_escape_and_another(*pieces):
            got, right = names(pieces, LONG_S), expected(sent)
            if names(pieces[:1])[-1:] == ["escape"]:
                # It was alone for long enough to be the key. What then comes is still not typed.
                got, right = without_escape(got), without_escape(right)
            assert got == right


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(EVERY), min_size=1, max_size=6),
    st.lists(st.integers(0, 200), max_size=12),
)
def test_any_split_of_any_of_them_gives_the_same_events(
    many: Sequence[Sent], at: Sequence[int]
) -> None:
    data = b"".join(sent.data for sent in many)
    places = [0, *sorted({place for place in at if place < len(data)}), len(data)]
    pieces = [data[first:last] for first, last in pairwise(places)]
    assert names(pieces, SHORT_S) == names([data])


@pytest.mark.parametrize(
    ("pieces", "pause_s", "events"),
    [
        (("\x1b[", "A"), LONG_S, "up"),
        (("\x1b[6", "~"), LONG_S, "pagedown"),
        (("\x1b[<0;20;8", "m"), LONG_S, "MouseUp"),
        (("\x1b", "OR"), LONG_S, "escape f3"),
        (("\x1b", "[", "A"), LONG_S, "escape up"),
        (("\x1b", "O", "R"), LONG_S, "escape f3"),
        (("\x1bP>|tmux 3.3a\x1b\\",), 0, ""),
        (("\x1b[200~hello\x1b", "[201~"), LONG_S, "Paste(hello)"),
        (("\x1b[200~hello", "q"), SEQUENCE_S, "Paste(hello) q"),
        (("\x1b[200~hello\x1b[20", "q"), SEQUENCE_S, "Paste(hello) q"),
        (("\x1b", "m"), SHORT_S, "alt+m"),
        (("\x1b", "m"), ESCAPE_S, "escape m"),
        (("\x1b[", "m"), SEQUENCE_S, "m"),
        (("\x1b[1;", "q"), SEQUENCE_S, "q"),
        (("\x1bP", "q"), SEQUENCE_S, "q"),
        (("\x1b", "[", "q"), SEQUENCE_S, "escape left_square_bracket q"),
        (("\x1b", "]", "]", "]"), LONG_S, "escape right_square_bracket right_square_bracket"),
        (("\x1b", "X", "j"), LONG_S, "escape X j"),
        (("\x1b", "^", "2"), LONG_S, "escape circumflex_accent 2"),
        (("\x1b", "P", "y"), LONG_S, "escape P y"),
        (("\x1b", "P>|tmux", " 3.3a", "\x1b\\"), LONG_S, "escape"),
        (("\x1b", "O"), LONG_S, "escape O"),
        (("\x1b[1;\x03", "A"), LONG_S, "ctrl+c up"),
    ],
)  # fmt: skip
def test_pauses(pieces: tuple[str, ...], pause_s: float, events: str) -> None:
    assert names([piece.encode() for piece in pieces], pause_s) == events.split()


def test_a_key_is_timed_by_when_its_first_byte_was_read() -> None:
    grammar, translator = Grammar(), Translator()
    tokens = grammar.feed(b"j\x1b[", 7.0) + grammar.feed(b"A", 7.5) + grammar.feed(b"\x1b", 8.0)
    assert grammar.wait_s(8.0) == pytest.approx(ESCAPE_S)
    tokens += grammar.expire(8.05) + grammar.expire(8.2)
    made = [event for token in tokens for event in translator.events(token)]
    assert [name_of(event) for event in made] == ["j", "up", "escape"]
    assert [event.time for event in made] == [7.0, 7.0, 8.0]


def test_nothing_is_waited_for_where_nothing_was_begun() -> None:
    grammar = Grammar()
    grammar.feed(b"jk\x1b[A\xc3\xa9", 1.0)
    assert grammar.wait_s(1.0) is None
    grammar.feed(b"\x1b", 1.0)
    grammar.expire(3.0)
    assert grammar.wait_s(3.0) is None


def test_what_waits_to_be_read_has_come_in_time() -> None:
    """However late a busy machine gets round to reading."""
    grammar = Grammar()
    assert grammar.feed(b"\x1b[", 1.0) == []
    (token,) = grammar.feed(b"A", 60.0)
    assert [name_of(event) for event in Translator().events(token)] == ["up"]


# Any byte at all.


@settings(max_examples=400, deadline=None)
@given(st.lists(st.binary(max_size=12), max_size=8), st.sampled_from([0.0, LONG_S]))
def test_random_bytes_type_nothing_that_is_not_in_them(
    pieces: Sequence[bytes], pause_s: float
) -> None:
    data = b"".join(pieces)
    there = data.decode("utf-8", "ignore") + data.decode("latin-1") + "0123456789*+-./¡™£¢∞§¶•ªº–≠"
    for event in heard(pieces, pause_s):
        if isinstance(event, events.Key) and event.is_printable:
            numbers = "".join(
                char if char in "0123456789" else " " for char in data.decode("latin-1")
            )
            written = {int(code) for code in numbers.split() if len(code) < 8}
            char = event.character or ""
            assert char in there or ord(char) in written


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A sequence of the corpus that is known by its opener, with some bytes lost or changed."""
    data = bytearray(draw(st.sampled_from([s.data for s in EVERY if s.data[:1] == b"\x1b"])))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(2, max(2, len(data))))
        data[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(data)


@settings(max_examples=400, deadline=None)
@given(broken(), broken(), st.sampled_from([0.0, LONG_S]))
def test_broken_sequences_raise_nothing_and_the_next_key_works(
    one: bytes, other: bytes, pause_s: float
) -> None:
    grammar, translator = Grammar(), Translator()
    grammar.feed(one, 1.0)
    grammar.expire(1.0 + pause_s)
    grammar.feed(other, 1.0 + pause_s)
    grammar.expire(9.0)
    (token,) = grammar.feed(b"q", 9.0)
    assert [name_of(event) for event in translator.events(token)] == ["q"]


# Every key that Textual knows.


def textuals(data: str) -> list[tuple[str, str | None]]:
    """Return what Textual makes of a sequence."""
    parser = XTermParser()
    made = list(parser.feed(data))
    if parser._awaiting.timeout is not None:
        parser._timeout_time = 0
        made += parser.tick()
    return [(e.key, e.character) for e in made if isinstance(e, events.Key)]


def ours(data: str) -> list[tuple[str, str | None]]:
    return [(e.key, e.character) for e in heard([data.encode()]) if isinstance(e, events.Key)]


NUMBERS_READ_AS_CHARACTERS = frozenset(["25", "26", "28", "29", "31", "32", "33", "34", "62", "63"])
"""Textual knows the keys of these, but reads ``ESC [ 32 ~`` as a space first."""


def table() -> Iterator[str]:
    for sequence in ANSI_SEQUENCES_KEYS:
        number = sequence[2:-1]
        if sequence == "\x9b":
            continue  # shift and escape of old; it begins a control sequence
        if sequence[-1] == "R" and ";" in number:
            continue  # to Textual as to us where the cursor is
        if number in NUMBERS_READ_AS_CHARACTERS or sequence[-1] in "u" or number == "5":
            continue
        yield sequence


@pytest.mark.parametrize("sequence", list(table()), ids=repr)
def test_every_key_of_textuals_table_still_arrives(sequence: str) -> None:
    assert ours(sequence) == textuals(sequence)


@pytest.mark.parametrize("number", sorted(NUMBERS_READ_AS_CHARACTERS))
def test_keys_that_textual_takes_for_characters_are_those_of_its_table(number: str) -> None:
    keys = ANSI_SEQUENCES_KEYS[f"\x1b[{number}~"]
    assert isinstance(keys, tuple)
    assert ours(f"\x1b[{number}~") == [(keys[0].value, None)]


def functional() -> Iterator[tuple[str, str]]:
    for code, name in FUNCTIONAL_KEYS.items():
        if name not in MODIFIER_FUNCTIONAL_KEYS and not name.endswith("_lock"):
            yield code[:-1], code[-1]


@pytest.mark.parametrize(("number", "final"), list(functional()))
def test_every_functional_key_still_arrives(number: str, final: str) -> None:
    plain = f"\x1b[{number}{final}"
    assert ours(plain) == textuals(plain)
    for held in (2, 3, 5, 6, 7, 9, 17, 65, 130) if final != "R" else ():
        whole = f"\x1b[{number};{held}"
        assert ours(f"{whole}{final}") == textuals(f"{whole}{final}")
        assert ours(f"{whole}:1{final}") == textuals(f"{whole}{final}")
        assert ours(f"{whole}:3{final}") == []
    if final != "R":
        assert ours(f"\x1b[{number};1:2{final}") == textuals(plain)
        assert ours(f"\x1b[{number};1:3{final}") == []


LETTERS = [*map(chr, range(0x20, 0x7F)), *"éß漢ьñ€"]


@pytest.mark.parametrize("char", LETTERS)
def test_every_character_arrives_in_every_form(char: str) -> None:
    code = ord(char)
    typed = textuals(char)
    assert ours(char) == typed
    assert ours(f"\x1b[{code};;{code}u") == typed
    assert ours(f"\x1b[{code}:{code}:{code};1:1;{code}u") == typed
    if char not in " [O]P^_X\\":
        assert ours(f"\x1b[27;2;{code}~") == typed
        assert ours(f"\x1b{char}") == textuals(f"\x1b{char}")
    if char.isalpha() and char.islower():
        (with_ctrl,) = textuals(f"\x1b[{code};5u")
        assert with_ctrl == (f"ctrl+{char}", None)
        assert ours(f"\x1b[{code};5u") == ours(f"\x1b[27;5;{code}~") == [with_ctrl]
        assert ours(f"\x1b[{code};3u") == ours(f"\x1b[27;3;{code}~") == [(f"alt+{char}", None)]


@pytest.mark.parametrize("code", range(0x20))
def test_every_control_character_still_arrives(code: int) -> None:
    if code != 0x1B:
        assert ours(chr(code)) == textuals(chr(code))


@pytest.mark.parametrize(
    ("sent", "key", "place"),
    [
        ("1100::109;;1100u", "ь", "m"),
        ("1100:1068:109;2;1068u", "Ь", "M"),
        ("1093::91;;1093u", "х", "["),
        ("1093:1061:91;2;1061u", "Х", ""),
        ("122::121;;122u", "z", ""),
        ("252::91;;252u", "ü", ""),
        ("109;;109u", "m", ""),
    ],
)
def test_a_key_of_another_alphabet_tells_its_place(sent: str, key: str, place: str) -> None:
    (event,) = heard([f"\x1b[{sent}".encode()])
    assert isinstance(event, events.Key)
    assert (event.key, event.character) == (key, key)
    assert (event.place if isinstance(event, Key) else "") == place
