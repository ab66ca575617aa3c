"""Reads as bytes: what a read of the collector changed, and the same read again."""
