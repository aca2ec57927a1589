"""Reading a few fields out of a posted form, several times in the while that somebody fills it in.

Most fields post one name, whose texts are read without a control being made for them; those
that are made of others are read by their controls.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from components.base import ABSENT, FieldType, InvalidValueError
from components.controls.control import MAX_TEXTS
from components.controls.posts import FormData
from components.forms import form_class
from form_specs.language import _, digits

_PLAIN: Final = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")
"""Keys that are the names of their inputs as they stand."""


class Asking:
    """Reads the typed values of some fields; made once per published version."""

    def __init__(self, fields: Iterable[FieldType]) -> None:
        found = [*fields]
        self._plain = tuple(field for field in found if _posts_one_name(field))
        self._others = form_class(field for field in found if field not in self._plain)

    def typed(self, post: FormData, values: Mapping[str, Any]) -> dict[str, Any]:
        """What was posted, over the typed `values` that the form was drawn with.

        Without what cannot be read, as a form's own controls leave it out.
        """
        found = self._others(post, values).posted() if self._others.field_types else {}
        for field in self._plain:
            if field.key in post:
                try:
                    found[field.key] = _read(field, post, values.get(field.key, ABSENT))
                except InvalidValueError:
                    continue
        return found


def _posts_one_name(field: FieldType) -> bool:
    of = type(field)
    simple = of.control is FieldType.control and not field.parts and not field.children
    several = of.multiple or of.uploads
    return simple and not several and _PLAIN.fullmatch(field.key) is not None


def _read(field: FieldType, post: FormData, current: Any) -> Any:
    texts = post.getlist(field.key)
    if len(texts) > MAX_TEXTS:
        raise InvalidValueError(_("At most %(limit)s values", limit=digits(MAX_TEXTS)))
    if current is not ABSENT and texts == field.to_text(current):
        # An input may show less than the value holds: untouched, it takes nothing away.
        return current
    value = field.parse_posted(texts, current)
    if problem := field.change_problem(current, value):
        raise InvalidValueError(problem)
    return value
