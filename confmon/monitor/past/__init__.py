"""The past behind the screen: moments shown in place of now, and what is written and read of it."""
