"""Rules about the whole bridge."""
