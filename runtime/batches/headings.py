"""Headings as they are compared with each other."""

import re


def plain(said: str) -> str:
    """A heading in small letters and single spaces, without underscores and marks around it."""
    text = " ".join(said.casefold().split())
    return text if text.startswith("@") else re.sub(r"[_\s*:]+", " ", text).strip()
