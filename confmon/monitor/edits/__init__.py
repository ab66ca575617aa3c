"""Changes of rooms, numbers and forwarding: made, carried out, read back."""
