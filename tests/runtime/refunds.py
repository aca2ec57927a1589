"""A small tool that has one of everything that the gate and the pages must get right.

Refunds are asked for by operators, paid by leads (never by who asked), looked at by viewers.
Operators and viewers never learn of refunds of the region `hq`, of `secret`, or more of `card`
than that there is one.  Reporters may only hand in.
"""

from copy import deepcopy
from typing import Any

from tests.runtime.parts import FILE

TOOL = "refunds"
REFUND = "refund"

PEOPLE: dict[str, tuple[str, ...]] = {
    "olga": ("operator",),
    "otto": ("operator",),
    "vera": ("viewer",),
    "lena": ("lead",),
    "lars": ("lead",),
    "rita": ("reporter",),
    "nils": (),
}
"""Accounts and their roles; nils has none, and there is the administrator ada."""


def _text(title: str, length: int = 200, **ops: Any) -> dict[str, Any]:
    return {"type": "string", "title": title, "maxLength": length, "x-ops": {"type": "text", **ops}}


def _choice(title: str, **choices: str) -> dict[str, Any]:
    return {
        "enum": list(choices),
        "title": title,
        "x-ops": {
            "type": "choice",
            "choices": [{"key": key, "title": text} for key, text in choices.items()],
        },
    }


def _decimal(title: str, type_: str = "decimal", digits: int = 16) -> dict[str, Any]:
    pattern = f"^-?[0-9]{{1,{digits}}}(\\.[0-9]{{1,2}})?$"
    return {"type": "string", "title": title, "pattern": pattern, "x-ops": {"type": type_}}


def _typed(type_: str, title: str, schema: dict[str, Any], **ops: Any) -> dict[str, Any]:
    return {**schema, "title": title, "x-ops": {"type": type_, **ops}}


PROPERTIES: dict[str, Any] = {
    "number": {
        "type": "string",
        "title": "Refund",
        "readOnly": True,
        "x-ops": {"type": "sequence", "options": {"format": "RF-{:04d}"}, "unique": True},
    },
    "merchant": {**_text("Merchant", index=True), "minLength": 1},
    "email": {
        "type": "string",
        "format": "email",
        "title": "Email",
        "x-ops": {"type": "email", "unique": True},
    },
    "amount": {
        "type": "object",
        "title": "Amount",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"},
            "currency": {"enum": ["EUR", "USD"]},
        },
        "additionalProperties": False,
        "x-ops": {"type": "money", "options": {"currencies": ["EUR", "USD"]}, "index": True},
    },
    "margin": _decimal("Margin"),
    "share": _decimal("Share", "percent"),
    "score": _typed("integer", "Score", {"type": "integer", "minimum": 0, "maximum": 100}),
    "ratio": _typed("number", "Ratio", {"type": "number"}),
    "urgent": _typed("boolean", "Urgent", {"type": "boolean"}),
    "due_on": _typed("date", "Due on", {"type": "string", "format": "date"}, index=True),
    "called_at": _typed("datetime", "Called at", {"type": "string", "format": "date-time"}),
    "region": {
        **_choice("Region", north="North", south="South", hq="Head office"),
        "default": "north",
    },
    "channels": _typed(
        "multi_choice",
        "Channels",
        {"type": "array", "items": {"enum": ["web", "shop"]}, "uniqueItems": True, "maxItems": 2},
        choices=[{"key": "web", "title": "Web"}, {"key": "shop", "title": "Shop"}],
    ),
    "labels": _typed(
        "tags",
        "Labels",
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 20},
    ),
    "site": _typed("url", "Site", {"type": "string", "format": "uri", "maxLength": 300}),
    "owner": _typed("user", "Owner", {"type": "string", "maxLength": 80}, default={"user": "id"}),
    "notes": _typed("long_text", "Notes", {"type": "string", "maxLength": 5000}),
    "extra": {"title": "Extra", "x-ops": {"type": "json"}},
    "papers": _typed("files", "Papers", {"type": "array", "items": FILE, "maxItems": 3}),
    "origin": {**_text("Origin"), "readOnly": True},
    "secret": _text("Secret", unique=True),
    "card": _text("Card"),
}

