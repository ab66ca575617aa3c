"""How people are looked for and told apart: by the digits of a number, by a folded name."""
