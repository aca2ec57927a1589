"""Warnings that are set aside: named in the document by their place and kind, with the reason."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.checks.raw import object_at
from form_specs.editing import Address, keyed
from form_specs.problem import Problem, Severity

MEMBER: Final = "setAside"
"""The member of a document that holds them."""


def name_of(at: Address, problem: Problem) -> str:
    """By what a warning at a place is set aside, whatever language it is read in."""
    return f"{'/'.join(at)}: {problem.kind or problem.message}"


def reasons(document: Any) -> Mapping[str, str]:
    """Why warnings are set aside, by their names."""
    found = object_at(document, MEMBER) if isinstance(document, Mapping) else {}
    return {name: reason for name, reason in found.items() if isinstance(reason, str)}


def is_aside(document: Any, problem: Problem) -> bool:
    """Whether a problem is a warning that is set aside."""
    if problem.severity is not Severity.WARNING:
        return False
    return name_of(keyed(document, problem.pointer), problem) in reasons(document)
