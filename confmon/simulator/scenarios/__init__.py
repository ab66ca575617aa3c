"""What can be made to happen on the simulated bridge: a scenario for each attention rule."""
