"""From a verb to a proved outcome."""
