"""Conditions made ready to run: for SQL and for Python at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from form_specs.conditions import (
    Env,
    FormOperands,
    Predicate,
    bind,
    fields_read,
    lower,
    python_predicate,
)
from form_specs.inside import Level
from form_specs.model import JsonObject


@dataclass(frozen=True)
class CompiledCondition:
    """A condition in both forms: the predicate (for SQL) and the closure (for Python)."""

    raw: JsonObject
    """As the spec writes it, for those who put it in words."""
    predicate: Predicate
    holds: Callable[[Mapping[str, Any], Env], bool]
    level: Level | None = None
    """Where inside a field it stands; none: it is asked of a form."""

    def bound(self, env: Env) -> Predicate:
        """The predicate with the person and the time of `env` in it."""
        return bind(self.predicate, env)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields (and system fields) that the condition asks about."""
        found = fields_read(self.predicate)
        return self.level.asked(found) if self.level is not None else found


def compiled_condition(
    raw: JsonObject, operands: FormOperands, *, change: bool = False
) -> CompiledCondition:
    """Compiles a condition; with `change` it may ask about the record as it was.

    Raises `ConditionError` for a wrong one.
    """
    predicate = lower(raw, operands, change=change)
    return CompiledCondition(raw, predicate, python_predicate(predicate))


def condition_inside(raw: JsonObject, level: Level, *, change: bool = False) -> CompiledCondition:
    """Compiles a condition of a field inside a field; raises `ConditionError` for a wrong one."""
    predicate = lower(raw, level.operands, change=change and not level.in_rows)
    return CompiledCondition(raw, predicate, python_predicate(predicate), level)
