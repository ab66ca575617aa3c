"""What actions are done to: how each is looked at, sent to and read."""
