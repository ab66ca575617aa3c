"""The lists of the past: what is asked of the history, and what the cells show."""
