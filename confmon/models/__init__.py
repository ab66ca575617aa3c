"""What the APIs talk about: records, codes, errors, and the cleaning of their text. No I/O."""
