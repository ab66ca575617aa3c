"""Feeds, and the live state they keep."""
