"""A published tool made ready to run: all of its forms, compiled once per process and language.

Nothing here changes after construction, so a `CompiledTool` is shared by all threads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from components.registry import Registry
from form_specs.load import load
from form_specs.model import FormSpec, JsonObject, ToolSpec
from form_specs.translation import translated
from runtime.compiling.form import CompiledForm


@dataclass(frozen=True)
class CompiledTool:
    """One published version of a tool."""

    tool_id: int
    version: int
    spec: ToolSpec
    forms: Mapping[str, CompiledForm]

    @property
    def key(self) -> str:
        return self.spec.key

    def following(self, touches: Mapping[str, frozenset[str]]) -> "CompiledTool":
        """The same tool while records still follow it: what to read from lifted documents, by form."""
        forms: dict[str, CompiledForm] = {}
        for key, form in self.forms.items():
            forms[key] = replace(form, lifted=touches.get(key, frozenset()), forms=forms)
        return replace(self, forms=forms)

    @classmethod
    def build(
        cls,
        document: JsonObject,
        registry: Registry,
        *,
        tool_id: int,
        version: int,
        form_ids: Mapping[str, int],
        locale: str = "",
    ) -> "CompiledTool":
        """Compiles a checked document whose forms have the ids `form_ids`, for people of a language."""
        spec = load(translated(document, locale) if locale else document)
        forms: dict[str, CompiledForm] = {}
        for form in spec.forms.values():
            place = _Place(
                tool_id, version, form_ids[form.key], forms, str(document.get("locale", "en"))
            )
            forms[form.key] = _compiled_form(spec, form, registry, place)
        return cls(tool_id, version, spec, forms)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a form stands: in which tool, version and language, under which number, beside which others."""

    tool_id: int
    version: int
    form_id: int
    forms: Mapping[str, CompiledForm]
    written_in: str


def _compiled_form(
    spec: ToolSpec, form: FormSpec, registry: Registry, place: _Place
) -> CompiledForm:
    actions = {a.key: a for a in spec.actions.values() if a.form == form.key}
    return CompiledForm(
        tool_key=spec.key,
        tool_version=place.version,
        form_id=place.form_id,
        spec=form,
        fields={key: registry.field(field, spec.locale) for key, field in form.fields.items()},
        workflow=spec.workflows.get(form.key),
        views={v.key: v for v in spec.views.values() if v.form == form.key},
        actions=actions,
        action_types={key: registry.action_type(action) for key, action in actions.items()},
        roles=spec.roles,
        locale=spec.locale,
        written_in=place.written_in,
        tool_id=place.tool_id,
        lists=spec.lists,
        forms=place.forms,
    )
