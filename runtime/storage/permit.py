"""The permit without which no record is written.

Only the write gate imports this module: an import contract says so.  Storage asks for a permit in
every function that changes a record, so that no other code can come to call one.
"""

from typing import final


@final
class WritePermit:
    """Proof that the caller is the write gate."""

    __slots__ = ()
