"""What the fields inside a field do on conditions, and what formulas make of them.

A field with fields inside is compiled once (`Nest`, `Beside`), then walked twice for a record:
`settling` hides and computes, `judging` says what is required, locked or against a rule.  A part
of a record goes by the way that leads to it, as a JSON pointer has it: `lines/0/amount`.
"""

from runtime.compiling.inside.compiling import Beside, Nest, nest_of
from runtime.compiling.inside.held import Held, changed_in, held_in
from runtime.compiling.inside.judging import Broken, Judgement, Judging, Told
from runtime.compiling.inside.matching import way_to
from runtime.compiling.inside.places import Around, Asker, Place
from runtime.compiling.inside.settling import Settled, Settling

__all__ = [
    "Around",
    "Asker",
    "Beside",
    "Broken",
    "Held",
    "Judgement",
    "Judging",
    "Nest",
    "Place",
    "Settled",
    "Settling",
    "Told",
    "changed_in",
    "held_in",
    "nest_of",
    "way_to",
]
