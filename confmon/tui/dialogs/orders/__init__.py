"""The questions of what holds longer than a key press."""
