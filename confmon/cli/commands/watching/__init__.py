"""Commands that watch what is live for a while, and print what they found."""
