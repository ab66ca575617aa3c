"""Reading whole lists, page by page."""
