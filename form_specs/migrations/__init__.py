"""Migrations: documents that say how the records of a tool follow it to its next version.

`check_migration` judges one against the two specs; `compiled` makes of it a pure function on
records; `skeleton` writes the first draft of one from a comparison.
"""

from form_specs.migrations.checks import check_migration
from form_specs.migrations.covering import (
    covers,
    is_open,
    skeleton,
    uncovered,
    with_losses,
    without_waived,
)
from form_specs.migrations.lifting import CannotLift, FormLifting, compiled

__all__ = [
    "CannotLift",
    "FormLifting",
    "check_migration",
    "compiled",
    "covers",
    "is_open",
    "skeleton",
    "uncovered",
    "with_losses",
    "without_waived",
]
