"""From a JSON Schema that knows nothing of us to fields and forms."""
