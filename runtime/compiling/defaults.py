"""What the fields of a new record start with."""

from datetime import datetime, timedelta
from typing import Any

from components.base import ABSENT, FieldType
from form_specs.conditions import Env
from form_specs.model import JsonValue


def default_value(field: FieldType, env: Env) -> Any:
    """A field's typed default, dynamic ones resolved; `ABSENT` where it has none."""
    raw = field.spec.default
    if raw is None:
        return ABSENT
    if isinstance(raw, dict) and len(raw) == 1:
        match raw:
            case {"user": "id"}:
                return field.parse(env.user)
            case {"now": delta}:
                return field.parse(_moved(env.now, delta).isoformat())
            case {"today": delta}:
                return field.parse(_moved(env.now, delta).date().isoformat())
    return field.parse(raw)


def _moved(moment: datetime, delta: JsonValue) -> datetime:
    return moment + timedelta(**delta) if isinstance(delta, dict) else moment  # type: ignore[arg-type]
