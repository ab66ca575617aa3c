"""The three APIs in memory, with the vendor's oddities. Shares no code with the client."""
