"""Which records a command prints."""
