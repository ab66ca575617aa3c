"""Commands that set confmon up: log in, find an endpoint, look at the configuration."""
