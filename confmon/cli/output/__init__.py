"""From records to a table, JSON, JSON lines or CSV."""
