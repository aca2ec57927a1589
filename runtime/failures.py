"""What is said when the store cannot do what was asked: for pages and API alike."""

from dataclasses import dataclass, replace

from form_specs.language import _, marked
from runtime.storage.errors import StorageBusy, StorageError, StorageFull


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP status, what happened, and what to do; `retry_after` in seconds."""

    status: int
    title: str
    message: str
    retry_after: int


_BUSY = Failure(
    503,
    marked("The database is busy"),
    marked("Nothing was saved. Try again in a moment; what you typed is kept."),
    2,
)
_FULL = Failure(
    507,
    marked("No space is left on the server"),
    marked(
        "Nothing was saved, and reading still works. Tell whoever runs this server; what you typed is kept."
    ),
    60,
)
_GONE = Failure(
    503,
    marked("The database does not answer"),
    marked("Nothing was saved. It is tried again at your next click; what you typed is kept."),
    5,
)


def failure(error: StorageError) -> Failure:
    """What to say of a storage error."""
    found = _GONE
    if isinstance(error, StorageBusy):
        found = _BUSY
    elif isinstance(error, StorageFull):
        found = _FULL
    return replace(found, title=_(found.title), message=_(found.message))
