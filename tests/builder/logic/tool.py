"""A tool with one of each kind of thing that a condition may ask about."""

from copy import deepcopy
from typing import Any

VISIT = "visit"


def _field(type_: str, title: str, schema: dict[str, Any], **ops: Any) -> dict[str, Any]:
    return {"title": title, **schema, "x-ops": {"type": type_, **ops}}


def _text(title: str, length: int = 200) -> dict[str, Any]:
    return _field("text", title, {"type": "string", "maxLength": length})


_REASONS = [{"key": "risk", "title": "Risk review"}, {"key": "legal", "title": "Legal request"}]
_FIELDS: dict[str, Any] = {
    "merchant": _text("Merchant"),
    "reason": _field("choice", "Reason", {"enum": ["risk", "legal"]}, choices=_REASONS),
    "count": _field("integer", "Count", {"type": "integer"}),
    "urgent": _field("boolean", "Urgent", {"type": "boolean"}),
    "visit_on": _field("date", "Visit on", {"type": "string", "format": "date"}),
    "done_on": _field("date", "Done on", {"type": "string", "format": "date"}),
    "due_by": _field("datetime", "Due by", {"type": "string", "format": "date-time"}),
    "owner": _field("user", "Owner", {"type": "string", "maxLength": 80}),
    "labels": _field(
        "tags",
        "Labels",
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 20},
    ),
    "place": _field(
        "group",
        "Place",
        {"type": "object", "properties": {"city": _text("City")}, "additionalProperties": False},
    ),
    "shop": _field("link", "Shop", {"type": "string", "maxLength": 13}, link={"form": "shop"}),
    "lines": _field(
        "repeat",
        "Lines",
        {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "code": _text("Code", 40),
                    "number": _field("integer", "Number", {"type": "integer"}),
                },
            },
        },
    ),
}


def _form(key: str, title: str, fields: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": fields,
    }
    return {"key": key, "title": title, "plural": f"{title}s", "schema": schema}


_TOOL: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": "visits",
    "title": "Visits",
    "forms": [
        _form(VISIT, "Visit", _FIELDS),
        _form("shop", "Shop", {"name": _text("Name"), "country": _text("Country", 2)}),
    ],
    "workflows": [
        {
            "form": VISIT,
            "initial": "new",
            "states": [
                {"key": "new", "title": "New", "category": "new"},
                {"key": "done", "title": "Done", "category": "done"},
            ],
            "transitions": [{"key": "finish", "title": "Finish", "from": ["new"], "to": "done"}],
        }
    ],
    "roles": [
        {
            "key": "lead",
            "title": "Lead",
            "grants": [{"form": VISIT, "can": ["read"]}, {"form": "shop", "can": ["read"]}],
        }
    ],
    "teams": [{"key": "emea", "title": "Europe"}],
}


def tool() -> dict[str, Any]:
    """A copy that may be changed."""
    return deepcopy(_TOOL)
