"""How people are found and distinguished: by the digits of a number, by a folded name."""
