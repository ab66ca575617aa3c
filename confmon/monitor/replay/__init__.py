"""A part of the history as a file, and a bridge that plays it."""
