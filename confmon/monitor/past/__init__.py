"""What is kept of the time before now, and looked at again."""
