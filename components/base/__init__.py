"""The contracts of what a spec is made of: field types, view types, action types.

A type is one folder: its class (bound to the name `TYPE`), `options.schema.json` and its
templates.  It knows nothing about servers or tables.
"""

from components.base.action_type import ActionContext, ActionType, Plan, RunHook, SetValues
from components.base.field_type import (
    BEFORE_AND_AFTER,
    LISTED_OPERATORS,
    ORDERED_OPERATORS,
    Align,
    FieldType,
    FilterInput,
    NumberedFieldType,
    can_result,
)
from components.base.lookup import Lookup, Named, Offers, Wanted
from components.base.part import Part
from components.base.view_type import ViewNeeds, ViewType
from components.values import ABSENT, Absent, InvalidValueError

__all__ = [
    "ABSENT",
    "BEFORE_AND_AFTER",
    "LISTED_OPERATORS",
    "ORDERED_OPERATORS",
    "Absent",
    "ActionContext",
    "ActionType",
    "Align",
    "FieldType",
    "FilterInput",
    "InvalidValueError",
    "Lookup",
    "Named",
    "NumberedFieldType",
    "Offers",
    "Part",
    "Plan",
    "RunHook",
    "SetValues",
    "ViewNeeds",
    "ViewType",
    "Wanted",
    "can_result",
]
