"""Several files that were handed over together: which of them is the form, and what lies beside it."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.imports.given import Given, UnreadableFile
from form_specs.imports.notes import Note
from form_specs.json_schema.documents import Beside, Documents
from form_specs.json_schema.drafts import LATEST
from form_specs.language import _

_TELLING: Final = frozenset(
    ("$schema", "$ref", "properties", "patternProperties", "allOf", "anyOf", "oneOf", "schema")
)
"""Members by which a file may be a form, and not what something else is set up with."""
_MOST_SHOWN: Final = 20


def together(
    files: Mapping[str, Any], main: str = "", ui: Any = None, notes: tuple[Note, ...] = ()
) -> Given:
    """The file that is the form, with those that it may refer to.

    `files` go by their paths, `main` is that of the form where it cannot be told: the form is the one
    that no other refers to. Raises `UnreadableFile` where that may be several.
    """
    name = _named(files, main) if main else _found(files)
    return Given(document=files[name], ui=ui, beside=Beside(name, files), notes=notes)


def _named(files: Mapping[str, Any], main: str) -> str:
    found = [name for name in files if name == main or name.endswith(f"/{main}")]
    if main in files or len(found) == 1:
        return main if main in files else found[0]
    raise UnreadableFile(
        _(
            "There is no file '%(main)s' among them, but %(files)s",
            main=main,
            files=_listed(sorted(files)),
        )
    )


def _found(files: Mapping[str, Any]) -> str:
    likely = {k: v for k, v in files.items() if isinstance(v, dict) and v.keys() & _TELLING}
    reached = _reached(likely)
    heads = sorted(likely.keys() - {name for found in reached.values() for name in found})
    # A file that stands alone is hardly the one that the others were given for.
    leading = [name for name in heads if reached[name]] or heads or sorted(likely)
    if len(leading) == 1:
        return leading[0]
    if not leading:
        raise UnreadableFile(
            _("None of the files is a JSON Schema: %(files)s", files=_listed(sorted(files)))
        )
    raise UnreadableFile(
        _(
            "Say which of the files is the form, as several may be: %(leading)s",
            leading=_listed(leading),
        )
    )


def _reached(files: Mapping[str, Any]) -> dict[str, set[str]]:
    """From each file to the others that it refers to itself."""
    documents = Documents({}, LATEST, Beside("", files))
    return {name: documents.reached(found) - {name} for name, found in files.items()}


def _listed(names: list[str]) -> str:
    more, shown = len(names) - _MOST_SHOWN, ", ".join(names[:_MOST_SHOWN])
    return _("%(names)s and %(number)s more", names=shown, number=more) if more > 0 else shown
