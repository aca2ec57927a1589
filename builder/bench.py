"""The bench: one builder at the draft of one tool, for the time of a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import abort, g, request
from werkzeug.datastructures import MultiDict

from builder.commanding import Parameters, Unfinished, WrongInput, commands
from builder.drafting.desk import ClashError, Desk, Seen, Standing
from builder.drafting.examined import Examined, examined
from builder.section import sections
from form_specs.catalog import Catalog
from form_specs.editing import Address, Edit, Insert, address_of, indexed, names_of
from form_specs.language import _
from form_specs.model import JsonObject
from runtime.hooks.arguments import passed_problems
from runtime.web.site.context import current_services, here
from runtime.web.site.language import language

_OWN = frozenset(
    {"csrf_token", "_command", "_sequence", "_own", "_once", "_page", "_form", "_then", "_mine"}
)
"""What the frame's forms post for the frame itself."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An input that was refused: in which form, what was typed, and what is said at which input."""

    form: str
    name: str
    message: str
    values: Mapping[str, Sequence[str]]


@dataclass
class Bench:
    """What the pages of the builder are drawn from."""

    tool: str
    standing: Standing
    page: str
    """The address of the page, with its query."""
    args: "MultiDict[str, str]" = field(default_factory=MultiDict)
    """The query of the page; `request.args` may be another's, where an edit is answered."""
    wrong: Wrong | None = None
    clash: ClashError | None = None
    refused: str = ""
    """Why what was asked for cannot be done."""
    done: int | None = None
    """The entry of the log that the request made; none: it made none."""
    edited: Edit | None = None
    """What the request did to the draft."""

    @property
    def desk(self) -> Desk:
        """What changes the draft."""
        return Desk(current_services().db, self.tool)

    @property
    def catalog(self) -> Catalog:
        """The types that there are."""
        return current_services().registry.catalog()

    @cached_property
    def examined(self) -> Examined:
        """The draft as far as it can be understood, and what is wrong with it."""
        found = examined(self.standing.text, self.catalog, language())
        passed = passed_problems(found.document, current_services().hooks)
        return found.with_problems(passed) if passed else found

    @property
    def document(self) -> JsonObject:
        """The draft's document; it may have any shape, and nothing of it may be changed."""
        found = self.examined.document
        return found if isinstance(found, dict) else {}

    @property
    def root(self) -> str:
        """The address of the tool's builder."""
        return root_of(self.tool)

    def url(self, section: str = "overview", below: str = "", **query: str) -> str:
        """The address of a section, or of what stands below it."""
        path = "" if section == "overview" else f"{section}/"
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.root}{path}{below}{asked}"

    def url_of(self, at: Address) -> str:
        """Where a part is changed: in the section that is about it, else in the text."""
        for section in sections():
            if (
                section.place is not None
                and (below := section.place(self.document, at)) is not None
            ):
                return f"{self.root}{section.path}{below}"
        return self.url("text", at=_pointer(self.document, at))

    def typed(self, form: str, name: str, value: str = "") -> str:
        """What an input shows: what was typed and refused, else its value."""
        if self.wrong is None or self.wrong.form != form:
            return value
        return next(iter(self.wrong.values.get(name, ())), "")

    def said_at(self, form: str, name: str) -> str:
        """What is wrong with an input; empty: nothing."""
        wrong = self.wrong
        return wrong.message if wrong and (wrong.form, wrong.name) == (form, name) else ""

    def is_unfinished(self, form: str, name: str) -> bool:
        """Whether an input was only now shown, to be filled in."""
        wrong = self.wrong
        return wrong is not None and (wrong.form, wrong.name, wrong.message) == (form, name, "")

    # -- doing ----------------------------------------------------------------------------

    def do_posted(self) -> Edit | None:
        """Does the command that was posted; none where it was refused, which the bench then says."""
        form = request.form
        run = commands().get(form.get("_command", ""))
        if run is None:
            abort(404)
        values = {k: form.getlist(k) for k in form if k not in _OWN}
        given = Parameters(values, self.standing.base)
        made: list[Edit] = []

        def make(document: JsonObject) -> Edit:
            made[:] = [run(document, self.catalog, given)]
            return made[0]

        try:
            self.done = self.desk.edit(make, g.person.name, seen(), form.get("_once") or None)
        except WrongInput as error:
            self.wrong = _refused(error, form.get("_form", ""), values)
            return None
        self.edited = made[0] if made else Edit("")
        return self.edited

    def refresh(self) -> None:
        """Reads the draft again, after it was changed."""
        found = self.desk.standing(here().conn)
        if found is None:
            abort(404)
        self.standing = found
        self.__dict__.pop("examined", None)


def _refused(error: WrongInput, form: str, values: dict[str, list[str]]) -> Wrong:
    """What is said of a command that was refused; an input that was not seen yet shows nothing of another."""
    if isinstance(error, Unfinished):
        values = {name: texts for name, texts in values.items() if name != error.name}
    return Wrong(form, error.name, str(error), values)


def root_of(tool: str) -> str:
    """The address of a tool's builder."""
    return f"{request.script_root}/build/{tool}/"


def seen() -> Seen:
    """The state of the draft that whoever posts had before them."""
    form = request.form
    own = (part for part in form.get("_own", "").split(",") if part.isdecimal())
    mine = tuple(address_of(at) for at in form.getlist("_mine"))
    return Seen(form.get("_sequence", 0, int), tuple(int(part) for part in own), mine)


def made_at(edit: Edit) -> Address | None:
    """Where what an edit adds first stands."""
    for operation in edit.operations:
        if isinstance(operation, Insert):
            name = operation.name or names_of([operation.value])[0]
            return (*operation.into, name)
    return None


def _pointer(document: Any, at: Address) -> str:
    for length in range(len(at), -1, -1):
        try:
            return indexed(document, at[:length])
        except KeyError:
            continue
    return ""


def bench_or_404(tool: str, page: str = "") -> Bench:
    """The bench of a tool that the person may build; `page` is the address that is drawn."""
    if not g.person.builds(tool):
        abort(404)
    found = Desk(current_services().db, tool).standing(here().conn)
    if found is None:
        abort(404)
    page = page or request.script_root + request.full_path.rstrip("?")
    return Bench(tool, found, page, MultiDict(parse_qsl(urlsplit(page).query)))


def refused_text(error: Exception) -> str:
    """What is said of an edit whose place is gone."""
    return _("This cannot be done any more: %(why)s", why=error)
