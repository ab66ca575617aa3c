"""From reads to rows: the part of the history that writes."""
