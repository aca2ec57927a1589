"""What each role may do by one document and not by another: rights that are gained and lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from form_specs.language import _, marked
from form_specs.model import FieldRight, FormSpec, Grant, Right, Role, ToolSpec

_ORDER: Final = (FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.READ, FieldRight.WRITE)
_WORDS: Final[Mapping[Right, str]] = {
    Right.READ: marked("see"),
    Right.CREATE: marked("create"),
    Right.EDIT: marked("edit"),
    Right.DELETE: marked("delete"),
    Right.COMMENT: marked("comment"),
    Right.ATTACH: marked("attach files to"),
    Right.IMPORT: marked("import"),
    Right.EXPORT: marked("export"),
}
_FIELD_WORDS: Final[Mapping[FieldRight, str]] = {
    FieldRight.MASKED: marked("know that there is"),
    FieldRight.READ: marked("read"),
    FieldRight.WRITE: marked("fill in"),
}


class Turn(StrEnum):
    """What becomes of a right."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"
    """It reaches other records than before."""


_Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightChange:
    """One right of one role that is another now."""

    role: str
    right: str
    """As people say it, with a verb: "edit Refunds", "take the step Pay (Refund)"."""
    turn: Turn


def rights_changed(old: ToolSpec, new: ToolSpec) -> list[RightChange]:
    """What each role gains and loses, role by role in the order of the new document."""
    found: list[RightChange] = []
    for key in dict.fromkeys((*new.roles, *old.roles)):
        before, after = (tool.roles.get(key, _nobody(key)) for tool in (old, new))
        title = after.title if key in new.roles else before.title
        was, now = dict(_rights(old, before)), dict(_rights(new, after))
        gained = {name: words for name, words in now.items() if name not in was}
        found += [RightChange(title, words, Turn.GAINED) for words in _strongest(gained)]
        found += [RightChange(title, was[name], Turn.LOST) for name in was if name not in now]
        found += _other_rows(new, before, after)
    return found


def _strongest(gained: Mapping[_Name, str]) -> list[str]:
    """Of several rights to one field only the one that holds the others."""
    last = {name[:3] if name[0] == "field" else name: words for name, words in gained.items()}
    return list(last.values())


def _nobody(key: str) -> Role:
    return Role(key, key, {})


def _other_rows(new: ToolSpec, before: Role, after: Role) -> Iterator[RightChange]:
    for form, grant in after.grants.items():
        was = before.grants.get(form)
        if was is not None and was.rows != grant.rows and form in new.forms:
            said = _("which %(forms)s exist", forms=new.forms[form].plural)
            yield RightChange(after.title, said, Turn.CHANGED)


def _rights(tool: ToolSpec, role: Role) -> Iterator[tuple[_Name, str]]:
    """Every right of a role by what tells it from others, in words."""
    for key, grant in role.grants.items():
        form = tool.forms.get(key)
        if form is None:
            continue
        for right in Right:
            if right in grant.can:
                yield ("form", key, right), f"{_(_WORDS[right])} {form.plural}"
        yield from _field_rights(form, grant)
        yield from _steps(tool, role, form, grant)


def _field_rights(form: FormSpec, grant: Grant) -> Iterator[tuple[_Name, str]]:
    fills = bool({Right.CREATE, Right.EDIT} & {*grant.can})
    for key, field in form.fields.items():
        most = _ORDER.index(FieldRight.WRITE if fills else FieldRight.READ)
        level = min(_ORDER.index(grant.fields.get(key, FieldRight.WRITE)), most)
        for right in _ORDER[1 : level + 1]:
            if field.computed is None or right is not FieldRight.WRITE:
                words = _("%(right)s %(field)s", right=_(_FIELD_WORDS[right]), field=field.title)
                yield ("field", form.key, key, right), f"{words} ({form.title})"


def _steps(tool: ToolSpec, role: Role, form: FormSpec, grant: Grant) -> Iterator[tuple[_Name, str]]:
    """The transitions, actions and views that are there for a role."""
    edits = Right.EDIT in grant.can
    workflow = tool.workflows.get(form.key)
    for way in workflow.transitions.values() if workflow else ():
        if not way.hook_only and (role.key in way.roles if way.roles else edits):
            said = _("take the step %(step)s (%(form)s)", step=way.title, form=form.title)
            yield ("transition", form.key, way.key), said
    for action in tool.actions.values():
        if action.form == form.key and (role.key in action.roles if action.roles else edits):
            said = _("press %(button)s (%(form)s)", button=action.title, form=form.title)
            yield ("action", action.key), said
    for view in tool.views.values():
        allowed = not view.roles or role.key in view.roles
        if view.form == form.key and Right.READ in grant.can and allowed:
            yield ("view", view.key), _("open the view %(view)s", view=view.title)
