"""From a key to a plan: what a command means for what is marked or under the cursor."""
