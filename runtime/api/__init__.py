"""The REST API: published tools and their records as JSON, for programs with a token."""
