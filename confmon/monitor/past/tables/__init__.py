"""What the tables of the past say: their columns and words, what is asked for them."""
