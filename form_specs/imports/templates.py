"""Texts with expressions in braces, as guidance shows them."""

import re
from collections.abc import Callable
from typing import Final

from form_specs.imports.expressions import feel
from form_specs.imports.expressions.formulas import Formulas
from form_specs.imports.expressions.tree import Expr
from form_specs.imports.logic import Untranslatable
from form_specs.imports.notes import Note, shown
from form_specs.language import _

_BRACES: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def template(
    text: str,
    formulas: Formulas,
    place: str,
    notes: list[Note],
    read: Callable[[str], Expr] = feel.read,
    braces: re.Pattern[str] = _BRACES,
) -> str:
    """The text with formulas in its braces; where one does not translate its place stays marked."""

    def written(match: re.Match[str]) -> str:
        try:
            return f"{{{{ {formulas.text(read(match[1].strip()))} }}}}"
        except Untranslatable as error:
            notes.append(
                Note(
                    place,
                    _(
                        "%(match)s is not carried over: %(error)s",
                        match=shown(match[0]),
                        error=error,
                    ),
                    _("Write what it is to say"),
                )
            )
            return "…"

    return braces.sub(written, text)
