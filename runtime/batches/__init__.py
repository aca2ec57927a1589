"""Records that come in together and go out together.

    file ── unpacking ──► rows ── matching ──► plan ── typing ──► values ── gate ──► records
                                                        │
                                                        └── rejects: a file, and a list to put right

A batch is everything that came in by one file.  It can be looked at, and taken back as a whole.
"""
