"""The contract of an action type: what a button on a record does."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from components.base.part import Part
from form_specs.model import ActionSpec, JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Who runs the action, when, on which record."""

    user: str
    now: datetime
    """Aware."""
    record: Mapping[str, JsonValue]
    """The record's JSON form."""


@dataclass(frozen=True, slots=True)
class SetValues:
    """A plan: set these fields, in JSON form; null takes the value away."""

    values: JsonObject


@dataclass(frozen=True, slots=True)
class RunHook:
    """A plan: run a hook function of that name with these arguments."""

    name: str
    arguments: JsonObject


Plan: TypeAlias = SetValues | RunHook


class ActionType(Part, ABC):
    """A button of one tool: the type's behaviour bound to one `ActionSpec`; never changes.

    It only plans; the write gate carries the plan out with all its checks.
    """

    section = "actions"
    templates = ("button.html",)

    def __init__(self, spec: ActionSpec) -> None:
        self.spec = spec
        self.key = spec.key

    @abstractmethod
    def plan(self, context: ActionContext) -> Plan:
        """From who, when and which record to what the gate shall do."""

    @classmethod
    def fields(cls, spec: ActionSpec) -> tuple[str, ...]:
        """The form's fields that the action names, so that a check can see whether they exist."""
        return ()
