"""Which regular expressions a spec may hold, and the engine that matches them everywhere."""

from functools import lru_cache
from typing import Final

from jsonschema_rs import Draft202012Validator, FancyRegexOptions, RegexOptions

from form_specs.language import _, digits
from form_specs.property_keys import literal_name

MAX_PATTERN = 5_000
_SIZE_LIMIT: Final = 8_000_000
"""Bytes of a compiled pattern: `.{1,1024}` takes some two millions."""
_LARGE: Final = FancyRegexOptions(size_limit=1_000_000)
_MOST_STEPS: Final = 20_000
"""What look-around and back-references may go back and forth for one text: about a millisecond."""

MATCHING: Final = FancyRegexOptions(backtrack_limit=_MOST_STEPS, size_limit=_SIZE_LIMIT)
"""Patterns are matched in linear time; those with look-around or back-references within a number of steps.

A text that needs more steps does not match.
"""
_LINEAR: Final = RegexOptions(size_limit=_SIZE_LIMIT)


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern is refused, or none."""
    if len(pattern) > MAX_PATTERN and literal_name(pattern) is None:
        return _("a pattern has at most %(most)s characters", most=digits(MAX_PATTERN))
    if not _matches_here(pattern):
        return _(
            "the pattern %(pattern)s is no regular expression that can be matched here",
            pattern=repr(pattern),
        )
    return None


@lru_cache(maxsize=4096)
def _matches_here(pattern: str) -> bool:
    return _compiles(pattern, MATCHING)


@lru_cache(maxsize=4096)
def is_large(pattern: str) -> bool:
    """Whether it takes more than a megabyte once it is compiled."""
    return not _compiles(pattern, _LARGE)


@lru_cache(maxsize=4096)
def is_linear(pattern: str) -> bool:
    """Whether a pattern has neither look-around nor back-references."""
    return _compiles(pattern, _LINEAR)


def _compiles(pattern: str, options: FancyRegexOptions | RegexOptions) -> bool:
    try:
        Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except ValueError:
        return False
    return True
