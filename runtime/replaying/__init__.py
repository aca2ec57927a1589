"""Judging the records that there are by a version to come, without changing any of them."""
