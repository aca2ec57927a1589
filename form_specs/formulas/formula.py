"""A formula ready to run, and how one is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from form_specs.formulas.compiling import Compiler, Run
from form_specs.formulas.errors import FormulaError, OutOfStepsError
from form_specs.formulas.parsing import parse
from form_specs.formulas.running import MAX_STEPS, FormulaEnv, Frame
from form_specs.formulas.types import FormulaType, Value, fits
from form_specs.language import _


@dataclass(frozen=True, slots=True)
class Scope:
    """What formulas of one form may speak of."""

    fields: Mapping[str, FormulaType]
    unusable: Mapping[str, str] = field(default_factory=dict)
    """Fields that they may not read, each with what it is: `a json field`."""
    links: "Mapping[str, Scope]" = field(default_factory=dict)
    """By field that links: what may be read of the record there."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came of one evaluation."""

    value: Value
    """None for absent."""
    steps: int
    exhausted: bool = False
    """Whether it was stopped at a limit; the value is absent then."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that makes sense; shared by threads."""

    text: str
    type: FormulaType
    reads: frozenset[str]
    """Keys of the fields that it reads, of groups the outermost; of a linked record's both the
    field that links and the `hop` over it."""
    live: bool
    """Whether it reads the clock, so that its value changes though the record does not."""
    nodes: int
    run: Run
    field: str = ""
    """What it reads, where it is nothing but that: then its value is shown as the field shows it."""

    def evaluate(self, values: Mapping[str, Value], env: FormulaEnv) -> Value:
        """The value over a record's values, or none for absent: it never raises.

        `values` holds the fields' values in the classes of `types`; a missing key is absent.
        """
        return self.measured(values, env).value

    def measured(self, values: Mapping[str, Value], env: FormulaEnv) -> Evaluated:
        """The same with what it took."""
        frame = Frame(values, env, MAX_STEPS - self.nodes)
        try:
            value = self.run(frame)
        except OutOfStepsError:
            return Evaluated(None, MAX_STEPS - max(frame.left, 0), exhausted=True)
        return Evaluated(value, MAX_STEPS - frame.left)


def compile_formula(text: str, scope: Scope, result: FormulaType | None = None) -> Formula:
    """The formula that a text means; raises `FormulaError` where it means none.

    With `result`, its value must be of that type.
    """
    node, nodes = parse(text)
    compiler = Compiler(scope.fields, scope.unusable, scope.links)
    typed = compiler.typed(node)
    if result is not None and not fits(typed.type, result):
        message = _(
            "the formula gives %(given)s, but %(wanted)s is wanted",
            given=typed.type.noun,
            wanted=result.noun,
        )
        raise FormulaError(node.at, message, _("Change the formula, or 'result'"))
    reads, alone = frozenset(compiler.reads), compiler.alone(node)
    return Formula(text, typed.type, reads, compiler.live, nodes, typed.run, alone)
