"""The process around everything: signals, exits, crashes, prompts, folders."""
