"""The databases that the shared tables may be in."""
