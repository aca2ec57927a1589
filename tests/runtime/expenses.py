"""The refunds tool with expenses whose rows react, and a group, an address and kinds of payment that do.

In a line the guests are asked for with a meal, and needed; the note belongs to what is neither,
and is kept; the amount is fixed once the line is approved; a large amount is worth a warning.
The price follows from the amount and the form's rate, the whole from the prices.  The phone
belongs to customers of the south, the postcode to Norway, the digits are fixed with the lock.
"""

from typing import Any

from tests.runtime.invoices import computed
from tests.runtime.reacting import SOUTH, rule
from tests.runtime.refunds import refunds_tool

MEAL = {"field": "kind", "op": "eq", "value": "meal"}
INTEGER = {"type": "integer"}


def integer(title: str, **ops: Any) -> dict[str, Any]:
    return {"type": "integer", "title": title, "x-ops": {"type": "integer", **ops}}


def text(title: str, **ops: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": 200, "title": title, "x-ops": {"type": "text", **ops}}


def group(title: str, of: str = "group", **parts: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": parts, "additionalProperties": False}
    return {**schema, "title": title, "x-ops": {"type": of}}


LINE: dict[str, Any] = {
    "kind": {
        "enum": ["meal", "taxi", "other"],
        "title": "Kind",
        "x-ops": {
            "type": "choice",
            "choices": [
                {"key": "meal", "title": "Meal"},
                {"key": "taxi", "title": "Taxi"},
                {"key": "other", "title": "Other"},
            ],
        },
    },
    "guests": integer("Guests", showWhen=MEAL, requireWhen=MEAL),
    "note": text(
        "Note", showWhen={"field": "kind", "op": "eq", "value": "other"}, whenHidden="keep"
    ),
    "amount": integer(
        "Amount",
        readOnlyWhen={"field": "approved", "op": "eq", "value": True},
        rules=[
            rule({"field": "amount", "op": "gt", "value": 0}, "More than nothing"),
            rule(
                {"field": "amount", "op": "le", "value": 500}, "That is a lot", severity="warning"
            ),
        ],
    ),
    "approved": {"type": "boolean", "title": "Approved", "x-ops": {"type": "boolean"}},
    "price": computed("Price", INTEGER, "integer", "amount * score"),
}


def expenses_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    tool = refunds_tool()
    form = tool["forms"][0]
    row = {"type": "object", "properties": {**LINE}, "additionalProperties": False}
    card = group("Card", kind={"const": "card"}, digits=text("Digits"), holder=text("Holder"))
    card["required"] = ["kind"]
    card["properties"]["digits"]["x-ops"]["readOnlyWhen"] = {
        "field": "holder",
        "op": "present",
    }
    bank = group("Bank", kind={"const": "bank"}, iban=text("IBAN"), bic=text("BIC"))
    bank["required"] = ["kind"]
    bank["properties"]["bic"]["x-ops"]["showWhen"] = {
        "not": {"field": "iban", "op": "starts_with", "value": "RO"}
    }
    form["schema"]["properties"] |= {
        "lines": {
            "type": "array",
            "title": "Lines",
            "maxItems": 20,
            "items": row,
            "x-ops": {"type": "repeat"},
        },
        "whole": computed("Whole", INTEGER, "integer", "sum(lines.price)"),
        "contact": group(
            "Contact",
            name=text("Name"),
            phone=text("Phone", showWhen=SOUTH, requireWhen={"field": "name", "op": "present"}),
        ),
        "address": group(
            "Address",
            "address",
            city=text("City"),
            postcode={
                **text("Postcode", showWhen={"field": "country", "op": "eq", "value": "NO"}),
                "maxLength": 12,
            },
            country={
                "type": "string",
                "title": "Country",
                "pattern": "^[A-Z]{2}$",
                "x-ops": {"type": "country"},
            },
        ),
        "payment": {"oneOf": [card, bank], "title": "Payment", "x-ops": {"type": "variant"}},
    }
    for part in (card, bank):
        part["properties"]["kind"] |= {"type": "string", "title": "Kind", "x-ops": {"type": "text"}}
    layouts = form.get("layouts")
    if layouts:
        added = ["score", "region", "lines", "whole", "contact", "address", "payment"]
        for parts in layouts.values():
            placed = {each if isinstance(each, str) else each["field"] for part in parts for each in part.get("fields", ())}  # fmt: skip
            parts.append({"section": "Expenses", "fields": [k for k in added if k not in placed]})
    return tool
