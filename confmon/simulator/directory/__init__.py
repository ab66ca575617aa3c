"""The rooms, numbers and call flows of the simulated endpoint."""
