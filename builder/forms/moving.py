"""Where a field or a part can go from where it stands: one up, one down, into any other part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.forms.crossing import holders, may_cross
from builder.forms.naming import part_title
from builder.forms.outline import FIELDS, GROUPS, PARTS, FormOutline, Node
from form_specs.catalog import Catalog
from form_specs.editing import Address
from form_specs.language import _
from form_specs.problem import pointer_of


@dataclass(frozen=True, slots=True)
class Goal:
    """A place to move to, as the command has it."""

    into: str
    before: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Goals:
    """Where something can go."""

    up: Goal | None = None
    down: Goal | None = None
    into: Sequence[Goal] = ()


@dataclass(frozen=True, slots=True)
class _List:
    """Something that holds what can be moved: how it is named, and what stands in it."""

    at: Address
    words: str
    items: tuple[Address, ...]


def goals(form: FormOutline, at: Address, catalog: Catalog | None = None) -> Goals:
    """Where what is selected can go; with a catalogue also into other fields, and out of them."""
    found = _goals(form, at)
    if catalog is None or at[:1] != (FIELDS,):
        return found
    return Goals(found.up, found.down, (*found.into, *_across(form, at, catalog)))


def _across(form: FormOutline, at: Address, catalog: Catalog) -> Iterator[Goal]:
    """The fields that a field can go into, and the parts of the layout for one that stands inside."""
    way = at[1:]
    if len(way) > 1 and may_cross(catalog, form, way, ()):
        for each in _field_lists(form.nodes):
            yield Goal(pointer_of(each.at), words=each.words)
    for holder in holders(form):
        if may_cross(catalog, form, way, holder):
            title = part_title(form, (FIELDS, *holder))
            yield Goal(pointer_of((FIELDS, *holder)), words=_("Inside %(what)s", what=title))


def _goals(form: FormOutline, at: Address) -> Goals:
    lists = list(_lists_for(form, at))
    here = next((i for i, each in enumerate(lists) if at in each.items), None)
    into = [Goal(pointer_of(each.at), words=each.words) for each in lists if at not in each.items]
    if here is None:
        return Goals(into=into)
    items = lists[here].items
    index = items.index(at)
    return Goals(_up(lists, here, index), _down(lists, here, index), into)


def _up(lists: Sequence[_List], here: int, index: int) -> Goal | None:
    current = lists[here]
    if index:
        return Goal(pointer_of(current.at), pointer_of(current.items[index - 1]))
    return Goal(pointer_of(lists[here - 1].at)) if here else None


def _down(lists: Sequence[_List], here: int, index: int) -> Goal | None:
    current = lists[here]
    if index + 1 < len(current.items):
        before = current.items[index + 2] if index + 2 < len(current.items) else ()
        return Goal(pointer_of(current.at), pointer_of(before))
    if here + 1 == len(lists):
        return None
    following = lists[here + 1]
    return Goal(pointer_of(following.at), pointer_of(following.items[0] if following.items else ()))


def _lists_for(form: FormOutline, at: Address) -> Iterator[_List]:
    """The lists in which something of its kind can stand, from top to bottom."""
    if at[:1] == (FIELDS,) and len(at) > 2:
        inner = tuple((*at[:-1], step) for step in form.steps(at[1:-1]))
        yield _List(at[:-1], "", inner)
        return
    node = form.node(at)
    kind = node.kind if node else "field"
    if kind in GROUPS:
        yield _List((PARTS,), _("The layout"), tuple(each.at for each in form.nodes))
    elif kind == "section":
        yield from _section_lists(form)
    else:
        yield from _field_lists(form.nodes)


def _section_lists(form: FormOutline) -> Iterator[_List]:
    top = tuple(node.at for node in form.nodes)
    yield _List((PARTS,), _("The layout"), top)
    for node in form.nodes:
        if node.kind in GROUPS:
            inner = tuple(child.at for child in node.children if child.kind == "section")
            yield _List(node.at, node_words(node), inner)


def _field_lists(nodes: Sequence[Node]) -> Iterator[_List]:
    for node in nodes:
        if any(child.kind == "section" for child in node.children):
            yield from _field_lists(node.children)
        elif node.kind in ("section", *GROUPS):
            yield _List(node.at, node_words(node), tuple(child.at for child in node.children))


def node_words(node: Node) -> str:
    """What a part is called with its kind: "Tab Merchant"."""
    words = {
        "section": _("Section %(title)s", title=node.title),
        "tab": _("Tab %(title)s", title=node.title),
        "step": _("Step %(title)s", title=node.title),
        "note": _("Note"),
    }
    return words.get(node.kind, node.title)
