"""Which property names can be the keys of fields, and where the others are kept."""

import re
from typing import Any

FIELD_KEY = re.compile(
    r"[^\x00-\x20\x7f-\xa0\ud800-\udfff\"'\\%,`@-][^\x00-\x1f\x7f-\x9f\ud800-\udfff\"'\\%,`]{0,119}"
)
"""As in `common.schema.json`: what is safe in SQL, addresses, conditions and the names of inputs."""
FIELD_KEY_HINT = (
    "A field's key has at most 120 characters, none of them a quote, a comma, a backslash, '%' or "
    "a control character, and does not begin with '@', '-' or a space"
)
PAGE_NAMES = frozenset(
    [
        "csrf_token", "_carried", "_comment", "_draft", "_drawn", "_for", "_go", "_key", "_rows",
        "_spec", "_step", "_version",
    ]
)  # fmt: skip
"""What pages post beside the fields, under names that no field of a form can have too."""
_SPECIAL = re.compile(r"[.*+?^${}()|\[\]\\/-]")


def can_be_field(name: str) -> bool:
    """Whether a property of this name can be a field of a form."""
    return FIELD_KEY.fullmatch(name) is not None and name not in PAGE_NAMES


def literal_pattern(name: str) -> str:
    """The pattern that this one name matches and no other."""
    return f"^{_SPECIAL.sub(lambda sign: chr(92) + sign[0], name)}$"


def with_other(schema: dict[str, Any], name: str, property_: Any) -> dict[str, Any]:
    """The record schema with a property that is no field: judged as before, kept among the others."""
    patterns = dict(schema.get("patternProperties", {}))
    pattern = literal_pattern(name)
    known = patterns.get(pattern)
    patterns[pattern] = property_ if known is None else {"allOf": [known, property_]}
    return {**schema, "patternProperties": patterns}


def literal_name(pattern: str) -> str | None:
    """The one name that a pattern of `literal_pattern` matches; none for any other pattern."""
    name = re.sub(r"\\(.)", r"\1", pattern[1:-1], flags=re.DOTALL)
    return name if literal_pattern(name) == pattern else None
