"""The link to the bridge: what is read over it, how fresh that is, what it may be used for."""
