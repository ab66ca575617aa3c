"""The shared tables: what is in them, where they are, how they are made and looked at."""
