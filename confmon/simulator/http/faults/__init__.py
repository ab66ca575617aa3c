"""The faults the simulator can be told to make."""
