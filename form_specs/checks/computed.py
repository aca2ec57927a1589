"""Whether computed fields make sense: their results, their formulas, what these read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from form_specs.catalog import Catalog
from form_specs.checks.context import FormContext
from form_specs.checks.raw import object_at, text
from form_specs.formulas import (
    CycleError,
    Formula,
    FormulaError,
    Scope,
    compile_formula,
    evaluation_order,
)
from form_specs.hops import is_hop, written
from form_specs.language import _
from form_specs.problem import Problem, escaped, suggestion


def acting_type(name: str, ops: Mapping[str, Any], catalog: Catalog) -> str:
    """The type whose options and schema a field has: of a computed one that of its result."""
    result = text(object_at(ops, "computed"), "result")
    return result if catalog.derives(name) and result in catalog.results else name


def result_problems(
    name: str, property_: Mapping[str, Any], at: str, catalog: Catalog
) -> Iterator[Problem]:
    """What is wrong with how a field says that it is computed, or is not."""
    ops = object_at(property_, "x-ops")
    if not catalog.derives(name):
        if "computed" in ops:
            hint = _(
                'Make it "type": "computed" with "result": "%(name)s", or leave \'computed\' out',
                name=name,
            )
            message = _("a field of type '%(name)s' is typed in, not computed", name=name)
            yield Problem(f"{at}/x-ops/computed", message, hint, at_key=True)
        return
    if "computed" not in ops:
        hint = _('Add "computed": {"formula": "…", "result": "…"}')
        yield Problem(f"{at}/x-ops", _("a computed field needs a formula"), hint)
        return
    result = text(object_at(ops, "computed"), "result")
    if result is not None and result not in catalog.results:
        message = _("a formula cannot give a field of type '%(result)s'", result=result)
        hint = suggestion(result, catalog.results)
        yield Problem(f"{at}/x-ops/computed/result", message, hint)
    for holder, where in ((property_, at), (ops, f"{at}/x-ops")):
        if "default" in holder:
            message = _("a computed field has no default: its formula gives the value")
            yield Problem(f"{where}/default", message, _("Leave it out"), at_key=True)


def computed_problems(form: FormContext) -> Iterator[Problem]:
    """What is wrong with the formulas of one form, each alone and together."""
    found = {key: _Computed.of(form, key, raw) for key, raw in _computed(form)}
    formulas: dict[str, Formula] = {}
    for key, one in found.items():
        try:
            formulas[key] = one.compiled()
        except FormulaError as error:
            if not any(name in one.text for name in one.broken):
                yield formula_problem(error, one.text, f"{one.at}/computed/formula")
        yield from one.use_problems()
    yield from _together(found, formulas)


def formula_reads(form: FormContext) -> dict[str, frozenset[str]]:
    """From each computed field whose formula makes sense to the fields that it reads."""
    found: dict[str, frozenset[str]] = {}
    for key, raw in _computed(form):
        try:
            found[key] = _Computed.of(form, key, raw).compiled().reads
        except FormulaError:
            continue
    return found


def formula_problem(error: FormulaError, whole: str, at: str) -> Problem:
    """What is wrong with a formula, with the place in it."""
    near = whole[error.position : error.position + 20]
    where = (
        _("at character %(number)s, before “%(near)s”", number=error.position + 1, near=near)
        if near
        else _("at its end")
    )
    return Problem(at, f"{error.message} ({where})", error.hint)


def _computed(form: FormContext) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and property of each computed field that is well formed."""
    for key, raw in object_at(object_at(form.raw, "schema"), "properties").items():
        if form.fields.get(key) is not None and object_at(object_at(raw, "x-ops"), "computed"):
            yield key, raw


@dataclass(frozen=True)
class _Computed:
    """One computed field of a form."""

    form: FormContext
    key: str
    ops: Mapping[str, Any]
    at: str
    scope: Scope
    broken: tuple[str, ...]
    """Fields with problems of their own, of which nothing more is said."""

    @classmethod
    def of(cls, form: FormContext, key: str, raw: Mapping[str, Any]) -> "_Computed":
        at = f"{form.at}/schema/properties/{escaped(key)}/x-ops"
        return cls(form, key, object_at(raw, "x-ops"), at, form.scope, form.broken)

    @property
    def text(self) -> str:
        return str(object_at(self.ops, "computed").get("formula", ""))

    @property
    def stored(self) -> bool:
        return object_at(self.ops, "computed").get("stored", True) is not False

    def compiled(self) -> Formula:
        field = self.form.fields[self.key]
        kind = field.formula_kind if field else None
        return compile_formula(self.text, self.scope, kind)

    def use_problems(self) -> Iterator[Problem]:
        """What only a stored value can be."""
        if self.stored:
            return
        for name in ("unique", "index"):
            if self.ops.get(name):
                message = _("a value that is not stored cannot be '%(name)s'", name=name)
                yield Problem(f"{self.at}/{name}", message, _("Leave it out"), at_key=True)
        if self.key in self.form.required:
            message = _(
                "'%(key)s' is required, but it is not stored", key=self.form.called(self.key)
            )
            yield Problem(self.at, message, _("Take it out of 'required'"))


def _together(found: Mapping[str, _Computed], formulas: Mapping[str, Formula]) -> Iterator[Problem]:
    for key, formula in formulas.items():
        one = found[key]
        fleeting = sorted(name for name in formula.reads & found.keys() if not found[name].stored)
        linked = sorted(written(read) for read in formula.reads if is_hop(read))
        if one.stored and linked:
            message = _(
                "the formula reads '%(linked)s' of a linked record, so what it gives cannot be stored: it would stay as it is when that record changes",
                linked=linked[0],
            )
            yield Problem(f"{one.at}/computed/formula", message, _('Add "stored": false'))
        elif one.stored and formula.live:
            message = _("the formula reads the clock, so what it gives cannot be stored")
            hint = _('Do not store it ("stored": false), or keep a day in a field of its own')
            yield Problem(f"{one.at}/computed/formula", message, hint)
        elif one.stored and fleeting:
            message = _(
                "the formula reads '%(fleeting)s', which is not stored",
                fleeting=one.form.called(fleeting[0]),
            )
            hint = _('Do not store it here either ("stored": false)')
            yield Problem(f"{one.at}/computed/formula", message, hint)
    try:
        evaluation_order({key: formula.reads for key, formula in formulas.items()})
    except CycleError as error:
        message = _("these formulas need one another: %(error)s", error=error)
        hint = _("Take one of the fields out of a formula")
        yield Problem(f"{found[error.keys[0]].at}/computed/formula", message, hint)
