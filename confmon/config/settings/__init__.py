"""The settings, and the file they are read from."""
