"""A small tool whose totals follow from what is typed in."""

from copy import deepcopy
from typing import Any

TOOL = "invoices"
INVOICE = "invoice"
FORM = f"/t/{TOOL}/f/{INVOICE}"
RECORDS = f"/api/v1/tools/{TOOL}/forms/{INVOICE}/records"

_DECIMAL = {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"}
_TEXT = {"type": "string", "maxLength": 200}


def computed(
    title: str, schema: dict[str, Any], result: str, formula: str, **more: Any
) -> dict[str, Any]:
    """The property of a computed field."""
    stored = {"stored": more.pop("stored")} if "stored" in more else {}
    found = {"formula": formula, "result": result, **stored}
    ops = {"type": "computed", "computed": found, **more}
    return {**schema, "title": title, "readOnly": True, "x-ops": ops}


_DOCUMENT: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": TOOL,
    "title": "Invoices",
    "forms": [
        {
            "key": INVOICE,
            "title": "Invoice",
            "plural": "Invoices",
            "titleField": "label",
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["customer"],
                "properties": {
                    "number": {
                        **_TEXT,
                        "title": "Number",
                        "readOnly": True,
                        "x-ops": {"type": "sequence", "options": {"format": "INV-{:04d}"}},
                    },
                    "label": computed(
                        "Label", _TEXT, "text", "concat(number, ' ', upper(customer))"
                    ),
                    "customer": {**_TEXT, "title": "Customer", "x-ops": {"type": "text"}},
                    "net": {**_DECIMAL, "title": "Net", "x-ops": {"type": "decimal"}},
                    "rate": {
                        "type": "integer",
                        "title": "Tax rate",
                        "minimum": 0,
                        "x-ops": {"type": "integer"},
                    },
                    # Reads a field that is written below it: order is the formulas' business.
                    "gross": computed("Gross", _DECIMAL, "decimal", "net + tax", index=True),
                    "tax": computed("Tax", _DECIMAL, "decimal", "net * rate / 100"),
                    "due": {
                        "type": "string",
                        "format": "date",
                        "title": "Due",
                        "x-ops": {"type": "date"},
                    },
                    "days_left": computed(
                        "Days left",
                        {"type": "integer"},
                        "integer",
                        "days_between(today(), due)",
                        stored=False,
                    ),
                    "size": computed(
                        "Size",
                        {"enum": ["small", "large"]},
                        "choice",
                        "gross >= 1000 ? 'large' : 'small'",
                        choices=[
                            {"key": "small", "title": "Small"},
                            {"key": "large", "title": "Large", "color": "amber"},
                        ],
                    ),
                    "lines": {
                        "type": "array",
                        "title": "Lines",
                        "maxItems": 50,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "what": {**_TEXT, "title": "What", "x-ops": {"type": "text"}},
                                "value": {
                                    **_DECIMAL,
                                    "title": "Value",
                                    "x-ops": {"type": "decimal"},
                                },
                            },
                        },
                        "x-ops": {"type": "repeat"},
                    },
                    "lines_total": computed(
                        "Lines in all", _DECIMAL, "decimal", "sum(lines.map(l, l.value))"
                    ),
                    "iban": {**_TEXT, "title": "IBAN", "x-ops": {"type": "text"}},
                    "iban_end": computed(
                        "IBAN ends in", _TEXT, "text", "substring(iban, length(iban) - 4)"
                    ),
                    "bank": computed("Bank", _TEXT, "text", "substring(iban, 0, 2)"),
                },
            },
        }
    ],
    "workflows": [
        {
            "form": INVOICE,
            "initial": "open",
            "states": [
                {"key": "open", "title": "Open", "category": "open"},
                {"key": "paid", "title": "Paid", "category": "done"},
            ],
            "transitions": [
                {
                    "key": "pay",
                    "title": "Pay",
                    "from": ["open"],
                    "to": "paid",
                    "fields": ["net"],
                    "guards": [
                        {
                            "condition": {"field": "gross", "op": "lt", "value": "5000.00"},
                            "message": "Above 5,000 somebody else pays",
                        }
                    ],
                }
            ],
        }
    ],
    "views": [
        {
            "key": "large",
            "title": "Large",
            "type": "table",
            "form": INVOICE,
            "columns": ["label", "gross", "days_left", "size", "iban_end"],
            "filter": {"field": "gross", "op": "ge", "value": "1000.00"},
            "sort": ["-gross"],
            "quickFilters": ["size"],
        }
    ],
    "roles": [
        {
            "key": "clerk",
            "title": "Clerk",
            "grants": [
                {
                    "form": INVOICE,
                    "can": ["read", "create", "edit"],
                    "fields": {"iban": "hidden", "iban_end": "read"},
                }
            ],
        },
        {
            "key": "lead",
            "title": "Lead",
            "grants": [{"form": INVOICE, "can": ["read", "create", "edit", "delete"]}],
        },
    ],
}


def invoices_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    return deepcopy(_DOCUMENT)
