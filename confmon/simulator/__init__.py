"""A conference bridge in memory, with the vendor's warts, and its HTTP side."""
