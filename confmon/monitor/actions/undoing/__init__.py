"""Taking back what a key press changed, and doing it again."""
