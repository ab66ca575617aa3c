"""The server, and the faults it can be told to make."""
