"""What the screens say of the past: the tape of a meeting, attendance, ended meetings."""
