"""The cases tool with conditions, formulas and columns that look into merchants.

Operators know neither a merchant's `rating` nor the merchants of the region `hq`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime.services import Services
from tests.runtime.cases import Cases, cases_tool, open_cases
from tests.runtime.opening import fresh_url

CLOSED: dict[str, Any] = {"field": "backup.status", "op": "eq", "value": "closed"}
RATED: dict[str, Any] = {"field": "backup.rating", "op": "eq", "value": "alpha"}
STATE = "backup.@created_by"


def _text(title: str, **ops: Any) -> dict[str, Any]:
    return {"type": "string", "title": title, "maxLength": 200, "x-ops": {"type": "text", **ops}}


def _live(title: str, formula: str) -> dict[str, Any]:
    computed = {"formula": formula, "result": "text", "stored": False}
    ops = {"type": "computed", "computed": computed}
    return {"type": "string", "title": title, "maxLength": 300, "readOnly": True, "x-ops": ops}


def hopping_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    document = cases_tool()
    form = document["forms"][0]
    form["schema"]["properties"] |= {
        "why_closed": _text("Why closed", showWhen=CLOSED, requireWhen=CLOSED),
        "remark": _text("Remark", readOnlyWhen=CLOSED),
        "about_rating": _text("About the rating", showWhen=RATED),
        "shout": _live("Shout", "upper(backup.name)"),
        "praise": _live("Praise", "concat('Rated ', coalesce(lookup(backup.rating), 'nothing'))"),
    }
    form["rules"] = [
        {
            "condition": {"field": "backup.region", "op": "ne", "value": "moon"},
            "message": "No shop is on the moon",
            "field": "backup",
        },
        {
            "condition": {"field": "backup.rating", "op": "ne", "value": "worst"},
            "message": "The backup is among the worst",
            "field": "backup",
        },
        {
            "condition": {"field": "backup.code", "op": "present"},
            "message": "The backup has no code",
            "severity": "warning",
        },
    ]
    placed = [*form["schema"]["properties"]]
    note = {"note": "Backed by {{ backup.status }} {{ backup.name }}", "showWhen": CLOSED}
    secret = {"note": "Backed by a {{ backup.rating }}", "showWhen": RATED}
    form["layouts"] = {"default": [{"section": "All", "fields": [*placed, note, secret]}]}
    document["workflows"] = [
        {
            "form": "case",
            "initial": "open",
            "states": [
                {"key": "open", "title": "Open"},
                {"key": "done", "title": "Done", "category": "done"},
            ],
            "transitions": [
                _way("close", {"not": CLOSED}, "The backup is closed"),
                _way("praise", RATED, "Only what is rated alpha is praised"),
            ],
        }
    ]
    document["actions"] = [_action("mark", {"not": CLOSED}), _action("rate", RATED)]
    columns = ["title", "backup", "backup.name", "backup.status", "backup.rating", STATE, "shout"]
    document["views"] += [
        _view("backed", "With backup", columns),
        _view("closed", "Closed backup", ["title", "backup.name"], filter=CLOSED),
    ]
    return document


def _way(key: str, condition: Any, message: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": key.title(),
        "from": ["open"],
        "to": "done",
        "guards": [{"condition": condition, "message": message}],
    }


def _action(key: str, when: Any) -> dict[str, Any]:
    return {
        "key": key,
        "title": key.title(),
        "type": "set_values",
        "form": "case",
        "when": when,
        "options": {"values": {"title": "Marked"}},
    }


def _view(key: str, title: str, columns: list[str], **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "type": "table",
        "form": "case",
        "columns": columns,
        **more,
    }


def open_hopping(dialect: str, folder: Path, server: Callable[[], str], **settings: Any) -> Cases:
    """The tool on a database of its own."""
    services: Services = open_cases(fresh_url(dialect, server), folder, **settings)
    services.published.publish(hopping_tool(), by="system")
    return Cases(services)
