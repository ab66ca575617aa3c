"""What one confmon does among the others: step by step, with time and chance passed in."""
