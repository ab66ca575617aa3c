"""Asks for a note, and has it written into the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.text import clean_text
from confmon.tui.dialogs.form import Field, FormScreen
