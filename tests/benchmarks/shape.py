"""What all tables that are compared have in common."""

TABLE_LINES = 31
"""Lines of the table, its titles included: what confmon's header, log and footer leave of 40."""
