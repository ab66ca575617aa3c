"""Terminal input: bytes become whole sequences by a grammar, and those Textual's events."""
