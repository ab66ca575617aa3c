"""From the bytes of a reply to records."""