_WORKFLOW: dict[str, Any] = {
    "form": REFUND,
    "initial": "new",
    "states": [
        {"key": "new", "title": "New", "category": "new"},
        {"key": "open", "title": "Open", "category": "open"},
        {"key": "waiting", "title": "Waiting", "category": "waiting"},
        {"key": "paid", "title": "Paid", "category": "done", "readOnly": True},
        {"key": "settled", "title": "Settled", "category": "done", "readOnly": True},
    ],
    "transitions": [
        {"key": "start", "title": "Start", "from": ["new"], "to": "open"},
        {
            "key": "hold",
            "title": "Put on hold",
            "from": ["open"],
            "to": "waiting",
            "roles": ["operator", "lead"],
            "fields": ["due_on", "notes"],
            "require": ["due_on"],
            "comment": "required",
        },
        {"key": "resume", "title": "Resume", "from": ["waiting"], "to": "open"},
        {
            "key": "pay",
            "title": "Pay",
            "from": ["open"],
            "to": "paid",
            "roles": ["lead"],
            "fields": ["score"],
            "require": ["amount", "due_on"],
            "comment": "optional",
            "guards": [
                {
                    "condition": {"not": {"user": {"is": "@created_by"}}},
                    "message": "Somebody else must pay it",
                },
                {
                    "condition": {"field": "score", "op": "lt", "value": 50},
                    "message": "A score below 50 is needed",
                },
            ],
        },
        {"key": "settle", "title": "Settle", "from": ["paid"], "to": "settled", "hookOnly": True},
    ],
}

_VIEWS: list[dict[str, Any]] = [
    {
        "key": "all",
        "title": "All refunds",
        "type": "table",
        "form": REFUND,
        "columns": ["number", "merchant", "amount", "card", "secret", "region", "@state"],
        "quickFilters": ["region", "owner"],
    },
    {
        "key": "queue",
        "title": "To do",
        "type": "table",
        "form": REFUND,
        "columns": ["merchant", "due_on", "owner", "@updated_at"],
        "filter": {"field": "@state", "op": "in", "value": ["new", "open", "waiting"]},
        "sort": ["due_on"],
    },
    {
        "key": "known",
        "title": "With a secret",
        "type": "table",
        "form": REFUND,
        "columns": ["merchant"],
        "filter": {"field": "secret", "op": "present"},
    },
    {"key": "memos", "title": "Memos", "type": "table", "form": "memo", "columns": ["title"]},
]

_ACTIONS: list[dict[str, Any]] = [
    {
        "key": "hurry",
        "title": "Mark urgent",
        "type": "set_values",
        "form": REFUND,
        "roles": ["operator", "lead"],
        "when": {"field": "urgent", "op": "empty"},
        "options": {"values": {"urgent": True, "due_on": {"today": {"days": 1}}}},
    },
    {
        "key": "refetch",
        "title": "Fetch again",
        "type": "run_hook",
        "form": REFUND,
        "roles": ["lead"],
        "options": {"hook": "refunds.refetch", "with": {"of": {"field": "merchant"}}},
    },
]

_EVERYTHING = ["read", "create", "edit", "delete", "comment", "attach", "import", "export"]
_OUTSIDE_HQ = {"field": "region", "op": "ne", "value": "hq"}


def _role(key: str, *grants: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "title": key.title(), "grants": list(grants)}


_ROLES = [
    _role(
        "operator",
        {
            "form": REFUND,
            "can": ["read", "create", "edit", "comment", "attach", "export"],
            "rows": _OUTSIDE_HQ,
            "fields": {"secret": "hidden", "card": "masked", "margin": "read"},
        },
        {"form": "memo", "can": ["read", "create", "edit", "delete"]},
    ),
    _role(
        "viewer",
        {
            "form": REFUND,
            "can": ["read"],
            "rows": _OUTSIDE_HQ,
            "fields": {"secret": "hidden", "card": "masked"},
        },
    ),
    _role("lead", {"form": REFUND, "can": _EVERYTHING}, {"form": "memo", "can": _EVERYTHING}),
    _role("reporter", {"form": REFUND, "can": ["create"], "fields": {"secret": "hidden"}}),
]

_DOCUMENT: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": TOOL,
    "title": "Refunds",
    "forms": [
        {
            "key": REFUND,
            "title": "Refund",
            "plural": "Refunds",
            "titleField": "merchant",
            "subtitleFields": ["owner", "amount"],
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["merchant"],
                "properties": PROPERTIES,
            },
            "layouts": {
                "default": [{"section": "Refund", "columns": 2, "fields": list(PROPERTIES)}],
                "create": [{"section": "Refund", "columns": 2, "fields": list(PROPERTIES)}],
            },
            "rules": [
                {
                    "condition": {
                        "any": [
                            {"field": "urgent", "op": "ne", "value": True},
                            {"field": "due_on", "op": "present"},
                        ]
                    },
                    "message": "An urgent refund needs a day",
                    "field": "due_on",
                }
            ],
        },
        {
            "key": "memo",
            "title": "Memo",
            "plural": "Memos",
            "titleField": "title",
            "schema": {
                "type": "object",
                "required": ["title"],
                "properties": {"title": _text("Title"), "body": _text("Body")},
            },
            "layouts": {
                "default": [{"section": "Memo", "columns": 1, "fields": ["title", "body"]}]
            },
        },
    ],
    "workflows": [_WORKFLOW],
    "views": _VIEWS,
    "actions": _ACTIONS,
    "roles": _ROLES,
}


def refunds_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    return deepcopy(_DOCUMENT)
