"""What a key press is worth: pressed alone, pasted, held down, or typed."""
