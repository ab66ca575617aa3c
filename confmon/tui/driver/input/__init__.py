"""What the terminal sends: cut into whole sequences by grammar, then made into Textual's events."""
