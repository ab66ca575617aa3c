"""The way to the terminal: an output that sends only what differs from the last screen."""
