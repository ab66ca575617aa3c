"""Several confmon on one bridge: one collects, all follow, by tables they share."""
