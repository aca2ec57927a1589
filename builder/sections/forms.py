"""Forms: which there are, and the canvas on which one is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.forms.addresses import field_at, place_of
from builder.forms.drawing import Block, Canvas, Card
from builder.forms.inspecting import Inspecting
from builder.forms.naming import layout_words
from builder.forms.outline import DEFAULT, FIELDS, GROUPS, PARTS, FormOutline
from builder.forms.palette import PaletteGroup, field_groups, part_group
from builder.forms.saying import words_of
from builder.section import Page, PartGoneError, Section, SectionPage, count_of
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Address, Insert, Remove, Set, address_of, keyed, names_of
from form_specs.language import _, counted, marked
from form_specs.problem import pointer_of
from form_specs.uses import Target, uses_of
from runtime.web.site.context import current_services

# -- the list -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormItem:
    """A form in the list."""

    key: str
    title: str
    url: str
    words: str
    views: int
    problems: int
    uses: Sequence[tuple[str, str]]
    """What is taken away with it or has to be mended: words and address."""


@dataclass(frozen=True, slots=True)
class FormsPage:
    """The forms of a tool."""

    forms: Sequence[FormItem]
    views_url: str


def draw_list(bench: Bench) -> SectionPage:
    """The forms of a tool, and the start of another one."""
    forms = [_item(bench, raw) for _at, raw in objects(bench.document, "forms", "")]
    content = FormsPage([form for form in forms if form], bench.url("views"))
    return SectionPage("builder/forms.html", _("Forms"), content)


def _item(bench: Bench, raw: Mapping[str, Any]) -> FormItem | None:
    key = text(raw, "key")
    if key is None:
        return None
    found = FormOutline(key, raw)
    views = [v for _at, v in objects(bench.document, "views", "") if text(v, "form") == key]
    uses = uses_of(bench.document, bench.catalog, Target("form", key))
    return FormItem(
        key=key,
        title=found.title,
        url=bench.url("forms", f"{key}/"),
        words=counted("One field", "%(num)s fields", len(found.properties)),
        views=len(views),
        problems=sum(p.is_error for p in bench.examined.problems_at("forms", key)),
        uses=[(u.words, bench.url_of(keyed(bench.document, u.pointer))) for u in uses],
    )


_NAMING: Final = (*GROUPS, "section", "note")
"""What a part of a layout is called by, and named by in addresses."""

# -- the canvas ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LayoutTab:
    """A layout to look at."""

    name: str
    title: str
    url: str
    active: bool


@dataclass
class FormPage:
    """The editor of one form; what is not asked for is not drawn."""

    bench: Bench
    form: FormOutline
    chosen: Sequence[Address]
    made: str
    """`new`: what is selected was just made, so its title is typed first; `renamed`: it has a new key."""

    @cached_property
    def canvas(self) -> Canvas:
        bench = self.bench
        tool = bench.examined.tool
        context = tool.forms.get(self.form.key) if tool else None
        problems = _problems_by_place(bench, self.form)
        return Canvas(self.form, context, bench.catalog, bench.tool, problems, self.chosen)

    @property
    def key(self) -> str:
        return self.form.key

    @property
    def layout(self) -> str:
        return self.form.layout

    @property
    def at(self) -> str:
        """What is selected, as the address of the page has it."""
        return pointer_of(self.chosen[0]) if len(self.chosen) == 1 else ""

    @cached_property
    def blocks(self) -> Sequence[Block]:
        return self.canvas.blocks()

    @cached_property
    def tray(self) -> Sequence[Card]:
        return self.canvas.tray()

    @cached_property
    def inspecting(self) -> Inspecting:
        return Inspecting(self.bench, self.form, words_of(self.canvas.fields))

    @cached_property
    def inspector(self) -> Any:
        return self.inspecting.of(self.chosen)

    @property
    def palette(self) -> Sequence[PaletteGroup]:
        return [part_group(), *field_groups(current_services().registry)]

    @property
    def layouts(self) -> Sequence[LayoutTab]:
        form = self.form
        return [
            LayoutTab(name, layout_words(form, name), self.url(layout=name), name == form.layout)
            for name in form.layouts
        ]

    @property
    def is_written(self) -> bool:
        """Whether the layout on screen says anything, so that it can be deleted."""
        return self.form.layout in object_at(self.form.raw, "layouts")

    @property
    def stepwise(self) -> bool:
        return any(node.kind == "step" for node in self.form.nodes)

    @property
    def number(self) -> str:
        return counted("One field", "%(num)s fields", len(self.form.properties))

    def url(self, at: str = "", layout: str = "") -> str:
        """The address of this page with something selected."""
        query = {"at": at} if at else {}
        name = layout or self.form.layout
        if name != DEFAULT:
            query["layout"] = name
        return self.bench.url("forms", f"{self.form.key}/", **query)


def draw_form(bench: Bench, form: str) -> SectionPage:
    """The editor of one form: palette, canvas, inspector."""
    outline = FormOutline.of(bench.document, form, bench.args.get("layout") or DEFAULT)
    if outline is None:
        raise PartGoneError
    if outline.layout not in outline.layouts:
        outline = FormOutline.of(bench.document, form) or outline
    asked = [address_of(at) for at in bench.args.getlist("at") if at.startswith("/")]
    renamed = _renamed_part(bench, outline)
    made = renamed or _made(bench, outline)
    chosen = [made] if made else [at for at in dict.fromkeys(asked) if _is_there(outline, at)]
    content = FormPage(bench, outline, chosen, made=_how(bench, renamed) if made else "")
    parts = (("canvas", "form-canvas"), ("inspector", "form-inspector"))
    return SectionPage("builder/form.html", outline.title, content, parts)


def _is_there(form: FormOutline, at: Address) -> bool:
    return form.field(at[1:]) is not None if at[:1] == (FIELDS,) else form.node(at) is not None


def _made(bench: Bench, form: FormOutline) -> Address | None:
    """What the edit that is answered has added to the form, or called otherwise."""
    for operation in bench.edited.operations if bench.edited else ():
        if not isinstance(operation, Insert) or operation.into[:2] != form.at:
            continue
        if operation.into[-1] in ("properties", "prefixItems", "oneOf", "anyOf"):
            name = operation.name or names_of([operation.value])[0]
            return field_at(form, (*operation.into, name))
        found = _new_part(operation, form)
        if found is not None:
            return found
    return None


def _new_part(operation: Insert, form: FormOutline) -> Address | None:
    """The part of a layout that an edit has added, also where the layout was written with it."""
    if operation.into == form.at and operation.name == "layouts":
        own = [node.at for node in form.walk() if node.at[0] == PARTS]
        return next((at for at in reversed(own) if at != (PARTS, form.title)), None)
    if operation.into[2:3] != ("layouts",) or not isinstance(operation.value, dict):
        return None
    found = (PARTS, *operation.into[4:], names_of([operation.value])[0])
    return found if form.node(found) else None


def _renamed_part(bench: Bench, form: FormOutline) -> Address | None:
    """The part of a layout that the edit that is answered calls otherwise: its address says so too."""
    for operation in bench.edited.operations if bench.edited else ():
        if isinstance(operation, Set):
            at, text_ = operation.at, operation.value
        elif isinstance(operation, Insert):
            at, text_ = (*operation.into, operation.name or ""), operation.value
        else:
            continue
        if at[:2] == form.at and at[2:4] == ("layouts", form.layout) and at[-1] in _NAMING:
            found = (PARTS, *at[4:-2], str(text_))
            return found if form.node(found) else None
    return None


def _how(bench: Bench, renamed: Address | None) -> str:
    """Whether what has appeared is new, or was there under another key."""
    gone = renamed is not None or any(
        isinstance(operation, Remove) and operation.at[-2:-1] == ("properties",)
        for operation in (bench.edited.operations if bench.edited else ())
    )
    return "renamed" if gone else "new"


def _problems_by_place(bench: Bench, form: FormOutline) -> Any:
    """What is wrong with the form, to be asked for by place many times."""
    found: Sequence[PlacedProblem] = bench.examined.problems_at(*form.at)

    def at(*place: str) -> list[PlacedProblem]:
        return [problem for problem in found if problem.at[: len(place)] == place]

    return at


# -- the section --------------------------------------------------------------------------


SECTION = Section(
    name="forms",
    title=marked("Forms"),
    icon="file-text",
    order=10,
    pages=(Page("", "forms", draw_list), Page("<form>/", "form", draw_form)),
    owns=("forms",),
    place=place_of,
    count=count_of("forms"),
)
