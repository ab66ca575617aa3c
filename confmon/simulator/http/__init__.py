"""The HTTP side of all three simulated APIs."""
