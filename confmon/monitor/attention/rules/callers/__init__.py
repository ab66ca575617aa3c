"""Rules about one caller."""
