"""Whether a record is valid, and in words what is not."""
