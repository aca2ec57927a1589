"""JSON Schema itself: its drafts, its references, its subschemas."""
