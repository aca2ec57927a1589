"""Hops: how what stands in a linked record is named, from a path as written to facts and SQL.

    merchant.country        as written, in conditions, formulas and columns: at most one link
    ("->57", "merchant", "country")   where a lowered condition finds it: among the records of
                            form 57, in the one that `merchant` links to
    "->merchant,country"    what a condition or a formula says that it reads

No field can be called so: keys neither begin with `-` nor hold a comma.
"""

from typing import Final

_MARK: Final = "->"


def step_to(target: object) -> str:
    """The first step of a path into records of another form."""
    return f"{_MARK}{target}"


def is_hop(key: str) -> bool:
    """Whether a step or something read leads into a linked record."""
    return key.startswith(_MARK)


def target_of(step: str) -> str:
    """Where a step leads: the inverse of `step_to`."""
    return step.removeprefix(_MARK)


def hop(link: str, field: str) -> str:
    """What is read of the record that a field links to."""
    return f"{_MARK}{link},{field}"


def parted(read: str) -> tuple[str, str]:
    """The inverse of `hop`: the field that links, and the field (or system field) of the record there."""
    link, _, field = read.removeprefix(_MARK).partition(",")
    return link, field


def written(read: str) -> str:
    """Something read as people write it: `merchant.country`; a field of the form itself as it is."""
    return ".".join(parted(read)) if is_hop(read) else read
