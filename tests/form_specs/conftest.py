"""A catalogue and a small tool that is right in every part."""

from copy import deepcopy
from typing import Any

import pytest

from components.registry import Registry
from form_specs.check import check


@pytest.fixture(scope="session")
def catalog():
    return Registry.discover().catalog()


def _field(type_: str, schema: dict[str, Any], **ops: Any) -> dict[str, Any]:
    return {"title": type_.title(), **schema, "x-ops": {"type": type_, **ops}}


TOOL: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": "holds",
    "title": "Payouts on hold",
    "forms": [
        {
            "key": "hold",
            "title": "Hold",
            "plural": "Holds",
            "titleField": "merchant",
            "subtitleFields": ["reason"],
            "schema": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "additionalProperties": False,
                "required": ["merchant", "reason"],
                "properties": {
                    "merchant": _field("text", {"type": "string", "maxLength": 200}, index=True),
                    "reason": _field(
                        "choice",
                        {"type": "string", "enum": ["risk", "legal"]},
                        choices=[
                            {"key": "risk", "title": "Risk review", "color": "amber"},
                            {"key": "legal", "title": "Legal request"},
                        ],
                    ),
                    "count": _field("integer", {"type": "integer", "minimum": 0}),
                    "urgent": _field("boolean", {"type": "boolean"}),
                    "release_on": _field("date", {"type": "string", "format": "date"}),
                    "due_by": _field("datetime", {"type": "string", "format": "date-time"}),
                    "owner": _field(
                        "user", {"type": "string", "maxLength": 80}, default={"user": "id"}
                    ),
                    "labels": _field(
                        "tags",
                        {
                            "type": "array",
                            "items": {"type": "string", "maxLength": 50},
                            "uniqueItems": True,
                            "maxItems": 50,
                        },
                    ),
                    "extra": _field("json", {}),
                },
            },
            "layouts": {
                "default": [
                    {
                        "section": "The hold",
                        "columns": 2,
                        "fields": [{"field": "merchant", "span": 2}, "reason", "count"],
                    }
                ]
            },
            "rules": [
                {
                    "condition": {"not": {"field": "count", "op": "gt", "value": 1000}},
                    "message": "At most 1,000",
                    "field": "count",
                }
            ],
        }
    ],
    "workflows": [
        {
            "form": "hold",
            "initial": "open",
            "states": [
                {"key": "open", "title": "Open", "category": "new", "color": "blue"},
                {"key": "released", "title": "Released", "category": "done", "readOnly": True},
            ],
            "transitions": [
                {
                    "key": "release",
                    "title": "Release",
                    "from": ["open"],
                    "to": "released",
                    "roles": ["lead"],
                    "require": ["release_on"],
                    "fields": ["release_on"],
                    "comment": "optional",
                    "guards": [
                        {
                            "condition": {"not": {"user": {"is": "@created_by"}}},
                            "message": "Somebody else must release it",
                        }
                    ],
                }
            ],
        }
    ],
    "views": [
        {
            "key": "mine",
            "title": "My holds",
            "type": "table",
            "form": "hold",
            "columns": ["merchant", "reason", "@state"],
            "filter": {
                "all": [
                    {"field": "@state", "op": "eq", "value": "open"},
                    {"field": "owner", "op": "eq", "value": {"user": "id"}},
                ]
            },
            "sort": ["-due_by"],
            "quickFilters": ["reason"],
        }
    ],
    "actions": [
        {
            "key": "urgent",
            "title": "Make urgent",
            "type": "set_values",
            "form": "hold",
            "when": {"field": "urgent", "op": "empty"},
            "options": {"values": {"urgent": True}},
        }
    ],
    "roles": [
        {
            "key": "analyst",
            "title": "Analyst",
            "grants": [
                {
                    "form": "hold",
                    "can": ["read", "create", "edit"],
                    "rows": {"field": "@state", "op": "ne", "value": "released"},
                    "fields": {"count": "read"},
                }
            ],
        },
        {"key": "lead", "title": "Lead", "grants": [{"form": "hold", "can": ["read", "edit"]}]},
    ],
}


@pytest.fixture
def tool() -> dict[str, Any]:
    """A small tool, right in every part, that a test may change."""
    return deepcopy(TOOL)


@pytest.fixture
def make_problems(catalog, tool):
    """What checking says after a change to the small tool."""

    def make(change):
        change(tool)
        return check(tool, catalog)

    return make
