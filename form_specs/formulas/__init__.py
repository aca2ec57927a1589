"""Formulas: exact, total, limited, typed before they run.  `README.md` says how and why.

text ──parse──► tree ──Compiler──► typed closures ──Formula.evaluate──► value, or none for absent
"""

from form_specs.formulas.errors import FormulaError
from form_specs.formulas.formula import Evaluated, Formula, Scope, compile_formula
from form_specs.formulas.functions import FUNCTIONS
from form_specs.formulas.ordering import CycleError, evaluation_order
from form_specs.formulas.running import Formats, FormulaEnv, number_of
from form_specs.formulas.scope import FormulaField, linked_scope, scope_inside, scope_of
from form_specs.formulas.templates import TextTemplate, compile_text
from form_specs.formulas.types import (
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    TEXT,
    TIME,
    FormulaType,
    Money,
    choice_of,
    group_of,
    list_of,
)

__all__ = [
    "BOOLEAN",
    "DATE",
    "FUNCTIONS",
    "MOMENT",
    "MONEY",
    "NUMBER",
    "TEXT",
    "TIME",
    "CycleError",
    "Evaluated",
    "Formats",
    "Formula",
    "FormulaEnv",
    "FormulaError",
    "FormulaField",
    "FormulaType",
    "Money",
    "Scope",
    "TextTemplate",
    "choice_of",
    "compile_formula",
    "compile_text",
    "evaluation_order",
    "group_of",
    "linked_scope",
    "list_of",
    "number_of",
    "scope_inside",
    "scope_of",
]
