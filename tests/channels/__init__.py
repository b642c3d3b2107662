"""Ways to tell, each tried on its own; what they have in common is in `tests/promises`."""
