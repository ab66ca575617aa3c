"""A meeting drawn over time: which part of it, the axis, the people, what happened."""
