"""The preset attributes of rooms and meetings."""
