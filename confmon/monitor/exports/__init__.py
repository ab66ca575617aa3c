"""What leaves confmon as data: rows for files and programs, pieces for the clipboard."""
