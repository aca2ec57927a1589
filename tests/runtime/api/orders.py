"""A tool for the API's tests: few fields, one of each right, three roles, a short workflow."""

import copy
from typing import Any

_MONEY = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"},
        "currency": {"enum": ["EUR", "USD"]},
    },
    "additionalProperties": False,
}

_PROPERTIES: dict[str, Any] = {
    "title": {"type": "string", "title": "Title", "maxLength": 100, "x-ops": {"type": "text"}},
    "amount": {
        **_MONEY,
        "title": "Amount",
        "x-ops": {"type": "money", "options": {"currencies": ["EUR", "USD"]}},
    },
    "pieces": {"type": "integer", "title": "Pieces", "minimum": 0, "x-ops": {"type": "integer"}},
    "due_on": {"type": "string", "format": "date", "title": "Due on", "x-ops": {"type": "date"}},
    "paid_at": {
        "type": "string",
        "format": "date-time",
        "title": "Paid at",
        "x-ops": {"type": "datetime"},
    },
    "urgent": {"type": "boolean", "title": "Urgent", "x-ops": {"type": "boolean"}},
    "channel": {
        "enum": ["web", "shop", "phone"],
        "title": "Channel",
        "x-ops": {
            "type": "choice",
            "choices": [
                {"key": "web", "title": "Web"},
                {"key": "shop", "title": "Shop"},
                {"key": "phone", "title": "Phone"},
            ],
        },
    },
    "labels": {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "maxItems": 20,
        "title": "Labels",
        "x-ops": {"type": "tags"},
    },
    "owner": {"type": "string", "title": "Owner", "x-ops": {"type": "user"}},
    "number": {
        "type": "string",
        "title": "Number",
        "readOnly": True,
        "x-ops": {"type": "text"},
    },
    "margin": {"type": "string", "title": "Margin", "x-ops": {"type": "text"}},
    "card": {"type": "string", "title": "Card", "x-ops": {"type": "text"}},
    "email": {
        "type": "string",
        "format": "email",
        "title": "Email",
        "x-ops": {"type": "email", "unique": True},
    },
}

_ALL = ["read", "create", "edit", "delete", "comment", "attach"]

_TOOL: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": "orders",
    "title": "Orders",
    "forms": [
        {
            "key": "order",
            "title": "Order",
            "plural": "Orders",
            "titleField": "title",
            "schema": {
                "type": "object",
                "required": ["title"],
                "properties": _PROPERTIES,
                "additionalProperties": False,
            },
        }
    ],
    "workflows": [
        {
            "form": "order",
            "initial": "open",
            "states": [
                {"key": "open", "title": "Open", "category": "new"},
                {"key": "packed", "title": "Packed", "category": "open"},
                {"key": "sent", "title": "Sent", "category": "done", "readOnly": True},
            ],
            "transitions": [
                {
                    "key": "pack",
                    "title": "Pack",
                    "from": ["open"],
                    "to": "packed",
                    "require": ["pieces"],
                    "fields": ["pieces"],
                    "guards": [
                        {
                            "condition": {"field": "pieces", "op": "gt", "value": 0},
                            "message": "Nothing to pack",
                        }
                    ],
                },
                {
                    "key": "send",
                    "title": "Send",
                    "from": ["packed"],
                    "to": "sent",
                    "roles": ["lead"],
                    "comment": "required",
                },
            ],
        }
    ],
    "views": [
        {
            "key": "all",
            "title": "All orders",
            "type": "table",
            "form": "order",
            "columns": ["title", "amount", "due_on"],
            "sort": ["-@created_at"],
        }
    ],
    "actions": [
        {
            "key": "mark_urgent",
            "title": "Mark as urgent",
            "type": "set_values",
            "form": "order",
            "options": {"values": {"urgent": True}},
        }
    ],
    "roles": [
        {"key": "lead", "title": "Lead", "grants": [{"form": "order", "can": _ALL}]},
        {
            "key": "clerk",
            "title": "Clerk",
            "grants": [
                {
                    "form": "order",
                    "can": ["read", "create", "edit", "comment"],
                    "fields": {"margin": "hidden", "card": "masked", "owner": "read"},
                }
            ],
        },
        {
            "key": "packer",
            "title": "Packer",
            "grants": [
                {
                    "form": "order",
                    "can": ["read", "edit"],
                    "rows": {"field": "channel", "op": "eq", "value": "shop"},
                }
            ],
        },
    ],
}


def orders_tool() -> dict[str, Any]:
    """The document, a copy of its own for whoever asks."""
    return copy.deepcopy(_TOOL)
