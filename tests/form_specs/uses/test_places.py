"""No part of the language that names another is forgotten."""

import re

import pytest

from form_specs.metaschemas import KINDS, metaschema
from form_specs.uses.places import ASKING, IDENTITIES, NAMING

KEY = re.compile(r"common\.schema\.json#/\$defs/(?:key|fieldKey|path|sortKey)")
ELSEWHERE = {"condition", "migration", "common"}
"""What conditions ask is found in them as they are written; migrations are no part of a tool."""


def references(kind, pattern):
    """Every place of a meta-schema that refers to something."""
    found = set()
    waiting = [("", metaschema(kind))]
    while waiting:
        at, part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(ref := part.get("$ref"), str) and re.fullmatch(pattern, ref):
                found.add(f"{kind} {at}")
            waiting += [(f"{at}/{key}", below) for key, below in part.items()]
        elif isinstance(part, list):
            waiting += [(f"{at}/{index}", below) for index, below in enumerate(part)]
    return found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ELSEWHERE])
def test_every_place_that_names_a_part_is_known(kind):
    known = {place for place in {*NAMING, *IDENTITIES} if place.startswith(f"{kind} ")}
    assert references(kind, KEY) - known == set()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ELSEWHERE])
def test_every_place_of_a_condition_is_known(kind):
    known = {place for place in ASKING if place.startswith(f"{kind} ")}
    assert references(kind, r"condition\.schema\.json") == known
