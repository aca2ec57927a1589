"""Changing a tool that has records: what a new version would concern, and how records follow it."""
