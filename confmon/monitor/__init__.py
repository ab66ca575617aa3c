"""Everything behind the screen: polling, views, actions, edits. No HTTP, no Textual."""
