"""The faults that the simulator makes on request."""
