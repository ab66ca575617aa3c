"""The audit lines of all who share a bridge: copied in order, chained, and checked."""
