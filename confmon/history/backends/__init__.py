"""The databases that the history may be in: a file of its own, or tables that several share."""
