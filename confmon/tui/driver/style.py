"""How a cell looks, and the shortest escape sequence from one look to another."""

from __future__ import annotations

_OFF = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27",
    "8": "28", "9": "29", "21": "24", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
"""SGR code of an attribute → the code that ends it."""
_SEEN_ON_BLANKS = frozenset(("4", "5", "6", "7", "9", "21", "51", "52", "53"))
_ARGUMENTS = {"2": 3, "5": 1}
"""After 38 or 48: the kind of colour → how many numbers follow."""
_LIMIT = 8192
"""Styles and transitions remembered before starting afresh; fading colours make new ones."""


class Style:
    """One look. Interned by `style_of`: compare with ``is``.

    `fg` and `bg` are the SGR codes that set the colours, "" for the terminal's own; `attrs` the
    codes of bold, underline and so on; `blank` the style that looks the same on a blank cell,
    where the text colour cannot be seen.
    """

    __slots__ = ("attrs", "bg", "blank", "fg", "set_codes")

    def __init__(self, fg: str, bg: str, attrs: frozenset[str]) -> None:
        self.fg = fg
        self.bg = bg
        self.attrs = attrs
        codes = [*sorted(attrs), fg, bg]
        self.set_codes = ";".join(code for code in codes if code)
        seen = attrs & _SEEN_ON_BLANKS
        if seen:
            self.blank = self
        elif fg or attrs:
            self.blank = style_of("", bg, frozenset())
        else:
            self.blank = self

    def __repr__(self) -> str:
        return f"Style({self.set_codes!r})"


_styles: dict[tuple[str, str, frozenset[str]], Style] = {}
_after: dict[tuple[Style, str], Style] = {}
_between: dict[tuple[Style | None, Style], str] = {}


def style_of(fg: str, bg: str, attrs: frozenset[str]) -> Style:
    """The one `Style` with these codes."""
    key = (fg, bg, attrs)
    style = _styles.get(key)
    if style is None:
        if len(_styles) > _LIMIT:
            _styles.clear()
            _styles[PLAIN.fg, PLAIN.bg, PLAIN.attrs] = PLAIN
        style = _styles[key] = Style(fg, bg, attrs)
    return style


PLAIN = style_of("", "", frozenset())


def after(pen: Style, params: str) -> Style:
    """The style once ``ESC [ params m`` has been obeyed by a terminal writing in `pen`."""
    key = (pen, params)
    style = _after.get(key)
    if style is None:
        if len(_after) > _LIMIT:
            _after.clear()
        style = _after[key] = _apply(pen, params)
    return style


def _apply(pen: Style, params: str) -> Style:
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
        elif code in _OFF:
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
            attrs = {attr for attr in attrs if _OFF[attr] != code}
    return style_of(fg, bg, frozenset(attrs))


def between(pen: Style | None, style: Style) -> str:
    """The shortest sequence that turns `pen` (None: not known) into `style`."""
    if pen is style:
        return ""
    key = (pen, style)
    sequence = _between.get(key)
    if sequence is None:
        if len(_between) > _LIMIT:
            _between.clear()
        sequence = _between[key] = _shortest(pen, style)
    return sequence


def _shortest(pen: Style | None, style: Style) -> str:
    afresh = f"\x1b[0;{style.set_codes}m" if style.set_codes else "\x1b[m"
    if pen is None:
        return afresh
    ended = {_OFF[attr] for attr in pen.attrs - style.attrs}
    begun = {attr for attr in style.attrs if attr not in pen.attrs or _OFF[attr] in ended}
    codes = sorted(ended) + sorted(begun)
    if style.fg != pen.fg:
        codes.append(style.fg or "39")
    if style.bg != pen.bg:
        codes.append(style.bg or "49")
    onward = f"\x1b[{';'.join(codes)}m"
    return onward if len(onward) < len(afresh) else afresh
