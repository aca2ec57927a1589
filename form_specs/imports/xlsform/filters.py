"""`choice_filter`: which choices are offered for which value of another field.

Names of columns stand bare there, `state = ${state}`; marked they read as fields do.
"""

import re
from collections.abc import Container
from typing import Final

from form_specs.imports.expressions import xpath
from form_specs.imports.expressions.names import Names
from form_specs.imports.expressions.tree import Call, Expr, Infix, Literal, Ref, conjuncts
from form_specs.imports.logic import Untranslatable
from form_specs.imports.outline import Item
from form_specs.imports.xlsform.choices import Choices
from form_specs.language import _

_PIECE: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{[^}]*\}|[^\W\d][\w.-]*(?!\s*\()")


def cascade(item: Item, text: str, choices: Choices, names: Names, place: str) -> list[str]:
    """Makes an item's choices depend on another field; gives what of the filter was left out.

    Raises `Untranslatable` where nothing of it can be carried over.
    """
    headings = {heading for row in choices.rows for heading in row.cells}
    parts = list(conjuncts(xpath.read(with_columns(text, headings))))
    lost: list[str] = []
    for part in parts:
        try:
            field, column = _pair(part, headings)
            known = names.scalar(field)
        except Untranslatable as error:
            lost.append(str(error))
            continue
        if item.matches:
            lost.append(_("the choices depend on '%(field)s' already", field=item.ops["dependsOn"]))
            continue
        item.matches = choices.column(column)
        item.put("dependsOn", known.field, place)
    if not item.matches:
        raise Untranslatable("; ".join(lost))
    return lost


def _pair(part: Expr, headings: set[str]) -> tuple[Ref, str]:
    """The field and the column that are compared."""
    match part:
        case Infix("==", Ref((left,)), Ref((right,))):
            for column, field in ((left, right), (right, left)):
                name = column.removeprefix("column ")
                if column.startswith("column ") and name in headings:
                    return Ref((field,)), name
        case Call("selected", (Ref((field,)), Ref((column,)))) if column.startswith("column "):
            return Ref((field,)), column.removeprefix("column ")
        case Infix("==", Ref((column,)), Literal()) if column.startswith("column "):
            raise Untranslatable(_("a filter by a fixed value"))
    raise Untranslatable(_("a filter that does not compare a column with a field"))


def with_columns(text: str, headings: Container[str]) -> str:
    """The filter with each bare heading as `${column NAME}`."""

    def marked(match: re.Match[str]) -> str:
        return f"${{column {match[0]}}}" if match[0] in headings else match[0]

    return _PIECE.sub(marked, text)
