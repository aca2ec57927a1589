"""Conditions: one small language for guards, filters, rules and row access.

    JSON of the spec ──lower──► predicate over stored documents ──bind──► predicate without "now" and "me"
                                        │                                        │
                                        └──python_predicate──► closure           └──► SQL (storage's business)

Logic is two-valued: a comparison with an absent value is false, so its negation is true, and
`empty` is the only test of absence.
"""

from form_specs.conditions.binding import bind
from form_specs.conditions.closures import Test, python_predicate
from form_specs.conditions.lowering import condition_problems, lower
from form_specs.conditions.model import (
    AllOf,
    AnyOf,
    Comparison,
    ConditionError,
    Constant,
    CurrentUser,
    Dynamic,
    Env,
    FieldValue,
    Kind,
    Negation,
    Now,
    Operands,
    Predicate,
    Today,
    UnknownField,
    UserTest,
)
from form_specs.conditions.operands import FieldOperand, FormOperands

__all__ = [
    "AllOf",
    "AnyOf",
    "Comparison",
    "ConditionError",
    "Constant",
    "CurrentUser",
    "Dynamic",
    "Env",
    "FieldOperand",
    "FieldValue",
    "FormOperands",
    "Kind",
    "Negation",
    "Now",
    "Operands",
    "Predicate",
    "Test",
    "Today",
    "UnknownField",
    "UserTest",
    "bind",
    "condition_problems",
    "lower",
    "python_predicate",
]
