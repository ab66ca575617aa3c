"""The colours of tones: in every theme, and the same as a style sheet would give them."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static

from confmon.tui.table.palette import PALETTE, tone_style


class _Sheet(App[None]):
    """A widget of plain text, and one for each tone, coloured by a style sheet."""

    CSS = "#plain { background: $surface; }\n#box { background: $surface; }\n" + "\n".join(
        f"#tone-{number} {{ {'color: ' + look.color if look.color else 'text-style: not bold'}; "
        f"{'background: ' + look.ground + ';' if look.ground else ''} }}"
        for number, look in enumerate(PALETTE.values())
    )

    def compose(self) -> ComposeResult:
        yield Static(id="plain")
        with Vertical(id="box"):
            for number in range(len(PALETTE)):
                yield Static(id=f"tone-{number}")


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_a_tone_is_coloured_as_a_style_sheet_would(theme: str) -> None:
    app = _Sheet()
    async with app.run_test() as pilot:
        app.theme = theme
        await pilot.pause()
        plain = app.query_one("#plain").rich_style
        for number, (tone, look) in enumerate(PALETTE.items()):
            style = tone_style(tone, plain, app.theme_variables)
            by_sheet = app.query_one(f"#tone-{number}").rich_style
            if look.color:
                assert style.color == by_sheet.color, (theme, tone)
            assert style.bgcolor == by_sheet.bgcolor, (theme, tone)
            assert (style.bold, style.italic) == (
                look.bold or plain.bold, look.italic or plain.italic
            )  # fmt: skip
