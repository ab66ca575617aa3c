"""Tables and panes that draw only what is on the screen, and repaint only what differs."""

from confmon.tui.table.lines import LinesPane
from confmon.tui.table.live_table import LiveTable
from confmon.tui.table.look import Cell, ColumnLook, Columns, RowLook, Rows

__all__ = ["Cell", "ColumnLook", "Columns", "LinesPane", "LiveTable", "RowLook", "Rows"]
