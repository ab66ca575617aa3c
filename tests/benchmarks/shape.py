"""What all tables that are compared have in common."""

TABLE_LINES = 24
"""Lines of the table, its titles included: what confmon's other parts and edges leave of 40."""
