"""Where formulas and texts with formulas stand in a tool: what they may read, and what they must give."""

from dataclasses import dataclass
from typing import Final

from builder.logic.places import words_around
from form_specs.catalog import Catalog, CatalogField
from form_specs.check import understood
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import text as text_of
from form_specs.editing import Address, Edit, RefusedEdit, Set, apply, find, has, indexed
from form_specs.formulas import (
    Formula,
    FormulaError,
    FormulaType,
    Scope,
    TextTemplate,
    compile_formula,
    compile_text,
)
from form_specs.formulas.types import fits
from form_specs.model import JsonObject
from form_specs.problem import escaped

_NAME: Final = "probe_"


@dataclass(frozen=True, slots=True)
class FormulaPlace:
    """A place of a tool where a formula stands, or a text with formulas in braces."""

    at: Address
    pointer: str
    tool: ToolContext
    form: FormContext
    scope: Scope
    words: str
    """What it is called: "formula of Total"."""
    is_text: bool
    text: str
    field: CatalogField | None = None
    """The computed field; none: it is a text."""
    inside: bool = False
    """It stands inside a field, so that it is worked out in each part of a record."""
    is_stored: bool = True
    result: str = ""
    """The type of what the computed field holds."""

    @property
    def wanted(self) -> FormulaType | None:
        """What the formula must give."""
        return self.field.formula_kind if self.field else None

    def compiled(self, text: str, scope: Scope | None = None) -> Formula | TextTemplate:
        """What a text means here, whatever the field holds so far; raises `FormulaError`."""
        seen = scope or self.scope
        return compile_text(text, seen) if self.is_text else compile_formula(text, seen)

    def holds(self, formula: Formula | TextTemplate) -> bool:
        """Whether the field can hold what a formula gives without becoming another."""
        given = formula.type if isinstance(formula, Formula) else None
        return given is None or self.wanted is None or fits(given, self.wanted)


def formula_place(document: JsonObject, catalog: Catalog, at: Address) -> FormulaPlace | None:
    """What a formula may read at an address; none where no formula may stand."""
    if len(at) < 2 or not has(document, at[:-1]):
        return None
    for is_text, probe in ((False, _NAME), (True, f"{{{{ {_NAME} }}}}")):
        found = _probed(document, catalog, at, probe)
        if found is not None:
            words, pointer = found
            return _understood(document, catalog, at, words, pointer, is_text=is_text)
    return None


def _probed(
    document: JsonObject, catalog: Catalog, at: Address, probe: str
) -> tuple[str, str] | None:
    """What the place is called, and its pointer, where a formula in it is taken for one."""
    try:
        tried, _back = apply(document, Edit("", (Set(at, probe),)))
        # What it holds may be what the part around it is called by.
        pointer = f"{indexed(document, at[:-1])}/{escaped(at[-1])}"
    except (RefusedEdit, KeyError):
        return None
    words = words_around(
        tried, catalog, pointer, lambda use, at: use.pointer == at and use.target.key == _NAME
    )
    return None if words is None else (words, pointer)


def _understood(
    document: JsonObject, catalog: Catalog, at: Address, words: str, pointer: str, *, is_text: bool
) -> FormulaPlace | None:
    tool = understood(document, catalog)
    form = _form_of(tool, at) if tool else None
    if tool is None or form is None:
        return None
    written = find(document, at) if has(document, at) else ""
    text = written if isinstance(written, str) else ""
    if is_text:
        return FormulaPlace(at, pointer, tool, form, form.scope, words, is_text, text)
    computed = find(document, at[:-1])
    stored = not isinstance(computed, dict) or computed.get("stored", True) is not False
    result = (text_of(computed, "result") or "") if isinstance(computed, dict) else ""
    ops_at = pointer.removesuffix("/computed/formula")
    spot = next((spot for spot in form.spots if spot.at == ops_at), None)
    if spot is not None:
        scope, field = spot.level.scope, spot.field
        place = (at, pointer, tool, form, scope, words, is_text, text, field)
        return FormulaPlace(*place, inside=True, is_stored=stored, result=result)
    known = form.fields.get(at[-4]) if len(at) >= 4 else None
    place_ = (at, pointer, tool, form, form.scope, words, is_text, text, known)
    return FormulaPlace(*place_, is_stored=stored, result=result)


def _form_of(tool: ToolContext, at: Address) -> FormContext | None:
    return tool.forms.get(at[1]) if at[:1] == ("forms",) else None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a formula, and from where to where."""

    start: int
    end: int
    message: str
    hint: str


def mistake_in(error: FormulaError, text: str) -> Mistake:
    """The word at which a formula is wrong."""
    start = min(error.position, len(text))
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "_."):
        end += 1
    if end == start:
        # A sign, or the end: then the last sign before it.
        start, end = (start, start + 1) if start < len(text) else (max(start - 1, 0), start)
    return Mistake(start, end, error.message, error.hint)
