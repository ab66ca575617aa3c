"""The screens of the past, each of which is loaded when it is first opened."""
