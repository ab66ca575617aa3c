"""The past behind the screen: what is written into the history, and moments read from it."""
