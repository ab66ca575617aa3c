"""`[keys]`: a key that would not arrive, or would mean two things, is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.cli import main
from confmon.commands import COMMANDS, keys_of
from confmon.config.settings import keymap, toml_lines
from confmon.config.settings.config_file import Document, check_file
from confmon.process import exits
from confmon.tui.table import LinesPane, LiveTable

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, text: str) -> Document:
    path.write_text(f"[keys]\n{text}\n")
    return check_file(toml_lines.read(path))


OTHER = "what changes something needs another key"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('mute = "j"', "j moves the cursor"),
        ('mute = "g"', "g moves the cursor"),
        ('theme = "G"', "G moves the cursor"),
        ('open = "alt+x,pagedown"', "pagedown moves the cursor"),
        ('drop = "y"', f"y says yes to a question; {OTHER}"),
        ('drop = "n"', f"n says no to a question; {OTHER}"),
        ('end = "enter"', f"enter answers a question; {OTHER}"),
        ('hold = "escape"', f"escape closes a question; {OTHER}"),
        ('undo = "q"', f"q says no to a question; {OTHER}"),
        ('mute = "ctrl+m"', "ctrl+m is no key of its own: what arrives is enter"),
        ('mute = "ctrl+M"', "ctrl+M is no key of its own: what arrives is enter"),
        ('mute = "ctrl+j"', "ctrl+j is no key of its own: what arrives is enter"),
        ('mute = "ctrl+h"', "ctrl+h is no key of its own: what arrives is backspace"),
        ('mute = "ctrl+i"', "ctrl+i is no key of its own: what arrives is tab"),
        ('mute = "ctrl+["', "ctrl+[ is no key of its own: what arrives is escape"),
        ('mute = "shift+m"', "shift+m arrives as M; write that"),
        ('mute = "ctrl+a"', f"ctrl+a is the prefix of screen; {OTHER}"),
        ('mute = "ctrl+b"', f"ctrl+b is the prefix of tmux; {OTHER}"),
        ('mute = "ctrl+s"', f"ctrl+s stops the output of many terminals; {OTHER}"),
        ('room_new = "ctrl+q"', f"ctrl+q lets the output of many terminals go on; {OTHER}"),
        ('mute = "alt+m"', f"alt+m may arrive as two keys; {OTHER}"),
        ('mute = "ctrl+l"', "ctrl+l draws the screen afresh"),
        ('mute = "ctrl+c"', "ctrl+c is the key of quit too"),
        ('whose = "escape"', "escape is the key of back too"),
        ('mute = "d"', "d is the key of drop too"),
        ('room_edit = "c"', "c is the key of room_codes too"),
        ('mute = "pgup"', "'pgup' is no key that terminals send; did you mean pageup?"),
        ('mute = "esc"', "'esc' is no key that terminals send; did you mean escape?"),
        ('mute = "F5"', "'F5' is no key that terminals send; did you mean f5?"),
        ('mute = "shift+ctrl+up"',
         "'shift+ctrl+up' is no key that terminals send; did you mean ctrl+shift+up?"),
        ('mute = "ctrl+1"', "'ctrl+1' is no key that terminals send"),
        ('mute = "super+m"', "'super+m' is no key that terminals send"),
        ('mute = "hello"', "'hello' is no key that terminals send"),
        ('mute = " "', "space is the key of mark too"),
        ('mute = "m,"', "'' is no key that terminals send"),
        ('mute = "\u200d"', "'\\u200d' is no key that terminals send"),
    ],
)  # fmt: skip
def test_a_key_that_will_not_do_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "c.toml"
    name = line.partition(" ")[0]
    assert read(file, line).complaints == [f"{file}:2: keys.{name}: {complaint}"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("m,ь", "m,ь"),
        ("ñ", "ñ"),
        ("e\u0301", "é"),
        ("f5, delete", "f5,delete"),
        ("ctrl+x,ctrl+shift+up", "ctrl+x,ctrl+shift+up"),
        ("~", "tilde"),
        ("§", "§"),
        ("section_sign", "§"),
        ("$,(", "dollar_sign,left_parenthesis"),
        ("", ""),
    ],
)
def test_a_key_that_will_do_is_kept_by_its_name(tmp_path: Path, text: str, names: str) -> None:
    document = read(tmp_path / "c.toml", f'mute = "{text}"')
    assert document.complaints == []
    assert document.keys == {"mute": names}


def test_a_comma_by_itself_is_a_key() -> None:
    assert keymap.parse_keys(",") == "comma"


@pytest.mark.parametrize(
    "lines",
    [
        'mute = "d"\ndrop = "m"',  # swapped
        'drop = ""\nmute = "d"',  # a key that was given up is free
        'open = "o"\nreverse = "enter"',
        'quit = ""',  # ctrl+c stays
        'sort = "ctrl+a"\nwhose = "alt+w"\npause = "ctrl+s"',  # these change nothing
        'name = "n"\nroom_new = "n"\nundo = "u"',  # as they are
    ],
)
def test_what_does_no_harm_is_allowed(tmp_path: Path, lines: str) -> None:
    assert read(tmp_path / "c.toml", lines).complaints == []


def test_a_name_from_before_is_taken(tmp_path: Path) -> None:
    document = read(tmp_path / "c.toml", 'whose = "alt+w"')
    assert document.complaints == []
    assert document.keys == {"dialled_number": "alt+w"}


def test_the_keys_as_they_are_would_be_allowed() -> None:
    keys = {command.id: command.keys for command in COMMANDS}
    assert {name: keymap.parse_keys(text) for name, text in keys.items()} == keys
    assert list(keymap.find_complaints(keys)) == []


def test_the_tables_own_keys_are_known() -> None:
    for widget in (LiveTable, LinesPane):
        own = [key for one in widget.BINDINGS for key in getattr(one, "key", "").split(",")]
        assert set(own) - {"enter"} == set(keymap.TABLE_KEYS)


def test_what_is_always_kept_is_kept() -> None:
    by_id = {command.id: command for command in COMMANDS}
    assert keys_of(by_id["quit"], {"quit": ""}) == ["ctrl+c"]
    assert keys_of(by_id["quit"], {"quit": "Q"}) == ["Q", "ctrl+c"]
    assert keys_of(by_id["back"], {"back": "backspace"}) == ["backspace", "escape"]


def test_it_is_refused_at_the_start_too(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(
        '[profiles.p]\nbase_url = "https://a.example"\nlogin = "x"\n[keys]\ndrop = "y"\n'
    )
    for command in ([], ["config", "validate"], ["meetings"]):
        assert main(command) == exits.CONFIG, command
        assert capsys.readouterr().err == (
            f"confmon: {config_file}:5: keys.drop: y says yes to a question; {OTHER}\n"
        )
