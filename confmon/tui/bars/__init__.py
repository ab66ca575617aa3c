"""The lines and panes around the table: header, footer, banner, details, action log."""
