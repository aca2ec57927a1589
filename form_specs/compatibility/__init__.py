"""What a new spec changes for those who work with the old one, and for the records they made.

`compare` lists every change between two checked documents of a tool, each with its class; counting
on real records (`counts`) may lower a class.  Parts are told apart by key.
"""

from form_specs.compatibility.change import Affected, Change, Comparison, Impact
from form_specs.compatibility.counts import Tally
from form_specs.compatibility.diff import compare
from form_specs.compatibility.matrix import RightChange, Turn, rights_changed
from form_specs.compatibility.side_by_side import Hindrance, hindrances

__all__ = [
    "Affected",
    "Change",
    "Comparison",
    "Hindrance",
    "Impact",
    "RightChange",
    "Tally",
    "Turn",
    "compare",
    "hindrances",
    "rights_changed",
]
