"""What can be set, and the credentials."""
