"""Verdicts on keys by their times: of whole texts, of held keys and of an operator."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.tui.keys.pace import ALONE_S, HELD_S, PAUSE_S, WORD_S, Kind, Pace, Press, Verdict

VERBS = "mhdnuMHELRq[]"
MOVES = "jk "
SENTENCES = (
    "did you see my mail? yes",
    "hmm ok",
    "mmm, ok",
    "London",
    "Robert",
    "mute him please",
    "u there?",
    "uk visit",
    "gm all",
    "End of the day: drop by, quit, lunch, Ruby, yes, understood",
)
HAND_S = st.floats(0.12, 0.25)


def kind_of(key: str) -> Kind:
    if key in ("enter", "tab"):
        return Kind.BREAK
    if len(key) > 1:
        return Kind.OTHER
    return Kind.VERB if key in VERBS else Kind.MOVE if key in MOVES else Kind.VIEW


def heard(keys: list[str] | str, gaps_s: list[float], *, pace: Pace | None = None) -> list[Press]:
    """Return the presses of keys, each so long after the one before."""
    pace = pace or Pace()
    at_s = accumulate([10.0, *gaps_s])
    return [pace.add_key(key, at, kind_of(key)) for key, at in zip(keys, at_s, strict=True)]


def acting(presses: list[Press]) -> list[str]:
    """Return the verbs that act: those pressed alone."""
    return [p.key for p in presses if p.kind is Kind.VERB and p.verdict is Verdict.ALONE]


def spaced(keys: list[str] | str, gap_s: float) -> list[Press]:
    return heard(keys, [gap_s] * (len(keys) - 1))


@given(text=st.sampled_from(SENTENCES), data=st.data())
def test_a_sentence_typed_at_any_hands_speed_is_no_verb(text: str, data: st.DataObject) -> None:
    gaps_s = [data.draw(HAND_S) for _ in text[1:]]
    assert acting(heard(text, gaps_s)) == []


@given(
    words=st.lists(
        st.text("abcdefghilmnopqrstuvwxyzABCDEHLMR?!,'", min_size=3, max_size=8).filter(
            lambda word: len(set(word)) > 1
        ),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
def test_no_word_of_two_letters_or_more_is_a_verb(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    gaps_s = [data.draw(HAND_S) for _ in text[1:]]
    assert acting(heard(text, gaps_s)) == []


@given(
    text=st.text("mhduyRLE jk1ia\n", min_size=2, max_size=40).filter(
        lambda text: len({one for one in text if one not in "jk \n"}) > 1 or "\n" in text
    ),
    data=st.data(),
)
def test_a_paste_is_no_verb_however_it_trickles_in(text: str, data: st.DataObject) -> None:
    keys = ["enter" if one == "\n" else one for one in text]
    gaps_s = [data.draw(st.floats(0, 0.02)) for _ in keys[1:]]
    assert acting(heard(keys, gaps_s)) == []


@given(
    key=st.sampled_from(VERBS),
    delay_s=st.floats(0.2, 0.75),
    gaps_s=st.lists(st.floats(0.0, 0.75), max_size=60),
)
def test_a_held_verb_acts_once(key: str, delay_s: float, gaps_s: list[float]) -> None:
    presses = heard(key * (len(gaps_s) + 2), [delay_s, *gaps_s])
    assert acting(presses) == [key]
    assert presses[0].verdict is Verdict.ALONE


def test_the_same_key_again_after_a_while_is_another_press() -> None:
    assert acting(spaced("mm", HELD_S + 0.01)) == ["m", "m"]


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(["down", "up", "j", "k", "pagedown"]), st.sampled_from("mhd")),
        min_size=1,
        max_size=8,
    ),
    gap_s=st.floats(0.08, 0.25),
)
def test_moves_right_before_and_after_a_verb_take_nothing_from_it(
    pairs: list[tuple[str, str]], gap_s: float
) -> None:
    verb = pairs[0][1]
    keys = [key for move, _ in pairs for key in (move, verb)]
    assert acting(spaced(keys, gap_s)) == [verb] * len(pairs)


def test_two_verbs_with_a_pause_between_them_both_act() -> None:
    assert acting(spaced("mu", WORD_S)) == ["m", "u"]


def test_marking_and_acting_at_once() -> None:
    assert acting(spaced(["space", "space", "m"], 0.15)) == ["m"]
    assert acting(spaced("  m", 0.15)) == ["m"]


@pytest.mark.parametrize("text", ["/s", "1", "so", "il"])
def test_keys_that_only_look_act_at_a_hands_speed(text: str) -> None:
    assert all(press.verdict is Verdict.ALONE for press in spaced(text, 0.15))


def test_after_text_verbs_stay_off_until_there_is_a_pause() -> None:
    pace = Pace()
    heard("hmm", [0.2, 0.2], pace=pace)
    assert pace.add_key("m", 10.4 + PAUSE_S - 0.01, Kind.VERB).verdict is Verdict.TYPED
    assert pace.add_key("h", 10.4 + 2 * PAUSE_S - 0.1, Kind.VERB).verdict is Verdict.TYPED
    assert pace.add_key("m", 10.4 + 3 * PAUSE_S, Kind.VERB).verdict is Verdict.ALONE


def test_so_it_is_after_a_question_was_closed_by_a_key_that_is_no_answer() -> None:
    pace = Pace()
    pace.pause_verbs(10.0)
    assert pace.add_key("m", 10.0 + PAUSE_S - 0.01, Kind.VERB).verdict is Verdict.TYPED


@given(gaps_s=st.lists(st.floats(0, 0.2), min_size=1, max_size=20))
def test_what_is_typed_into_a_field_leaves_verbs_alone(gaps_s: list[float]) -> None:
    pace, at_s = Pace(), 10.0
    for gap_s in gaps_s:
        at_s += gap_s
        assert pace.add_key("m", at_s, Kind.FIELD).verdict is Verdict.ALONE
    pace.add_key("enter", at_s + 0.12, Kind.BREAK)
    assert pace.add_key("m", at_s + 0.24, Kind.VERB).verdict is Verdict.ALONE


def test_an_enter_in_the_midst_or_at_the_end_of_pasted_text_is_not_alone() -> None:
    for keys in (["A", "enter"], ["enter", "A"], ["enter", "enter"]):
        pace = Pace()
        presses = [
            pace.add_key(key, 10 + nth / 1000, Kind.BREAK if key == "enter" else Kind.FIELD)
            for nth, key in enumerate(keys)
        ]
        enters = [press.verdict for press in presses if press.key == "enter"]
        assert Verdict.ALONE not in enters
    pace = Pace()
    pace.add_key("A", 10, Kind.FIELD)
    assert pace.add_key("enter", 10 + ALONE_S, Kind.BREAK).verdict is Verdict.ALONE


@given(st.lists(st.tuples(st.sampled_from(["m", "u", "j", "i", "enter", "down"]),
                          st.floats(0, 2)), min_size=1, max_size=30))  # fmt: skip
def test_a_verb_that_acts_had_no_other_verb_beside_it(keys: list[tuple[str, float]]) -> None:
    presses = heard([key for key, _ in keys], [gap for _, gap in keys[1:]])
    for press, after in pairwise(presses):
        if {press.key, after.key} == {"m", "u"} and after.at_s - press.at_s < WORD_S:
            assert acting([press, after]) == []
