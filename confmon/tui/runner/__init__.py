"""The process around the screen: signals, hang-up, crashes, giving the terminal back."""
