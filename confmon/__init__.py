"""confmon: watch live telephone conferences from a terminal, and act on them."""

__version__ = "0.1.0"
