"""Conditions: one small language for guards, filters, rules and row access.

    JSON of the spec ──lower──► predicate over stored documents ──bind──► predicate without "now" and "me"
                                        │                                        │
                                        └──python_predicate──► closure           └──► SQL (storage's business)

Logic is two-valued: a comparison with an absent value is false, so its negation is true, and
`empty` is the only test of absence.  Where a change is judged, `changed` and `was` ask about the
record as it was.
"""

from form_specs.conditions.binding import bind
from form_specs.conditions.closures import Test, python_predicate
from form_specs.conditions.lowering import condition_problems, lower
from form_specs.conditions.model import (
    BEFORE,
    ENTRY,
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    ConditionError,
    Constant,
    CurrentTeams,
    CurrentUser,
    Dynamic,
    Env,
    FieldValue,
    Kind,
    Negation,
    Now,
    Operands,
    Predicate,
    SomeRow,
    Today,
    UnknownField,
    UserTest,
)
from form_specs.conditions.operands import FieldOperand, FormOperands, LinkedOperands
from form_specs.conditions.reading import asks_who, fields_read, parts_of

__all__ = [
    "BEFORE",
    "ENTRY",
    "AllOf",
    "AnyOf",
    "Before",
    "Changed",
    "Comparison",
    "ConditionError",
    "Constant",
    "CurrentTeams",
    "CurrentUser",
    "Dynamic",
    "Env",
    "FieldOperand",
    "FieldValue",
    "FormOperands",
    "Kind",
    "LinkedOperands",
    "Negation",
    "Now",
    "Operands",
    "Predicate",
    "SomeRow",
    "Test",
    "Today",
    "UnknownField",
    "UserTest",
    "asks_who",
    "bind",
    "condition_problems",
    "fields_read",
    "lower",
    "parts_of",
    "python_predicate",
]
