"""What several operators see of each other, and what they keep together beside the records."""
