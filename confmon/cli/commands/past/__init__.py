"""What was: attendance, the history, and playing it."""
