"""Copies of the audit lines for journald and syslog. The file is what counts."""
