"""The live picture: snapshots, the board, actions and their proof. No HTTP, no screen."""
