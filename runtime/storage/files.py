"""Attached files, stored under the hash of their content; names that people give never reach a path."""

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO, Final

from runtime.storage.errors import StorageFull, StorageUnavailable, TooLarge

_CHUNK: Final = 1 << 16
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a stream became."""

    sha256: str
    size: int


class FileStore:
    """A folder of files by content; equal files are stored once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def write(self, stream: BinaryIO, *, limit: int) -> StoredFile:
        """Store a stream; raises `TooLarge` beyond `limit` bytes, `StorageFull`, `StorageUnavailable`.

        The file is on the disk when this returns, and either all of it or nothing.
        """
        try:
            self._incoming.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._incoming, delete=False) as target:
                temporary = Path(target.name)
                try:
                    stored = _copy(stream, target, limit)
                    target.flush()
                    os.fsync(target.fileno())
                    self._keep(temporary, stored.sha256)
                finally:
                    temporary.unlink(missing_ok=True)
        except OSError as error:
            full = error.errno in (ENOSPC, EDQUOT)
            raise (StorageFull if full else StorageUnavailable)(str(error)) from error
        return stored

    def _keep(self, temporary: Path, sha256: str) -> None:
        place = self.path(sha256)
        place.parent.mkdir(exist_ok=True)
        if place.exists():
            # In use again: the sweep shall not take it.
            os.utime(place)
        else:
            temporary.replace(place)

    def open(self, sha256: str) -> BinaryIO:
        """The content of a file; raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        """Where a file stands, for servers that send files themselves; ValueError for no hash."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("this is no file hash")
        return self._folder / sha256[:2] / sha256

    def sweep(self, referenced: set[str], older_than_seconds: float) -> int:
        """Delete old files that nothing refers to, and uploads that never ended; how many."""
        oldest = time.time() - older_than_seconds
        removed = 0
        for path in self._all():
            with contextlib.suppress(FileNotFoundError):
                if path.name not in referenced and path.stat().st_mtime < oldest:
                    path.unlink()
                    removed += 1
        return removed

    def _all(self) -> Iterator[Path]:
        for folder in list(self._folder.iterdir()) if self._folder.exists() else ():
            if folder.is_dir():
                yield from list(folder.iterdir())


def _copy(
    stream: BinaryIO, target: "tempfile._TemporaryFileWrapper[bytes]", limit: int
) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"a file may have at most {limit} bytes")
        digest.update(chunk)
        target.write(chunk)
    return StoredFile(digest.hexdigest(), size)
