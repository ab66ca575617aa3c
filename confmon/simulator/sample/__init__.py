"""The names and the network of the sample world."""
