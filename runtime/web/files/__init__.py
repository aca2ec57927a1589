"""Pages on which records come in as files, and go out."""
