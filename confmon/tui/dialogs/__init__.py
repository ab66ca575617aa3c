"""Questions and forms: what asks before anything is sent."""
