"""Which regular expressions a spec may hold: those of the linear engine that judges records."""

from functools import lru_cache

from jsonschema_rs import Draft202012Validator, RegexOptions

MAX_PATTERN = 500
_SIZE_LIMIT = 1_000_000


@lru_cache(maxsize=4096)
def pattern_problem(pattern: str) -> str | None:
    """Why a pattern is refused, or none; look-around and back-references are, as they backtrack."""
    if len(pattern) > MAX_PATTERN:
        return f"a pattern has at most {MAX_PATTERN} characters"
    try:
        Draft202012Validator(
            {"pattern": pattern}, pattern_options=RegexOptions(size_limit=_SIZE_LIMIT)
        )
    except ValueError:
        return f"the pattern {pattern!r} is not one that is matched in linear time"
    return None
