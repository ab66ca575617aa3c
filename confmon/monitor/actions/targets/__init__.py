"""What actions are done to: how each is read, sent to and read back."""
