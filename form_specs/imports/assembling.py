"""From the fields of a foreign form to a whole tool: the last steps of every importer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from form_specs.catalog import Catalog
from form_specs.checks.shape import shape_problems
from form_specs.from_schema.tool import CannotImport, warned_from_schema
from form_specs.imports.fitting import fit, worth_knowing
from form_specs.imports.layouts import only
from form_specs.imports.lifting import settled
from form_specs.imports.notes import Note
from form_specs.imports.outline import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Item,
    Overlay,
    arranged,
    schema_of,
)
from form_specs.json_schema.documents import Beside
from form_specs.language import _, digits
from form_specs.metaschemas import dialect_validator
from form_specs.problem import Problem

MOST_FIELDS = 500
_MOST_REASONS = 5


@dataclass
class Draft:
    """All that an importer found out."""

    items: list[Item]
    schema: Mapping[str, Any] | None = None
    """The source's own JSON Schema; none: it is made of the items."""
    beside: Beside | None = None
    """The files that this schema may refer to."""
    title: str = ""
    description: str = ""
    locale: str = ""
    order: list[str] = field(default_factory=list)
    """Keys as they are to be drawn, where no layout says it."""
    hidden: set[str] = field(default_factory=set)
    """Keys of fields that no layout shows."""
    layouts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    """Texts in other languages: locale -> path below the form -> text."""
    form: dict[str, Any] = field(default_factory=dict)
    """Further members of the form: rules, titleField."""
    origins: dict[str, str] = field(default_factory=dict)
    """From a path below the form to its place in the source."""
    notes: list[Note] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing beside the source's own schema."""
        texts = (self.title.strip(), self.description, self.locale)
        looks = (self.order, self.hidden, self.layouts, self.messages, self.form)
        return not any((self.items, *texts, *looks))


@dataclass(frozen=True, slots=True)
class Imported:
    """A spec that `check` finds no error in, and what people should know of it."""

    format: str
    document: dict[str, Any]
    notes: tuple[Note, ...]


def assembled(draft: Draft, key: str, catalog: Catalog) -> tuple[dict[str, Any], list[Note]]:
    """A tool document and its notes; raises `CannotImport`."""
    if draft.schema is None and not draft.items:
        why = [str(note) for note in draft.notes[:_MOST_REASONS]]
        raise CannotImport([_("There is no question in it that could become a field"), *why])
    if (count := _count(draft.items)) > MOST_FIELDS:
        raise CannotImport(
            [
                _(
                    "It has %(count)s fields; a form has at most %(most_fields)s",
                    count=digits(count),
                    most_fields=MOST_FIELDS,
                )
            ]
        )
    lost = settled(draft.items)
    schema = schema_of(draft.items) if draft.schema is None else draft.schema
    document, said, warnings = _from_schema(schema, key, catalog, draft.beside)
    if draft.is_plain:
        notes = [*draft.notes, *_distinct(said, draft.notes)]
        return document, [*notes, *map(worth_knowing, warnings)]
    form = document["forms"][0]
    overlay = Overlay(catalog, [], exact=draft.schema is not None)
    overlay.put_all(draft.items, form["schema"], "/forms/0/schema")
    _entitle(document, form, draft)
    form |= draft.form
    known = form["schema"]["properties"]
    form["layouts"] = only(draft.layouts, known, form["title"]) or _plain_layouts(form, draft)
    if draft.messages:
        document["messages"] = _messages(draft.messages, form["key"])
    below = {f"/forms/0{path}": place for path, place in draft.origins.items()}
    notes = [*draft.notes, *lost, *overlay.notes, *_distinct(said, draft.notes)]
    return document, [*notes, *fit(document, catalog, overlay.origins | below)]


def _from_schema(
    schema: Any, key: str, catalog: Catalog, beside: Beside | None
) -> tuple[dict[str, Any], list[str], list[Problem]]:
    """As `warned_from_schema`, also for what only looks like a JSON Schema."""
    try:
        return warned_from_schema(schema, key, catalog, beside)
    except (TypeError, AttributeError) as error:
        if fault := next(shape_problems(dialect_validator(), schema), None):
            where = fault.pointer or _("the top")
            reason = _("%(message)s (at %(pointer)s)", message=fault.message, pointer=where)
            raise CannotImport(
                [_("The JSON Schema in it is none: %(reason)s", reason=reason)]
            ) from error
        raise


def _distinct(said: Iterable[str], notes: Sequence[Note]) -> list[Note]:
    known = {str(note) for note in notes}
    return [Note("", text) for text in said if text not in known]


def _count(items: Iterable[Item]) -> int:
    return sum(1 + _count(item.children) for item in items)


def _entitle(document: dict[str, Any], form: dict[str, Any], draft: Draft) -> None:
    if draft.title.strip():
        document["title"] = form["title"] = draft.title[:LONGEST_TITLE]
    if draft.description:
        document["description"] = draft.description[:LONGEST_TEXT]
    if draft.locale:
        document["locale"] = draft.locale


def _plain_layouts(form: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """One section with the fields in the order asked for."""
    keys = [k for k in arranged(form["schema"]["properties"], draft.order) if k not in draft.hidden]
    found = form.get("layouts", {})
    if not (draft.order or draft.hidden) or not keys:
        return dict(found)
    return {"default": [{"section": form["title"], "columns": 2, "fields": keys}]}


def _messages(texts: Mapping[str, Mapping[str, str]], form: str) -> dict[str, dict[str, str]]:
    return {
        locale: {f"/forms/{form}{path}": text for path, text in found.items()}
        for locale, found in texts.items()
    }
