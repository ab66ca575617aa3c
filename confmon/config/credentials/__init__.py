"""Where a password comes from, and where it is kept."""
