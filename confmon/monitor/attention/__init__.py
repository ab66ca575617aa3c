"""What needs somebody: rules over the live state, and the signals that come of them."""
