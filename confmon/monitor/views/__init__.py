"""Which records are shown, in which order, in which words."""
