import errno
import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from runtime.storage.errors import StorageFull, StorageUnavailable, TooLarge
from runtime.storage.files import FileStore

CONTENT = b"evidence" * 20_000


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_by_its_content(tmp_path: Path):
    store = FileStore(tmp_path)
    stored = store.write(io.BytesIO(CONTENT), limit=len(CONTENT))
    assert stored.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert stored.size == len(CONTENT)
    with store.open(stored.sha256) as found:
        assert found.read() == CONTENT
    assert store.write(io.BytesIO(CONTENT), limit=len(CONTENT)) == stored
    assert files_in(tmp_path) == [store.path(stored.sha256)]


def test_a_file_beyond_the_limit_leaves_nothing(tmp_path: Path):
    with pytest.raises(TooLarge):
        FileStore(tmp_path).write(io.BytesIO(CONTENT), limit=len(CONTENT) - 1)
    assert files_in(tmp_path) == []


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path):
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise ConnectionError
            return super().read(size)

    with pytest.raises(StorageUnavailable):
        FileStore(tmp_path).write(Breaking(CONTENT), limit=10**9)
    assert files_in(tmp_path) == []


def test_a_full_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        FileStore(tmp_path).write(io.BytesIO(CONTENT), limit=10**9)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "A" * 64, "", "g" * 64, "a" * 63, "a" * 64 + "\n"]
)
def test_only_hashes_become_paths(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="no file hash"):
        FileStore(tmp_path).path(name)


def test_a_missing_file_is_not_found(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        FileStore(tmp_path).open("a" * 64)


def test_the_sweep_takes_old_files_that_nothing_refers_to(tmp_path: Path):
    store = FileStore(tmp_path)

    def stored(stream: BinaryIO, age: float) -> str:
        sha256 = store.write(stream, limit=100).sha256
        moment = store.path(sha256).stat().st_mtime - age
        os.utime(store.path(sha256), (moment, moment))
        return sha256

    referenced, old = stored(io.BytesIO(b"a"), 100), stored(io.BytesIO(b"b"), 100)
    fresh, again = stored(io.BytesIO(b"c"), 0), stored(io.BytesIO(b"d"), 100)
    store.write(io.BytesIO(b"d"), limit=100)
    assert store.sweep({referenced}, 50) == 1
    assert {path.name for path in files_in(tmp_path)} == {referenced, fresh, again}
    assert old not in {referenced, fresh, again}
    assert FileStore(tmp_path / "none").sweep(set(), 0) == 0
