"""The command prompt, and what the palette finds beside commands."""
