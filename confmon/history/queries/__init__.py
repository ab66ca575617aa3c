"""Answers questions about the past from the tables: a module for each kind of question."""
