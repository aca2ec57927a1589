"""Who may do what: steps, buttons and views that nobody has, and what one person alone decides."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from form_specs.language import _, marked
from form_specs.lint.warning import reads, takers, warning, ways
from form_specs.model import FieldRight, Right, ToolSpec, Transition, ViewSpec
from form_specs.problem import Problem

_UNFILLED: Final = marked("'%(title)s' needs '%(field)s', which nobody at all may fill in")
_UNFILLED_THERE: Final = marked(
    "'%(title)s' needs '%(field)s', which nobody who may take it may fill in"
)
_PLAIN = (FieldRight.READ, FieldRight.WRITE)


def rights_warnings(tool: ToolSpec) -> Iterator[Problem]:
    """What its roles cannot do, or should not."""
    if tool.roles:
        yield from _unusable(tool)
        yield from _unfilled(tool)
        yield from _unopened(tool)
        yield from _unpressed(tool)
    yield from _self_approved(tool)
    yield from _unmasked(tool)


def _unusable(tool: ToolSpec) -> Iterator[Problem]:
    """Transitions that no role may take."""
    for at, workflow, way in ways(tool):
        if not takers(tool, workflow.form, way):
            plural = tool.forms[workflow.form].plural
            why = (
                _("none of the roles that it names may see %(plural)s", plural=plural)
                if way.roles
                else _("no role may edit %(plural)s", plural=plural)
            )
            hint = _("Name another role, or give one of them the right")
            yield warning(
                "untaken",
                at,
                _("nobody can take '%(title)s': %(why)s", title=way.title, why=why),
                hint,
            )


def _unfilled(tool: ToolSpec) -> Iterator[Problem]:
    """Transitions that ask for what nobody who may take them, or nobody at all, may fill in."""
    for at, workflow, way in ways(tool):
        form, able = tool.forms[workflow.form], takers(tool, workflow.form, way)
        for number, key in enumerate(way.require if able else ()):
            field = form.fields[key]
            if field.computed or field.required or field.default is not None:
                continue
            among = able if key in way.fields else tool.roles
            if not _writers(tool, form.key, key, among):
                said = _UNFILLED_THERE if key in way.fields else _UNFILLED
                message = _(said, title=way.title, field=field.title)
                hint = _("Give a role the right to write it, or do not require it")
                yield warning("unfilled", f"{at}/require/{number}", message, hint)


def _writers(tool: ToolSpec, form: str, key: str, among: Iterable[str]) -> list[str]:
    """Of some roles those that may set a field of a form."""
    if tool.forms[form].fields[key].read_only:
        return []
    grants = ((role, tool.roles[role].grants.get(form)) for role in among)
    return [
        role
        for role, grant in grants
        if grant and grant.fields.get(key, FieldRight.WRITE) is FieldRight.WRITE
    ]


def _unopened(tool: ToolSpec) -> Iterator[Problem]:
    """Views that are there for no role: it may not read the form, or what the view asks."""
    for index, view in enumerate(tool.views.values()):
        able = [role for role in tool.roles if reads(tool, role, view.form)]
        named = [role for role in able if not view.roles or role in view.roles]
        asked = {key.field for key in view.sort} | set(_asked(view.filter))
        seeing = [role for role in named if not _unread(tool, role, view.form, asked)]
        if seeing:
            continue
        plural = tool.forms[view.form].plural
        why = (
            _("none of its roles may read %(plural)s", plural=plural)
            if view.roles
            else _("no role may read %(plural)s", plural=plural)
        )
        if named:
            why = _("it filters or sorts by what they may not read")
        hint = _("Name another role, or give one of them the right")
        yield warning(
            "unopened",
            f"/views/{index}",
            _("nobody sees '%(title)s': %(why)s", title=view.title, why=why),
            hint,
        )


def _unread(tool: ToolSpec, role: str, form: str, asked: Iterable[str]) -> list[str]:
    """Of some fields those that a role may not read."""
    rights = tool.roles[role].grants[form].fields
    return [key for key in asked if rights.get(key, FieldRight.READ) not in _PLAIN]


def _asked(raw: Any) -> Iterator[str]:
    """The fields that a condition names, wherever they stand in it."""
    if isinstance(raw, Mapping):
        if isinstance(raw.get("field"), str):
            yield raw["field"].partition(".")[0]
        for part in raw.values():
            yield from _asked(part)
    elif isinstance(raw, list):
        for part in raw:
            yield from _asked(part)


def _unpressed(tool: ToolSpec) -> Iterator[Problem]:
    """Actions that no role may run."""
    for index, action in enumerate(tool.actions.values()):
        able = [role for role in tool.roles if reads(tool, role, action.form)]
        if any(
            role in action.roles
            if action.roles
            else Right.EDIT in tool.roles[role].grants[action.form].can
            for role in able
        ):
            continue
        plural = tool.forms[action.form].plural
        why = (
            _("none of its roles may read %(plural)s", plural=plural)
            if action.roles
            else _("no role may edit %(plural)s", plural=plural)
        )
        message = _("nobody can press '%(title)s': %(why)s", title=action.title, why=why)
        hint = _("Name another role, or give one of them the right")
        yield warning("unpressed", f"/actions/{index}", message, hint)


def _self_approved(tool: ToolSpec) -> Iterator[Problem]:
    """Closing a record is kept to some roles, and who makes records has one of them."""
    for at, workflow, way in ways(tool):
        target = workflow.states.get(way.target)
        if not way.roles or target is None or not target.final or _asks_who(way):
            continue
        makers = [
            tool.roles[key].title
            for key in takers(tool, workflow.form, way)
            if Right.CREATE in tool.roles[key].grants[workflow.form].can
        ]
        others = any(
            Right.CREATE in role.grants[workflow.form].can
            for key, role in tool.roles.items()
            if workflow.form in role.grants and key not in way.roles
        )
        if makers and others:
            who = _(" and ").join(makers)
            message = _(
                "%(who)s may make a record and take '%(title)s' with it as well",
                who=who,
                title=way.title,
            )
            hint = _(
                "Add a guard that asks for somebody other than who made the record,"
                " if a second person should take it"
            )
            yield warning("self_approval", at, message, hint)


def _asks_who(way: Transition) -> bool:
    """Whether a guard asks who takes the transition."""
    return any(_names_user(guard.condition) for guard in way.guards)


def _names_user(raw: Any) -> bool:
    if isinstance(raw, Mapping):
        return "user" in raw or any(_names_user(part) for part in raw.values())
    return isinstance(raw, list) and any(_names_user(part) for part in raw)


def _unmasked(tool: ToolSpec) -> Iterator[Problem]:
    """Sensitive fields that stand in a list as they are."""
    for index, view in enumerate(tool.views.values()):
        form = tool.forms[view.form]
        for number, column in enumerate(view.columns):
            field = form.fields.get(column)
            if field is not None and field.sensitive and (seen := _readers(tool, view, column)):
                yield warning(
                    "unmasked",
                    f"/views/{index}/columns/{number}",
                    _(
                        "'%(title)s' is sensitive and stands unmasked here for %(seen)s",
                        title=field.title,
                        seen=", ".join(seen),
                    ),
                    _("Mask it for those roles, or leave the column out"),
                )


def _readers(tool: ToolSpec, view: ViewSpec, column: str) -> list[str]:
    """The titles of the roles that read a column of a view."""
    found = []
    for key, role in tool.roles.items():
        grant = role.grants.get(view.form)
        if grant is None or Right.READ not in grant.can or (view.roles and key not in view.roles):
            continue
        if grant.fields.get(column, FieldRight.WRITE) in _PLAIN:
            found.append(role.title)
    return found
