"""What the API shows: records, events, comments and tools as JSON, as far as the person may know."""

from collections.abc import Iterable, Mapping

from components.base import FieldType, InvalidValueError
from form_specs.model import FieldRight, FieldSpec, JsonObject, JsonValue, Right, State, Transition
from runtime.access import Access, FormAccess
from runtime.compiling.tool import CompiledTool
from runtime.reading import RecordView
from runtime.storage.comments import Comment
from runtime.storage.events import Event
from runtime.storage.ids import encode_id
from runtime.web.site.times import moment


def moment_text(at: int) -> str:
    """From the store's microseconds to "2026-11-24T17:00:00Z", with a fraction where there is one."""
    return moment(at).isoformat().replace("+00:00", "Z")


def record_json(view: RecordView) -> JsonObject:
    """A record as its reader may see it."""
    stored = view.stored
    return {
        "id": view.id,
        "title": view.title,
        "data": view.data(),
        "masked": [*sorted(view.masked)],
        "state": stored.state,
        "version": stored.version,
        "spec_version": stored.spec_version,
        "created_at": moment_text(stored.created_at),
        "created_by": stored.created_by,
        "updated_at": moment_text(stored.updated_at),
        "updated_by": stored.updated_by,
    }


def version_json(view: RecordView) -> JsonObject:
    """The data of another version of a record, as its reader may see it."""
    return {"data": view.data(), "masked": [*sorted(view.masked)]}


# -- history --------------------------------------------------------------------------------


def event_json(access: FormAccess, event: Event) -> JsonObject:
    """An event, its values in the form that records have."""
    data: JsonObject = dict(event.data)
    diff = event.data.get("diff")
    if isinstance(diff, Mapping):
        data["diff"] = {
            key: [_shown(access.form.fields.get(key), side) for side in sides]
            for key, sides in diff.items()
        }
    return {
        "id": encode_id(event.seq),
        "op": event.op,
        "at": moment_text(event.at),
        "actor": event.actor,
        "version": event.version,
        "spec_version": event.spec_version,
        "data": data,
    }


def _shown(field: FieldType | None, stored: JsonValue) -> JsonValue:
    """A stored value as JSON of a record; one that its field cannot read any more as it stands."""
    if field is None or stored is None:
        return stored
    try:
        return field.dump(field.from_store(stored))
    except (InvalidValueError, TypeError, ValueError, KeyError):
        return stored


def comment_json(comment: Comment) -> JsonObject:
    return {
        "id": encode_id(comment.id),
        "author": comment.author,
        "at": moment_text(comment.at),
        "body": comment.body,
    }


# -- tools ----------------------------------------------------------------------------------


def tool_summary(tool: CompiledTool) -> JsonObject:
    return {
        "key": tool.key,
        "title": tool.spec.title,
        "description": tool.spec.description,
        "version": tool.version,
    }


def tool_json(tool: CompiledTool, access: Access) -> JsonObject:
    """A tool with the forms, views and actions that exist for the person."""
    forms = access.forms(tool)
    return tool_summary(tool) | {
        "forms": [_form_json(form) for form in forms],
        "views": [
            {"key": view.key, "title": view.title, "type": view.type, "form": view.form}
            for form in forms
            for view in form.views()
        ],
        "actions": [
            {"key": action.key, "title": action.title, "form": action.form}
            for form in forms
            for action in form.form.actions.values()
            if form.may_use(action)
        ],
    }


def _form_json(access: FormAccess) -> JsonObject:
    form = access.form
    workflow = form.workflow
    return {
        "key": form.key,
        "title": form.spec.title,
        "plural": form.spec.plural,
        "can": [right.value for right in Right if access.can(right)],
        "fields": [
            _field_json(access, field) for key, field in form.fields.items() if access.sees(key)
        ],
        "states": _states_json(workflow.states.values()) if workflow else [],
        "transitions": _transitions_json(access, workflow.transitions.values()) if workflow else [],
    }


def _field_json(access: FormAccess, field: FieldType) -> JsonObject:
    spec = field.spec
    right = access.fields[field.key]
    found: JsonObject = {
        "key": field.key,
        "title": spec.title,
        "type": spec.type,
        "required": spec.required,
        "right": "read" if right is FieldRight.WRITE and spec.read_only else right.value,
        "operators": list(field.operators) if access.asks(field.key) else [],
        "choices": [{"key": c.key, "title": c.title, "retired": c.retired} for c in spec.choices],
    }
    return found | _elsewhere(spec)


def _elsewhere(spec: FieldSpec) -> JsonObject:
    """Where what a field takes comes from, if not from the field itself; `…/choices/FIELD` gives it."""
    found: JsonObject = {}
    if spec.source is not None or spec.link is not None:
        found["offers"] = True
    if spec.link is not None:
        found["link"] = spec.link.form
    if spec.depends_on:
        found["depends_on"] = spec.depends_on
    return found


def _states_json(states: Iterable[State]) -> list[JsonValue]:
    return [{"key": s.key, "title": s.title, "category": s.category.value} for s in states]


def _transitions_json(access: FormAccess, transitions: Iterable[Transition]) -> list[JsonValue]:
    return [
        {
            "key": transition.key,
            "title": transition.title,
            "from": list(transition.sources),
            "to": transition.target,
            "require": [key for key in transition.require if access.sees(key)],
            "fields": [key for key in transition.fields if access.sees(key)],
            "comment": transition.comment.value,
        }
        for transition in transitions
        if access.may_take(transition)
    ]
