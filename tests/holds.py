"""A tool whose records hold rows, a map, an address and one of two kinds of payment."""

from copy import deepcopy
from typing import Any

DECIMAL = {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"}


def field(type_: str, schema: dict[str, Any], title: str = "", **ops: Any) -> dict[str, Any]:
    """A property with its annotation."""
    return {**schema, **({"title": title} if title else {}), "x-ops": {"type": type_, **ops}}


def kind(name: str, title: str, **parts: dict[str, Any]) -> dict[str, Any]:
    """One kind of payment, told by its `kind`."""
    own = {"kind": field("json", {"const": name}), "holder": field("text", TEXT, "Holder"), **parts}
    required = ["kind", "holder"]
    return field("group", {"type": "object", "properties": own, "required": required}, title)


TEXT = {"type": "string", "maxLength": 20}
PROPERTIES: dict[str, dict[str, Any]] = {
    "merchant": field("text", TEXT, "Merchant"),
    "lines": field(
        "repeat",
        {
            "type": "array",
            "maxItems": 200,
            "items": {
                "type": "object",
                "required": ["payout"],
                "properties": {
                    "payout": field("text", TEXT, "Payout"),
                    "value": field("decimal", DECIMAL, "Value"),
                    "paid": field("boolean", {"type": "boolean"}, "Paid"),
                    "tags": field(
                        "repeat", {"type": "array", "items": field("text", TEXT)}, "Tags"
                    ),
                },
            },
        },
        "Payouts",
    ),
    "serials": field("repeat", {"type": "array", "items": field("text", TEXT)}, "Serial numbers"),
    "address": field(
        "address",
        {
            "type": "object",
            "required": ["city"],
            "properties": {
                "lines": {"type": "string"},
                "city": {"type": "string", "title": "City", "maxLength": 20},
                "country": {"type": "string", "title": "Country", "pattern": "^[A-Z]{2}$"},
            },
        },
        "Address",
    ),
    "payment": field(
        "variant",
        {
            "oneOf": [
                kind(
                    "card",
                    "Card",
                    digits=field("text", {"type": "string", "pattern": "^[0-9]{4}$"}, "Digits"),
                ),
                kind("account", "Account", bank=field("text", TEXT, "Bank")),
            ]
        },
        "Payment",
    ),
    "limits": field(
        "map",
        {"type": "object", "additionalProperties": field("integer", {"type": "integer"}, "Limit")},
        "Limits",
    ),
    "contact": field(
        "group",
        {
            "type": "object",
            "properties": {
                "name": field("text", TEXT, "Name"),
                "credit": field("decimal", DECIMAL, "Credit"),
                "since": field("date", {"type": "string", "format": "date"}, "Since"),
            },
        },
        "Contact",
    ),
}


def holds_tool() -> dict[str, Any]:
    """The tool's document, anew."""
    return deepcopy(
        {
            "ops": "1",
            "kind": "tool",
            "key": "holds",
            "title": "Payouts on hold",
            "forms": [
                {
                    "key": "hold",
                    "title": "Hold",
                    "titleField": "merchant",
                    "schema": {
                        "type": "object",
                        "required": ["merchant"],
                        "additionalProperties": False,
                        "properties": PROPERTIES,
                    },
                }
            ],
            "views": [
                {
                    "key": "all",
                    "title": "All",
                    "type": "table",
                    "form": "hold",
                    "columns": [*PROPERTIES],
                }
            ],
            "roles": [
                {
                    "key": "clerk",
                    "title": "Clerk",
                    "grants": [{"form": "hold", "can": ["read", "create", "edit", "comment"]}],
                }
            ],
        }
    )
