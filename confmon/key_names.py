"""The names of keys, as Textual has them and `[keys]` of the configuration writes them.

Textual itself could be asked, but it is not loaded before the settings are read; a test compares.
"""

from __future__ import annotations

from typing import Final

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

SIGNS: Final = {
    "exclamation_mark": "!", "quotation_mark": '"', "number_sign": "#", "dollar_sign": "$",
    "percent_sign": "%", "ampersand": "&", "apostrophe": "'", "left_parenthesis": "(",
    "right_parenthesis": ")", "asterisk": "*", "plus": "+", "comma": ",", "minus": "-",
    "full_stop": ".", "slash": "/", "colon": ":", "semicolon": ";", "less_than_sign": "<",
    "equals_sign": "=", "greater_than_sign": ">", "question_mark": "?", "at": "@",
    "left_square_bracket": "[", "backslash": "\\", "right_square_bracket": "]",
    "circumflex_accent": "^", "underscore": "_", "grave_accent": "`", "left_curly_bracket": "{",
    "vertical_line": "|", "right_curly_bracket": "}", "tilde": "~", "space": " ",
}  # fmt: skip
"""Name → sign, of every sign of a keyboard's that is in ASCII."""

_MOVING = (
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete",
)  # fmt: skip
_FUNCTION = tuple(f"f{number}" for number in range(1, 25))
_SENT_AS = {
    "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+i": "tab", "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape", "ctrl+space": "ctrl+@", "return": "enter",
}  # fmt: skip
"""Names that no event ever has → what arrives in their place."""
NAMED: Final = frozenset({
    "enter", "escape", "tab", "shift+tab", "backspace", *_MOVING, *_FUNCTION,
    *(f"shift+{key}" for key in _MOVING),
    *(f"ctrl+{key}" for key in _MOVING),
    *(f"ctrl+shift+{key}" for key in _MOVING),
    *(f"ctrl+{key}" for key in _FUNCTION),
    *(f"ctrl+{letter}" for letter in _LETTERS if f"ctrl+{letter}" not in _SENT_AS),
    "ctrl+backslash", "ctrl+right_square_bracket", "ctrl+circumflex_accent", "ctrl+underscore",
    *(f"alt+{sign}" for sign in _LETTERS + "0123456789"),
    *(f"alt+shift+{letter}" for letter in _LETTERS),
})  # fmt: skip
"""Every key with a name of its own that terminals in use can send, kitty's protocol or not."""

_NAME_OF = {sign: name for name, sign in SIGNS.items()}


def key_name(text: str) -> str:
    """Return the name under which a key arrives; ValueError says what is wrong with `text`.

    A letter or digit of any layout names itself, as a sign beyond ASCII does; of the signs in
    ASCII both the sign and its name will do.

    >>> key_name("]"), key_name("ь"), key_name("f5"), key_name("section_sign")
    ('right_square_bracket', 'ь', 'f5', '§')
    """
    import unicodedata  # behind what needs no remapping

    key = unicodedata.normalize("NFC", text)
    if len(key) == 1:
        if key.isprintable():
            return _NAME_OF.get(key, key)
    elif key in NAMED or key in SIGNS:
        return key
    elif sign := _sign_named(key):
        return sign
    raise ValueError(_trouble(key))


def key_sign(name: str) -> str:
    """Return how a key is written for people: ``slash`` is ``/``."""
    return _WRITTEN.get(name) or SIGNS.get(name, "").strip() or name


_WRITTEN = {"escape": "esc", "left": "←", "right": "→", "up": "↑", "down": "↓"} | {
    key: key.upper() for key in _FUNCTION
}


def _sign_named(name: str) -> str:
    """Return the sign beyond ASCII that has this name, such as ``section_sign``, or nothing."""
    import unicodedata

    try:
        sign = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return ""
    is_sign = name.islower() and sign.isprintable() and not (sign.isalnum() or sign.isascii())
    return sign if is_sign else ""


def _trouble(key: str) -> str:
    if (other := _SENT_AS.get(key) or _SENT_AS.get(_spelt(key))) is not None:
        return f"{key} is no key of its own: what arrives is {other}"
    modifiers, _, last = key.rpartition("+")
    if modifiers == "shift" and len(last) == 1 and last.isalpha():
        return f"{key} arrives as {last.upper()}; write that"
    likely = _likely(key)
    return f"{key!r} is no key that terminals send{f'; did you mean {likely}?' if likely else ''}"


def _spelt(key: str) -> str:
    """Return a key in lower case, its modifiers in order, its sign by name."""
    *modifiers, last = key.lower().split("+") if not key.endswith("++") else ["", ""]
    return "+".join([*sorted(modifiers), _NAME_OF.get(last, last)])


def _likely(key: str) -> str:
    import difflib

    spelt = _spelt(key)
    if spelt in NAMED or spelt in SIGNS:
        return spelt
    modifiers, _, last = spelt.rpartition("+")
    if len(last) < 2:
        return ""
    known = sorted({*NAMED, *SIGNS})
    alike = [name.rpartition("+")[2] for name in known if name.rpartition("+")[0] == modifiers]
    close = difflib.get_close_matches(last, alike, n=1)
    return "+".join(filter(None, [modifiers, *close])) if close else ""
