"""What is shown of an earlier moment, while collection goes on."""
