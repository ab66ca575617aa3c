"""Rules about one meeting."""
