"""What is said when the store cannot: what happened, what to do, and when to try again."""

import pytest

from runtime.failures import failure
from runtime.storage.errors import StorageBusy, StorageError, StorageFull, StorageUnavailable


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (StorageBusy("database is locked"), 503, "busy"),
        (StorageFull("disk full"), 507, "No space"),
        (StorageUnavailable("refused"), 503, "does not answer"),
        (StorageError("else"), 503, "does not answer"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_fault_is_told_in_words_without_the_databases_own(error, status, word):
    told = failure(error)
    assert (told.status, told.retry_after > 0) == (status, True)
    assert word in told.title
    assert "Nothing was saved" in told.message
    assert "what you typed is kept" in told.message
    assert str(error) not in told.title + told.message
