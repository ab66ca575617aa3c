"""What the running process remembers of the live state: events, figures, the order of asking."""
