"""The audit log, and the fields that an endpoint was seen to ignore."""
