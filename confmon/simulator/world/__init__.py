"""What happens on the simulated bridge."""
