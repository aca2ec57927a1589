"""Whether what the fields inside a field do can work: formulas that make sense, an order to settle all in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from form_specs.catalog import CatalogField
from form_specs.checks.computed import formula_problem
from form_specs.checks.context import FormContext
from form_specs.checks.inside import Spot
from form_specs.conditions import ENTRY, ConditionError, fields_read, lower
from form_specs.dependencies import circles
from form_specs.formulas import Formula, FormulaError, compile_formula
from form_specs.hops import is_hop, written
from form_specs.inside import Level
from form_specs.language import _
from form_specs.model import FieldSpec
from form_specs.problem import Problem

Reads = Mapping[str, frozenset[str]]
_NOTHING: frozenset[str] = frozenset()


def inside_problems(form: FormContext) -> Iterator[Problem]:
    """What is wrong inside the fields of a form, each once however often a reference repeats it."""
    found = [problem for spot in form.spots for problem in _of_spot(spot)]
    levels = {tuple(map(id, spot.beside.values())): spot for spot in form.spots if spot.beside}
    for spot in levels.values():
        found += _circles(form, spot)
    yield from dict.fromkeys(found)


def inner_reads(form: FormContext) -> dict[str, frozenset[str]]:
    """From each field with fields inside to what of the form has to be settled before them."""
    inside = _Inside.of(form)
    level = Level(form.operands, form.scope)
    owners = {spot.level.owner for spot in form.spots}
    return {k: inside.outside(found, level) for k, found in form.known.items() if k in owners}


def reading_inside(form: FormContext, owner: str, key: str) -> str | None:
    """Where something inside a field says that it depends on a field of the form."""
    for spot in form.spots:
        if spot.level.owner != owner:
            continue
        for member, reads in (("showWhen", _shown), ("computed", _computed)):
            names = reads(spot.field, spot.level)
            if key in names and (key not in spot.level.names or key == owner):
                return f"{spot.at}/{member}"
    return None


def inner_shows(form: FormContext) -> dict[str, frozenset[str]]:
    """From each field to what of the form decides whether something inside it is shown."""
    found: dict[str, frozenset[str]] = {}
    for spot in form.spots:
        reads = spot.level.asked(_shown(spot.field, spot.level)) - {spot.level.owner}
        found[spot.level.owner] = found.get(spot.level.owner, _NOTHING) | reads
    return {key: reads for key, reads in found.items() if reads}


def _of_spot(spot: Spot) -> Iterator[Problem]:
    yield from _always_there(spot)
    computed = spot.field.spec.computed
    if computed is None:
        return
    at = f"{spot.at}/computed/formula"
    try:
        formula = compile_formula(computed.formula, spot.level.scope, spot.field.formula_kind)
    except FormulaError as error:
        yield formula_problem(error, computed.formula, at)
        return
    linked = sorted(written(read) for read in formula.reads if is_hop(read))
    if linked:
        message = _(
            "a formula inside a field reads no linked record, as this does with '%(linked)s'",
            linked=linked[0],
        )
        yield Problem(at, message, _("Compute it in a field of the form"))
    fleeting = [key for key in sorted(formula.reads & spot.beside.keys()) if _is_live(spot, key)]
    if computed.stored and formula.live:
        message = _("the formula reads the clock, so what it gives cannot be stored")
        yield Problem(
            at, message, _('Do not store it ("stored": false), or keep a day in a field of its own')
        )
    elif computed.stored and fleeting:
        message = _("the formula reads '%(fleeting)s', which is not stored", fleeting=fleeting[0])
        yield Problem(at, message, _('Do not store it here either ("stored": false)'))
    if spot.required and not computed.stored:
        message = _("'%(path)s' is required, but it is not stored", path=spot.path)
        yield Problem(spot.at, message, _("Take it out of 'required'"))


def _is_live(spot: Spot, key: str) -> bool:
    return spot.beside[key].spec.live


def _always_there(spot: Spot) -> Iterator[Problem]:
    """Fields that can be hidden, hence absent, yet must be there."""
    if "showWhen" not in spot.ops:
        if "whenHidden" in spot.ops:
            message = _("the field is never hidden")
            yield Problem(f"{spot.at}/whenHidden", message, _("Add 'showWhen'"), at_key=True)
    elif spot.required:
        yield Problem(
            f"{spot.at}/showWhen",
            _("'%(path)s' is required, yet not always shown", path=spot.path),
            _("Make it not required; a condition ('requireWhen') may ask for it while it is shown"),
        )


def _circles(form: FormContext, spot: Spot) -> Iterator[Problem]:
    """Fields beside one another that cannot be settled one after the other."""
    inside = _Inside.of(form)
    for circle in circles(inside.reads(spot.beside, spot.level)):
        fields = [spot.beside[key] for key in circle[:-1]]
        at = next(
            (where for field in fields for where in (inside.place(field),) if where is not None),
            None,
        )
        if at is None:
            continue
        first, *others = circle
        message = _(
            "inside '%(owner)s', what '%(first)s' holds depends on %(way)s",
            owner=spot.level.owner,
            first=first,
            way=way_of(others),
        )
        yield Problem(at, message, _("Take one of them out of the condition or the formula"))


@dataclass(frozen=True)
class _Inside:
    """What the fields inside the fields of a form depend on."""

    places: Mapping[int, Spot]

    @classmethod
    def of(cls, form: FormContext) -> "_Inside":
        return cls({id(spot.field): spot for spot in form.spots})

    def place(self, field: CatalogField) -> str | None:
        """Where a field says what it depends on."""
        spot = self.places.get(id(field))
        if spot is None:
            return None
        for key in ("showWhen", "computed"):
            if key in spot.ops:
                return f"{spot.at}/{key}"
        return None

    def reads(self, beside: Mapping[str, CatalogField], level: Level) -> Reads:
        """What each of some fields depends on, by the names they have where they stand."""
        return {
            key: _shown(field, level) | _computed(field, level) | self.outside(field, level)
            for key, field in beside.items()
        }

    def outside(self, field: CatalogField, level: Level) -> frozenset[str]:
        """What the fields inside a field depend on that stands outside it."""
        found = _NOTHING
        own = {child.spec.key or ENTRY for child in field.children}
        if not any(_reacts(child.spec) for child in field.children):
            return found
        for child, where in level.within(field, field.children):
            found |= _shown(child, where) | _computed(child, where) | self.outside(child, where)
        return found - own


def way_of(keys: Iterable[str]) -> str:
    """The keys on the way round a circle, each depending on the next."""
    return _(", that on ").join(f"'{key}'" for key in keys)


def _reacts(spec: FieldSpec) -> bool:
    """Whether a field, or one inside it, depends on anything at all."""
    return bool(spec.show_when or spec.computed) or any(map(_reacts, spec.children))


def _shown(field: CatalogField, level: Level) -> frozenset[str]:
    """What a field's `showWhen` asks about; nothing where it is wrong, which is said elsewhere."""
    if field.spec.show_when is None:
        return _NOTHING
    try:
        return fields_read(lower(field.spec.show_when, level.operands))
    except ConditionError:
        return _NOTHING


def _computed(field: CatalogField, level: Level) -> frozenset[str]:
    formula = _formula(field, level)
    return formula.reads if formula is not None else _NOTHING


def _formula(field: CatalogField, level: Level) -> Formula | None:
    if field.spec.computed is None:
        return None
    try:
        return compile_formula(field.spec.computed.formula, level.scope, field.formula_kind)
    except FormulaError:
        return None
