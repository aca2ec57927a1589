"""A form of a published version made ready to run: compiled once per process."""
