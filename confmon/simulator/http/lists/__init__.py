"""Filters, pages and queries of lists."""
