"""How each tone is drawn: in which colour of the theme, on which ground.

Not component classes: Textual makes a node of each for every widget and asks the style sheet about
it whenever a class or the focus changes, thirty of them for each table, pane and line.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from collections.abc import Mapping


class ToneLook(NamedTuple):
    """A colour and a ground, as a style sheet would write them, and attributes.

    Without a colour or a ground, those of the widget show.
    """

    color: str = ""
    ground: str = ""
    bold: bool | None = None
    italic: bool | None = None


TONES: Final[dict[str, ToneLook]] = {
    "dim": ToneLook("$text-muted"),
    "muted": ToneLook("$text-muted"),
    "gone": ToneLook("$text-muted", italic=True),
    "good": ToneLook("$text-success"),
    "warn": ToneLook("$text-warning"),
    "asks": ToneLook("$text-warning", bold=True),
    "bad": ToneLook("$text-error", bold=True),
    "accent": ToneLook("$text-primary", bold=True),
    "pending": ToneLook("$text-primary", italic=True),
    "held": ToneLook(),
    "graph": ToneLook("$primary"),
    "outage": ToneLook("auto", "$error", bold=True),
    "paused": ToneLook("auto", "$warning", bold=True),
    "title": ToneLook(bold=True),
    "name": ToneLook(),
    "strong": ToneLook(bold=True),
    "host": ToneLook(bold=True),
    "key": ToneLook("$text-primary", bold=True),
    "brand": ToneLook("$text", "$primary", bold=True),
    "here": ToneLook("$text", "$primary", bold=True),
    "tab": ToneLook("$text"),
    "sublist": ToneLook("$text", "$primary-muted", bold=True),
    "alert": ToneLook("$text", "$warning", bold=True),
    "alarm": ToneLook("$text", "$error-darken-2", bold=True),
    "edge": ToneLook("$foreground 25%"),
}
"""The tones of cells; any other is drawn plain. The text must carry the tone's meaning too.

Red (`bad`, `outage`): an outage, nobody in charge, a recording, a failure. Amber (`asks`, `warn`,
`paused`): somebody asks, or something is to be looked at. Blue (`pending`, `accent`): under way,
selected. Green (`good`): confirmed, arrived. Grey (`dim`, `muted`, `gone`): muted, technical, over.
"""

PALETTE: Final[dict[str, ToneLook]] = {
    **TONES,
    "header": ToneLook("$text-muted", bold=True),
    "sorted": ToneLook("$text-primary", bold=True),
    "sign": ToneLook("$text-primary", bold=True),
    "bar": ToneLook("$scrollbar"),
    "cursor": ToneLook(ground="$panel"),
    "cursor focused": ToneLook(ground="$primary 20%"),
}
"""All tones, those of a table's own parts included."""


def tone_style(tone: str, plain: Style, variables: Mapping[str, str]) -> Style:
    """Return the style of a tone where plain text has the style `plain`.

    `variables` are the theme's: name → colour.
    """
    look = PALETTE[tone]
    ground = Color.from_rich_color(plain.bgcolor) if plain.bgcolor else Color(0, 0, 0, 0)
    if look.ground:
        ground += _color(look.ground, variables)[0]
    style = plain + Style(bold=look.bold, italic=look.italic)
    if look.ground:
        style += Style(bgcolor=ground.rich_color)
    if look.color:
        color, is_auto = _color(look.color, variables)
        if is_auto:
            color = ground.get_contrast_text(color.a)
        style += Style(color=(ground + color).rich_color)
    return style


def _color(text: str, variables: Mapping[str, str]) -> tuple[Color, bool]:
    """Return a colour, and whether it is the one that contrasts best with its ground."""
    name, _, share = text.partition(" ")
    if name.startswith("$"):
        color, is_auto = _color(variables[name[1:]], variables)
    else:
        is_auto = name == "auto"
        color = Color(255, 255, 255) if is_auto else _parse(name)
    return (color.multiply_alpha(float(share.rstrip("%")) / 100) if share else color), is_auto


@lru_cache(maxsize=256)
def _parse(text: str) -> Color:
    return Color.parse(text)
