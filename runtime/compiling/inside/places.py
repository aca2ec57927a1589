"""What conditions and formulas see from a place inside a record: what is beside them, then what is around."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.base import ABSENT, FieldType
from components.nested.containers import stored
from components.values import Kept
from form_specs.conditions import BEFORE, Env
from form_specs.formulas import FormulaEnv
from form_specs.problem import escaped
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.inside.compiling import Beside

Knows = Callable[[str], bool]
"""Whether somebody may know the value of a field of the form."""


@dataclass(frozen=True)
class Asker:
    """Who asks how a record stands, and when."""

    env: Env
    formulas: FormulaEnv
    knows: Knows | None = None
    """What asks about something unknown says nothing; none: all is known."""

    def may_ask(self, condition: CompiledCondition) -> bool:
        """Whether all that a condition asks about may be known."""
        return self.knows is None or all(map(self.knows, condition.reads))


class Around:
    """What stands around a place: the facts of conditions and the values of formulas."""

    def __init__(self, facts: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self.facts = facts
        self.values = values


class Place(Around):
    """The fields that stand beside one another in one part of a record, as they are settled."""

    def __init__(
        self, beside: Beside, typed: Mapping[str, Any], old: Mapping[str, Any], around: Around
    ) -> None:
        self.beside = beside
        self.typed = dict(typed)
        self.old = old
        self.changed: dict[str | int, Any] = {}
        """What settling made of some of the fields; `ABSENT`: took away."""
        super().__init__(
            _Facts(beside.fields, self.typed, around.facts, _Before(beside, old, around.facts)),
            _Values(beside.fields, self.typed, around.values),
        )

    def part(self, key: str) -> Any:
        """What a field holds, `ABSENT` for nothing."""
        return self.typed.get(key, ABSENT)

    def put(self, key: str, value: Any) -> None:
        """Another value for a field."""
        if value is ABSENT:
            self.typed.pop(key, None)
        else:
            self.typed[key] = value
        self.changed[key] = value


class _Seen(Mapping[str, Any]):
    """What is beside hides what is called the same around it, if it holds a value or not."""

    def __init__(
        self, fields: Mapping[str, FieldType], typed: Mapping[str, Any], around: Mapping[str, Any]
    ) -> None:
        self.fields = fields
        self.typed = typed
        self.around = around

    def own(self, field: FieldType, value: Any) -> Any:
        raise NotImplementedError

    def get(self, key: str, default: Any = None) -> Any:
        field = self.fields.get(key)
        if field is None:
            return self.around.get(key, default)
        value = self.typed.get(key, ABSENT)
        return default if value is ABSENT else self.own(field, value)

    def __getitem__(self, key: str) -> Any:
        return self.get(key)

    def __iter__(self) -> Iterator[str]:
        return iter({**self.around, **self.fields})

    def __len__(self) -> int:
        return len({**self.around, **self.fields})


class _Facts(_Seen):
    """As conditions see it: in the store's form."""

    def __init__(
        self,
        fields: Mapping[str, FieldType],
        typed: Mapping[str, Any],
        around: Mapping[str, Any],
        before: "Mapping[str, Any] | None" = None,
    ) -> None:
        super().__init__(fields, typed, around)
        self.before = before

    def own(self, field: FieldType, value: Any) -> Any:
        return stored(field, value)

    def get(self, key: str, default: Any = None) -> Any:
        return self.before if key == BEFORE else super().get(key, default)


class _Before(_Facts):
    """The same of the record as it was."""

    def __init__(self, beside: Beside, old: Mapping[str, Any], around: Mapping[str, Any]) -> None:
        super().__init__(beside.fields, old, around.get(BEFORE) or {})


class _Values(_Seen):
    """As formulas see it."""

    def own(self, field: FieldType, value: Any) -> Any:
        return None if isinstance(value, Kept) else field.to_formula(value)


def below(at: str, step: str | int) -> str:
    """The way to a part, from the way to what it is in."""
    return f"{at}/{escaped(step)}"
