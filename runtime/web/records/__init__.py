"""Pages of one record: read, filled in, changed, moved on."""
