"""A small tool whose forms have tabs, steps, notes and a layout for a transition."""

from copy import deepcopy
from typing import Any

from tests.runtime.parts import FILE

TOOL = "hiring"
FORM = f"/t/{TOOL}/f/applicant"

_TEXT = {"type": "string", "maxLength": 200}
_URGENT = {"field": "urgent", "op": "eq", "value": True}


def _text(title: str, **more: Any) -> dict[str, Any]:
    return {**_TEXT, "title": title, **more, "x-ops": {"type": "text"}}


_PROPERTIES: dict[str, Any] = {
    "name": {**_text("Name"), "minLength": 2},
    "email": {
        "type": "string",
        "format": "email",
        "title": "E-mail",
        "x-ops": {"type": "email"},
    },
    "urgent": {"type": "boolean", "title": "Urgent", "x-ops": {"type": "boolean"}},
    "why_urgent": _text("Why it is urgent"),
    "position": {
        "enum": ["engineer", "designer"],
        "title": "Position",
        "x-ops": {
            "type": "choice",
            "choices": [
                {"key": "engineer", "title": "Engineer"},
                {"key": "designer", "title": "Designer"},
            ],
        },
    },
    "skills": {
        "type": "array",
        "title": "Skills",
        "items": {"enum": ["python", "sql"]},
        "uniqueItems": True,
        "maxItems": 2,
        "x-ops": {
            "type": "multi_choice",
            "choices": [{"key": "python", "title": "Python"}, {"key": "sql", "title": "SQL"}],
        },
    },
    "salary": {
        "type": "object",
        "title": "Salary",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"},
            "currency": {"enum": ["EUR", "USD"]},
        },
        "additionalProperties": False,
        "x-ops": {"type": "money", "options": {"currencies": ["EUR", "USD"]}},
    },
    "papers": {
        "type": "array",
        "title": "Papers",
        "items": FILE,
        "maxItems": 3,
        "x-ops": {"type": "files"},
    },
    "remark": _text("Remark"),
    "secret": _text("Secret"),
    "score": {
        "type": "integer",
        "title": "Score",
        "minimum": 0,
        "maximum": 100,
        "x-ops": {"type": "integer"},
    },
}

_DOCUMENT: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": TOOL,
    "title": "Hiring",
    "forms": [
        {
            "key": "applicant",
            "title": "Applicant",
            "plural": "Applicants",
            "titleField": "name",
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "position"],
                "properties": _PROPERTIES,
            },
            "layouts": {
                "default": [
                    {
                        "section": "Person",
                        "fields": [
                            {
                                "note": "**{{ name }}** applies as {{ position }}.",
                                "tone": "success",
                            },
                            "name",
                            "email",
                            "urgent",
                        ],
                    },
                    {
                        "tab": "Work",
                        "columns": 2,
                        "fields": [
                            "position",
                            "skills",
                            {
                                "note": "Urgent: call today.",
                                "tone": "warning",
                                "showWhen": _URGENT,
                            },
                        ],
                    },
                    {
                        "tab": "Money",
                        "parts": [
                            {"section": "Wanted", "columns": 1, "fields": ["salary"]},
                            {"section": "Judged", "columns": 1, "fields": ["score"]},
                        ],
                    },
                    {"tab": "Papers", "columns": 1, "fields": ["papers"]},
                    {
                        "tab": "Hurry",
                        "fields": ["why_urgent"],
                        "columns": 1,
                        "showWhen": _URGENT,
                    },
                    {
                        "section": "More",
                        "collapsed": True,
                        "description": "Seldom needed",
                        "fields": ["remark", "secret"],
                    },
                ],
                "create": [
                    {
                        "step": "Person",
                        "description": "Who is it?",
                        "fields": ["name", "email", "urgent"],
                        "columns": 2,
                    },
                    {"step": "Hurry", "fields": ["why_urgent"], "showWhen": _URGENT},
                    {
                        "step": "Work",
                        "parts": [
                            {"section": "Position", "fields": ["position", "skills"]},
                            {"section": "Money", "fields": ["salary", "score"]},
                        ],
                    },
                    {"step": "Papers", "fields": ["papers", "remark"], "columns": 1},
                ],
                "intake": [{"section": "In short", "fields": ["name", "position"]}],
                "approval": [
                    {
                        "section": "To decide",
                        "columns": 1,
                        "fields": [
                            {"note": "Wants {{ if_empty(format_money(salary), 'nothing yet') }}."},
                            "score",
                            "remark",
                        ],
                    }
                ],
            },
            "rules": [
                {
                    "condition": {
                        "any": [
                            {"field": "urgent", "op": "ne", "value": True},
                            {"field": "email", "op": "present"},
                        ]
                    },
                    "message": "An urgent one needs an e-mail address",
                    "field": "email",
                }
            ],
        }
    ],
    "workflows": [
        {
            "form": "applicant",
            "initial": "new",
            "states": [
                {"key": "new", "title": "New", "category": "new"},
                {"key": "hired", "title": "Hired", "category": "done"},
            ],
            "transitions": [
                {
                    "key": "hire",
                    "title": "Hire",
                    "from": ["new"],
                    "to": "hired",
                    "layout": "approval",
                    "require": ["score"],
                    "style": "primary",
                }
            ],
        }
    ],
    "views": [
        {
            "key": "all",
            "title": "All",
            "type": "table",
            "form": "applicant",
            "columns": ["name", "position", "@state"],
        }
    ],
    "roles": [
        {
            "key": "recruiter",
            "title": "Recruiter",
            "grants": [
                {
                    "form": "applicant",
                    "can": ["read", "create", "edit"],
                    "fields": {"secret": "hidden"},
                }
            ],
        },
    ],
}


def hiring_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    return deepcopy(_DOCUMENT)
