"""Reading the part of FHIRPath that asks for answers: `%resource.item.where(linkId='a').answer.value > 3`."""

import re
from collections.abc import Mapping
from typing import Final

from form_specs.imports.expressions.parsing import Operators, read_with
from form_specs.imports.expressions.tree import Expr
from form_specs.imports.expressions.xpath import WORDS, XPath
from form_specs.imports.logic import Untranslatable
from form_specs.language import _

_ANSWER: Final = re.compile(
    r"""%(?:resource|questionnaire|context)
        (?:\.(?:item|descendants\(\)|repeat\(item\)|answer)(?:\.where\(linkId\s*=\s*'[^']*'\))?)*
        \.(?:item|descendants\(\)|repeat\(item\))\.where\(linkId\s*=\s*'(?P<link>[^']*)'\)
        \.answer(?:\.first\(\))?\.value(?:[A-Z]\w*)?
        (?:\.(?:first\(\)|ofType\(\w+\)|code|value))*""",
    re.VERBOSE,
)
_VARIABLE: Final = re.compile(r"%(?P<name>[A-Za-z_]\w*)")
_ROUNDS: Final = 5
_OPERATORS: Final[Operators] = {
    **{name: found for name, found in XPath.operators.items() if name != "div"},
    "/": (6, "/"),
    "&": (5, "+"),
}


def read(text: str, variables: Mapping[str, str] | None = None) -> Expr:
    """The tree of an expression; raises `Untranslatable`."""
    whole = text
    for _round in range(_ROUNDS):
        whole = _VARIABLE.sub(lambda found: _variable(found, variables or {}), whole)
    asked = _ANSWER.sub(lambda found: f"${{{found['link']}}}", whole)
    if "%" in asked:
        raise Untranslatable(_("what it asks for is not the answer to one question"))
    return read_with(_FhirPath, WORDS, asked)


def _variable(found: re.Match[str], variables: Mapping[str, str]) -> str:
    known = variables.get(found["name"])
    return found[0] if known is None or found[0] in known else f"({known})"


class _FhirPath(XPath):
    operators = _OPERATORS
