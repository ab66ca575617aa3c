"""The style of a cell, and the shortest escape sequence from one style to another."""

from __future__ import annotations

from functools import lru_cache

_ENDS = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27",
    "8": "28", "9": "29", "21": "24", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
"""SGR code of an attribute → the code that ends it."""
_VISIBLE_ON_BLANKS = frozenset(("4", "5", "6", "7", "9", "21", "51", "52", "53"))
_ARGUMENTS = {"2": 3, "5": 1}
"""After 38 or 48: kind of colour → count of the numbers that follow."""
_CACHE_SIZE = 8192
"""Styles and changes that are kept; fading colours make new ones."""


class Style:
    """Colours and attributes of a cell. `style_of` interns them: compare with ``is``.

    `fg` and `bg` are the SGR codes that set the colours, "" for the terminal's own; `attrs` the
    codes of bold, underline and so on; `blank` the simplest style that looks the same on a blank
    cell, which shows no text colour.
    """

    __slots__ = ("attrs", "bg", "blank", "fg", "set_codes")

    def __init__(self, fg: str, bg: str, attrs: frozenset[str]) -> None:
        self.fg = fg
        self.bg = bg
        self.attrs = attrs
        codes = [*sorted(attrs), fg, bg]
        self.set_codes = ";".join(code for code in codes if code)
        is_plain = not (fg or attrs)
        is_own = is_plain or attrs & _VISIBLE_ON_BLANKS
        self.blank = self if is_own else style_of("", bg, frozenset())

    def __repr__(self) -> str:
        return f"Style({self.set_codes!r})"


_styles: dict[tuple[str, str, frozenset[str]], Style] = {}


def style_of(fg: str, bg: str, attrs: frozenset[str]) -> Style:
    """Return the one `Style` with these codes."""
    key = (fg, bg, attrs)
    style = _styles.get(key)
    if style is None:
        if len(_styles) > _CACHE_SIZE:
            _styles.clear()
            _styles[PLAIN.fg, PLAIN.bg, PLAIN.attrs] = PLAIN
        style = _styles[key] = Style(fg, bg, attrs)
    return style


PLAIN = style_of("", "", frozenset())


@lru_cache(_CACHE_SIZE)
def apply_sgr(pen: Style, params: str) -> Style:
    """Return the style after ``ESC [ params m`` on a terminal with the style `pen`."""
    fg, bg, attrs = pen.fg, pen.bg, set(pen.attrs)
    codes = params.split(";")
    i = 0
    while i < len(codes):
        code = codes[i].lstrip("0")
        i += 1
        if not code:
            fg, bg, attrs = "", "", set()
        elif code in {"38", "48"}:
            count = _ARGUMENTS.get(codes[i] if i < len(codes) else "", 0)
            colour = ";".join([code, *codes[i : i + 1 + count]])
            i += 1 + count
            if code == "38":
                fg = colour
            else:
                bg = colour
        elif code in _ENDS:
            attrs.add(code)
        elif code == "39":
            fg = ""
        elif code == "49":
            bg = ""
        elif len(code) == 2 and code[0] in "39":
            fg = code
        elif code[0] in "41" and len(code) in {2, 3}:
            bg = code
        else:
            attrs = {attr for attr in attrs if _ENDS[attr] != code}
    return style_of(fg, bg, frozenset(attrs))


@lru_cache(_CACHE_SIZE)
def find_change(pen: Style | None, style: Style) -> str:
    """Return the shortest sequence that turns `pen` (None: unknown) into another style."""
    full = f"\x1b[0;{style.set_codes}m" if style.set_codes else "\x1b[m"
    if pen is None:
        return full
    ended = {_ENDS[attr] for attr in pen.attrs - style.attrs}
    begun = {attr for attr in style.attrs if attr not in pen.attrs or _ENDS[attr] in ended}
    codes = sorted(ended) + sorted(begun)
    if style.fg != pen.fg:
        codes.append(style.fg or "39")
    if style.bg != pen.bg:
        codes.append(style.bg or "49")
    partial = f"\x1b[{';'.join(codes)}m" if codes else ""
    return partial if len(partial) < len(full) else full
