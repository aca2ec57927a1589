"""The first draft of a new tool."""
