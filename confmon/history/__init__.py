"""What outlives the moment: who was in, from when to when, and what happened.

One SQLite database an endpoint. `records` says what is kept, `schema` where, `packing` how frames
are written. Nothing here knows the screen or the network.
"""
