"""The help: topics as Markdown files, and what prints them. Loaded when somebody asks for it."""
