"""What outlives a meeting: the audit log and what endpoints were seen to refuse."""
