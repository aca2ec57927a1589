"""A spec as text: what is wrong with it and where, and help for who types it."""
