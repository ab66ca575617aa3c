"""What the rules need of the past: facts, and counters of the last minutes."""
