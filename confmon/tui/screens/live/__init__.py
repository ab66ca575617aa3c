"""The live screen: meetings, one meeting's callers, all calls; and the verbs on them."""
