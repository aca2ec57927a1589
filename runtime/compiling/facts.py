"""What conditions know of a record beside its document."""

from typing import Any

from runtime.storage.records import StoredRecord


def system_facts(record: StoredRecord | None) -> dict[str, Any]:
    """The system fields of a record as conditions see them; none of a record to be."""
    if record is None:
        return {}
    return {
        "@id": record.id,
        "@state": record.state,
        "@version": record.version,
        "@created_at": record.created_at,
        "@created_by": record.created_by,
        "@updated_at": record.updated_at,
        "@updated_by": record.updated_by,
    }
