"""What is not of now: the frozen view, what the screens say of the past, meetings that ended."""
