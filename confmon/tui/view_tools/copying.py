"""Copies a number, an id, a name or a row to the clipboard of the operator's own terminal.

It goes as OSC 52 through the driver, which passes it on whole, before a frame and never within one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.exports.pieces import pieces_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.monitor.exports.pieces import Piece
    from confmon.tui.view_tools.shown import ShownView

NOTHING = "nothing under the cursor to copy"
HIDDEN = "mask_numbers hides it, nothing was copied; confmon --reveal-numbers copies numbers"
NEEDS_OSC_52 = "your terminal must allow OSC 52"
SHOWN = 60
"""Characters of a piece in the line that says what was copied."""


def copy_number(screen: ShownView) -> None:
    """Copy the number of the record under the cursor."""
    pieces = _pieces(screen)
    _copy(screen, pieces[0] if pieces else None)


def ask_what_to_copy(screen: ShownView) -> None:
    """Ask which piece of the record to copy: of that which was there when the key was pressed."""
    from confmon.tui.dialogs.question import Answer, ChoiceDialog

    def answer(piece: Piece) -> Answer:
        text = "hidden by mask_numbers" if piece.is_hidden else piece.text or "there is none"
        is_off = piece.is_hidden or not piece.text
        return Answer(piece.letter, piece.what, _short(text), is_off=is_off)

    pieces = _pieces(screen)
    if not pieces:
        screen.say(NOTHING)
        return
    by_letter = {piece.letter: piece for piece in pieces}

    def chosen(letter: str | None) -> None:
        if letter is not None:
            _copy(screen, by_letter[letter])

    screen.app.push_screen(ChoiceDialog("Copy", [answer(piece) for piece in pieces]), chosen)


def _pieces(screen: ShownView) -> Sequence[Piece]:
    key, record = screen.cursor_key, screen.record()
    subject = None if key is None or record is None else screen.subject_of(record)
    if subject is None:
        return ()
    look = screen.row_look(screen.view, key, record)
    cells = [
        text for column, (text, _) in zip(screen.view.columns, look.cells, strict=True)
        if not column.is_drawn
    ]  # fmt: skip
    return pieces_of(subject, cells, screen.visible_numbers())


def _copy(screen: ShownView, piece: Piece | None) -> None:
    if piece is None:
        screen.say(NOTHING)
    elif piece.is_hidden:
        screen.say(HIDDEN)
    elif not piece.text:
        screen.say(f"there is no {piece.what} to copy")
    else:
        screen.app.copy_to_clipboard(piece.text)
        what = "" if piece.what == "number" else f"{piece.what} "
        screen.say(f"copied {what}{_short(piece.text)}; {NEEDS_OSC_52}")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
