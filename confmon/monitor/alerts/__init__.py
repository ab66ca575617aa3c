"""Tells others of signals, beside the screen: who, of what, and until it has arrived."""
