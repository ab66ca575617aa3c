"""The names that are checked without loading Textual are Textual's."""

from __future__ import annotations

import pytest
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.keys import _character_to_key, _normalize_key_list
from textual.theme import BUILTIN_THEMES

from confmon.config.settings.checks import COLOURS, THEMES
from confmon.config.settings.model import Settings
from confmon.key_names import NAMED, SIGNS, key_name


def check_value(name: str, value: str) -> object:
    check = Settings.table[name].check
    assert check is not None
    return check(value)


def test_the_themes_are_all_of_textual() -> None:
    assert set(THEMES) == set(BUILTIN_THEMES)


@pytest.mark.parametrize("name", [*COLOURS, "#c02020", "#abc"])
def test_every_accepted_colour_can_be_drawn(name: str) -> None:
    assert check_value("accent", name) == name
    assert Color.parse(name).a == 1


@pytest.mark.parametrize(("setting", "value"), [("theme", "nonsense"), ("accent", "reddish")])
def test_a_name_nobody_has_is_refused_before_the_screen(setting: str, value: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        check_value(setting, value)


def test_every_sign_has_textuals_name() -> None:
    signs = [chr(code) for code in range(32, 127) if not chr(code).isalnum()]
    assert {_character_to_key(sign): sign for sign in signs} == SIGNS


@pytest.mark.parametrize("sign", ["§", "ь", "ñ", "€", "„", "²", "¿", "₴", "ß", "中"])
def test_signs_of_other_layouts_arrive_by_the_name_that_textual_gives_them(sign: str) -> None:
    (event,) = XTermParser().feed(sign)
    assert isinstance(event, events.Key)
    assert key_name(sign) == sign
    assert event.key == _normalize_key_list(sign)


def test_every_named_key_is_one_that_textual_makes_of_what_a_terminal_sends() -> None:
    sent = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple)
            for key in keys}  # fmt: skip
    for key in NAMED:
        if key.startswith("alt+"):
            sign = key[-1]
            found = key_after_escape(sign.upper() if "shift" in key else sign)
            # Some digits are what a Mac's keyboard makes of them together with its option key.
            assert found == key or sign.isdigit(), key
        else:
            assert key in sent, key


def key_after_escape(sign: str) -> str:
    (event,) = XTermParser()._sequence_to_key_events(sign, alt=True)
    return event.key


def test_what_is_listed_as_never_arriving_does_not_arrive() -> None:
    sent = {key.value: sequence for sequence, keys in ANSI_SEQUENCES_KEYS.items()
            if isinstance(keys, tuple) for key in keys}  # fmt: skip
    for key in ("ctrl+m", "ctrl+i", "ctrl+h", "ctrl+left_square_bracket", "ctrl+space"):
        assert key not in sent, key
        with pytest.raises(ValueError, match="is no key of its own"):
            key_name(key)
    assert sent["ctrl+j"] == "\n"  # the newline of a paste, or enter on some terminals
    assert "ctrl+j" not in NAMED
