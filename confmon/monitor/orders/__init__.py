"""What holds longer than a key press: standing orders, the search for a noisy line."""
