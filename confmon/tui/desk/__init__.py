"""What is around the table: cards above it, callers beside it, events and actions below it."""
