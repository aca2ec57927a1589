"""The words of one form: what its fields, choices, states and the tool's roles are called."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from form_specs.conditions import ENTRY
from form_specs.conditions.wording import Words
from form_specs.language import _
from form_specs.model import SYSTEM_FIELDS, FieldSpec, FormSpec, JsonValue, Role, Workflow

Display = Callable[[str, JsonValue], str | None]
"""From a field's key and a literal to what people read; none where the literal is best named plainly."""

_MOMENTS = ("date", "date-time", "time")


@dataclass(frozen=True)
class FormWords:
    """`Words` over a form's spec; give `display` where field types are at hand to write values."""

    fields: Mapping[str, FieldSpec]
    workflow: Workflow | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    display: Display = lambda _path, _literal: None
    links: Mapping[str, Callable[[], "FormWords"]] = field(default_factory=dict)
    """By field that links: the words of the form that it links to."""

    @classmethod
    def of(
        cls,
        form: FormSpec,
        workflow: Workflow | None = None,
        roles: Mapping[str, Role] | None = None,
        display: Display = lambda _path, _literal: None,
        links: Mapping[str, Callable[[], "FormWords"]] | None = None,
    ) -> "FormWords":
        return cls(form.fields, workflow, roles or {}, display, links or {})

    def inside(self, fields: Mapping[str, FieldSpec], display: Display) -> "FormWords":
        """The words inside a field, beside `fields`: those first, then what is around them."""
        return replace(self, fields={**self.fields, **fields}, display=display)

    @cached_property
    def _known(self) -> Mapping[str, tuple[str, FieldSpec]]:
        """Title and field by path, those inside others with the titles of what is around them."""
        found = dict(_below(self.fields.values(), "", ""))
        return found | {key: (spec.title, spec) for key, spec in self.fields.items()}

    def _spec(self, path: str) -> FieldSpec | None:
        return self._known[path][1] if path in self._known else None

    def _linked(self, path: str) -> "tuple[str, FormWords, str] | None":
        """Title of the link, words and path of what stands in a linked record; none for all else."""
        link, _dot, rest = path.partition(".")
        if path in self._known or link not in self.links:
            return None
        return self._known[link][0], self.links[link](), rest

    def title(self, path: str) -> str:
        if path in self._known:
            return self._known[path][0]
        linked = self._linked(path)
        if linked is not None:
            link, words, rest = linked
            return _("%(link)s's %(field)s", link=link, field=within(words.title(rest)))
        return _(SYSTEM_FIELDS[path]) if path in SYSTEM_FIELDS else path

    def value(self, path: str, literal: JsonValue) -> str:
        """Choices and states by title, other texts in quotation marks."""
        linked = self._linked(path)
        if linked is not None:
            return linked[1].value(linked[2], literal)
        if path == "@state" and self.workflow and literal in self.workflow.states:
            return self.workflow.states[str(literal)].title
        found = self._spec(path)
        for choice in found.choices if found else ():
            if choice.key == literal:
                return choice.title
        shown = self.display(path, literal) if found else None
        return shown if shown is not None else _plain(literal)

    def is_moment(self, path: str) -> bool:
        linked = self._linked(path)
        if linked is not None:
            return linked[1].is_moment(linked[2])
        found = self._spec(path)
        if found is None:
            return path in ("@created_at", "@updated_at")
        return found.schema.get("format") in _MOMENTS

    def role(self, key: str) -> str:
        return self.roles[key].title if key in self.roles else key

    def team(self, key: str) -> str:
        known = (team for found in self.fields.values() for team in found.teams)
        return next((team.title for team in known if team.key == key), key)

    def row(self, path: str) -> Words:
        linked = self._linked(path)
        if linked is not None:
            return linked[1].row(linked[2])
        found = self._spec(path)
        rows = found.children if found else ()
        columns = [column for row in rows for column in row.children]
        if rows and not columns:
            entry = replace(rows[0], title=rows[0].title or _("the entry"))
            return FormWords({ENTRY: entry}, roles=self.roles)
        if not columns:
            return self
        # What shows the values of fields knows those of the form, not those of its rows.
        return FormWords({column.key: column for column in columns}, roles=self.roles)


def within(title: str) -> str:
    """A title inside of a sentence: its first word in small letters, unless it is an abbreviation."""
    first = title.partition(" ")[0]
    return title if first[1:] != first[1:].lower() else title[:1].lower() + title[1:]


def _below(
    specs: Iterable[FieldSpec], path: str, titles: str
) -> Iterator[tuple[str, tuple[str, FieldSpec]]]:
    for spec in specs:
        at, title = f"{path}{spec.key}", f"{titles}{spec.title}"
        yield at, (title, spec)
        inner = [child for child in spec.children if child.key]
        yield from _below(inner, f"{at}.", f"{title}, ")


def _plain(literal: JsonValue) -> str:
    match literal:
        case bool():
            return _("Yes") if literal else _("No")
        case str():
            return f'"{literal}"'
        case None:
            return _("nothing")
    return str(literal)
