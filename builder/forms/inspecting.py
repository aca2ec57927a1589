"""The inspector: what is said about what is selected, each thing with an input of its own."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from builder.bench import Bench
from builder.commanding import Parameters
from builder.drafting.examined import PlacedProblem
from builder.forms.binding import bound_field, fits_at, uses_elsewhere
from builder.forms.choosing import choices_view, narrowing
from builder.forms.crossing import uses_of_place
from builder.forms.inspected import (
    ChoicesView,
    ConditionView,
    CrossingView,
    FieldInspector,
    FormInspector,
    InputGroup,
    InputView,
    KindView,
    PartInspector,
    SeveralInspector,
    UseView,
)
from builder.forms.moving import goals, node_words
from builder.forms.naming import named, part_title
from builder.forms.new_fields import retyped
from builder.forms.outline import (
    ENTRY,
    FIELDS,
    KIND,
    FormOutline,
    Node,
    has_places,
    is_kind,
    is_nameless,
)
from builder.forms.palette import icon_of
from builder.forms.saying import CONDITIONS, said_condition
from builder.forms.setting import OPS, Setting
from builder.forms.settings import settings_of
from builder.parts.typed import as_typed, is_typed
from components.base import FieldType
from form_specs.catalog import Catalog, Conversion
from form_specs.checks.raw import object_at, text, texts
from form_specs.editing import Address, address_of, has, indexed, keyed
from form_specs.exact_json import loads
from form_specs.form_words import FormWords
from form_specs.language import _, marked
from form_specs.load import field_spec
from form_specs.model import FieldSpec
from form_specs.problem import pointer_of
from form_specs.uses import Target, Use

_GROUPS: Final = {
    "field": "",
    "link": marked("Where it leads"),
    "choices": marked("Choices"),
    "options": marked("Options"),
    "limits": marked("Limits"),
    "kept": marked("How it is kept"),
    "messages": marked("What people are told"),
}
_FATES: Final = {
    Conversion.SAME: marked("every value stays"),
    Conversion.LOSSLESS: marked("every value is carried over"),
    Conversion.LOSSY: marked("some values may not fit"),
    Conversion.NONE: marked("values cannot be carried over"),
}


class Inspecting:
    """Makes the inspector of one form of a draft."""

    def __init__(self, bench: Bench, form: FormOutline, words: FormWords) -> None:
        self.bench = bench
        self.form = form
        self.words = words
        self.document: Mapping[str, Any] = bench.document

    @property
    def catalog(self) -> Catalog:
        return self.bench.catalog

    def of(self, chosen: Sequence[Address]) -> Any:
        """The inspector of what is selected."""
        if len(chosen) > 1:
            return self._several(chosen)
        if not chosen:
            return self._form()
        if chosen[0][:1] == (FIELDS,):
            return self._field(chosen[0])
        node = self.form.node(chosen[0])
        return self._part(node) if node else self._form()

    # -- the form -------------------------------------------------------------------------

    def _form(self) -> FormInspector:
        raw = self.form.raw
        at = self.form.at
        return FormInspector(
            key=self.form.key,
            title=self.form.title,
            plural=text(raw, "plural") or "",
            title_field=text(raw, "titleField") or "",
            fields=[(key, part_title(self.form, (FIELDS, key))) for key in self.form.properties],
            subtitles=[key for _at, key in texts(raw, "subtitleFields", "")],
            problems=_own(self.bench.examined.problems_at(*at), at, "schema", "layouts"),
            rules_url=self._logic_url("rules", (*at, "rules")),
            rules=_length(raw.get("rules")),
        )

    # -- what was refused -----------------------------------------------------------------

    @property
    def crossing(self) -> CrossingView | None:
        """What it means that fields go into another one, or out of it, where somebody has to agree."""
        wrong = self.bench.wrong
        if wrong is None or wrong.name != "across":
            return None
        sent = Parameters(wrong.values)
        ways = [address_of(at)[1:] for at in sent.all("at")]
        uses = [
            use
            for way in ways
            for use in uses_of_place(self.document, self.catalog, self.form, way)
        ]
        return CrossingView(
            title=named(self.form, [(FIELDS, *way) for way in ways]),
            uses=self._use_views(uses),
            is_published=any(map(self._published, ways)),
            at=sent.all("at"),
            into=sent.text("into", most=4000),
            before=sent.text("before", most=4000),
        )

    # -- several --------------------------------------------------------------------------

    def _several(self, chosen: Sequence[Address]) -> SeveralInspector:
        fields = [at for at in chosen if at[:1] == (FIELDS,)]
        top = [at[1] for at in fields if len(at) == 2]
        uses = [use for key in top for use in self._uses_elsewhere(key)]
        same = len(fields) == len(chosen) and all(len(at) == 2 for at in fields)
        return SeveralInspector(
            items=[(pointer_of(at), part_title(self.form, at)) for at in chosen],
            only_fields=len(fields) == len(chosen),
            into=goals(self.form, (FIELDS, "")).into if same else (),
            uses=self._use_views(uses),
        )

    # -- a part ---------------------------------------------------------------------------

    def _part(self, node: Node) -> PartInspector:
        raw = node.raw if isinstance(node.raw, Mapping) else {}
        at = (*self.form.at, "layouts", self.form.layout, *node.at[1:])
        return PartInspector(
            at=pointer_of(node.at),
            kind=node.kind,
            title=node.title,
            words=node_words(node),
            raw=raw,
            conditions=[self._condition("showWhen", raw, at)],
            goals=goals(self.form, node.at),
            problems=_own(self.bench.examined.problems_at(*at), at, "fields", "parts"),
            formula_url=self._logic_url("formula", (*at, "note")) if node.kind == "note" else "",
        )

    # -- a field --------------------------------------------------------------------------

    def _field(self, at: Address) -> FieldInspector:
        way = at[1:]
        property_ = self.form.field(way) or {}
        ops = object_at(property_, OPS)
        type_ = text(ops, "type") or ""
        address = self.form.field_address(way)
        problems = self.bench.examined.problems_at(*address)
        settings = settings_of(self.document, self.catalog, self.form, way)
        groups = self._groups(settings, property_, problems, address)
        sources = groups.pop("choices", None)
        bound = bound_field(self.catalog, self.form, way)
        elsewhere = self._uses_elsewhere(way[0]) if len(way) == 1 else []
        return FieldInspector(
            at=pointer_of(at),
            title=part_title(self.form, at),
            type=type_,
            type_title=self._type_title(type_),
            icon=icon_of(type_),
            types=self._types(way, property_),
            key=way[-1],
            may_rekey=not self._published(way) and not elsewhere,
            required=self.form.required(way),
            nameless=_nameless(way[-1]),
            kinds=self._kinds(way),
            has_places=has_places(property_),
            kind_types=self._kind_types(way) if self.form.kinds_at(way) else (),
            placed=len(way) > 1 or self.form.node(at) is not None,
            span=self._span(at),
            columns=self._columns(at),
            groups=[*groups.values()],
            default=_default(bound, property_),
            default_lines=bound is not None and bound.multiple,
            choices=self._choices(type_, way, sources.inputs if sources else ()),
            conditions=[]
            if is_nameless(way[-1])
            else [self._condition(name, ops, (*address, OPS)) for name in CONDITIONS],
            uses=self._use_views(elsewhere),
            blocked=bool(elsewhere),
            goals=goals(self.form, at, self.catalog),
            problems=[p for p in problems if not _is_said(p, address, settings)],
            text_url=self._text_url(address),
            inside=len(way) > 1,
            rules_url=self._logic_url("rules", (*address, OPS, "rules")),
            rules=_length(ops.get("rules")),
            formula_url=self._logic_url("formula", (*address, OPS, "computed", "formula"))
            if "computed" in ops
            else "",
        )

    def _kinds(self, way: Address) -> list[KindView]:
        ways = [(*way, step) for step in self.form.steps(way) if is_kind(step)]
        return [
            KindView(
                pointer_of((FIELDS, *each)),
                part_title(self.form, (FIELDS, *each)),
                self._type_title(text(object_at(self.form.field(each) or {}, OPS), "type") or ""),
            )
            for each in ways
        ]

    def _kind_types(self, way: Address) -> list[tuple[str, str]]:
        """With fields of its own first: that is what kinds mostly are."""
        titles = {
            name: self.catalog.field_title(name)
            for name in self.catalog.field_types
            if name != "group" and fits_at(self.catalog, self.form, (*way, f"{KIND}0"), name)
        }
        others = sorted(titles.items(), key=lambda item: item[1])
        return [("group", _("Fields of its own")), *others]

    def _type_title(self, type_: str) -> str:
        return self.catalog.field_title(type_) if type_ in self.catalog.field_types else type_

    def _published(self, way: Sequence[str]) -> bool:
        return self._in_force is not None and self._in_force.field(way) is not None

    @cached_property
    def _in_force(self) -> FormOutline | None:
        base = loads(self.bench.standing.base) if self.bench.standing.base else {}
        return FormOutline.of(base, self.form.key)

    def _span(self, at: Address) -> int:
        node = self.form.node(at)
        span = node.raw.get("span") if node and isinstance(node.raw, Mapping) else 1
        return span if isinstance(span, int) else 1

    def _columns(self, at: Address) -> int:
        for node in self.form.walk():
            if any(child.at == at for child in node.children) and isinstance(node.raw, Mapping):
                found = node.raw.get("columns", 2)
                return found if isinstance(found, int) else 2
        return 2

    def _groups(
        self,
        settings: Iterable[Setting],
        property_: Mapping[str, Any],
        problems: Sequence[PlacedProblem],
        address: Address,
    ) -> dict[str, InputGroup]:
        inputs: dict[str, list[InputView]] = {}
        for setting in settings:
            at = (*address, *setting.at)
            wrong = [p for p in problems if p.at[: len(at)] == at]
            form = f"set{setting.name.replace('/', '-')}"
            view = InputView(form, setting, setting.shown(property_), wrong)
            inputs.setdefault(setting.group, []).append(view)
        link = object_at(object_at(property_, OPS), "link")
        narrowed = narrowing(self.bench, link, (*address, OPS, "link")) if link else None
        return {
            name: InputGroup(
                name,
                _(title) if title else "",
                inputs[name],
                any(view.value or view.problems for view in inputs[name]),
                narrowed if name == "link" else None,
            )
            for name, title in _GROUPS.items()
            if name in inputs
        }

    def _choices(self, type_: str, way: Address, inputs: Sequence[InputView]) -> ChoicesView | None:
        if type_ not in self.catalog.field_types or not self.catalog.has_choices(type_):
            return None
        return choices_view(self.bench, self.form, way, inputs)

    def _condition(self, name: str, raw: Mapping[str, Any], at: Address) -> ConditionView:
        words = said_condition(raw[name], self.words) if name in raw else ""
        url = self.bench.url("condition", at=pointer_of((*at, name)), back=self.bench.page)
        return ConditionView(name, _(_CONDITION_TITLES[name]), words, url)

    def _logic_url(self, section: str, at: Address) -> str:
        """The editor of what stands at an address that may be empty yet; its item is named by number."""
        whole = at
        while at and not has(self.document, at):
            at = at[:-1]
        below = pointer_of(whole[len(at) :])
        return self.bench.url(section, at=indexed(self.document, at) + below, back=self.bench.page)

    def _text_url(self, at: Address) -> str:
        while at and not has(self.document, at):
            at = at[:-1]
        return self.bench.url("text", at=indexed(self.document, at))

    def _uses_elsewhere(self, key: str) -> list[Use]:
        return uses_elsewhere(self.document, self.catalog, Target("field", key, self.form.key))

    def _use_views(self, uses: Iterable[Use]) -> list[UseView]:
        return [
            UseView(use.words, self.bench.url_of(keyed(self.document, use.pointer)))
            for use in dict.fromkeys(uses)
        ]

    def _types(self, way: Sequence[str], property_: Mapping[str, Any]) -> list[tuple[str, str, str]]:  # fmt: skip
        """The types that the field could be of instead, by what becomes of its values."""
        old = self._spec(way, property_)
        own = text(object_at(property_, OPS), "type") or ""
        published = self._published(way)
        found: dict[str, list[tuple[str, str]]] = {}
        for name in self.catalog.field_types:
            if name == own or not fits_at(self.catalog, self.form, way, name):
                continue
            fate = self._fate(way, old, property_, name) if published else Conversion.SAME
            found.setdefault(fate, []).append((name, self.catalog.field_title(name)))
        groups = [fate for fate in _FATES if fate in found]
        return [
            (_(_FATES[fate]) if published else "", name, title)
            for fate in groups
            for name, title in sorted(found[fate], key=lambda item: item[1])
        ]

    def _spec(self, way: Sequence[str], property_: Mapping[str, Any]) -> FieldSpec | None:
        root = object_at(self.form.raw, "schema")
        try:
            return field_spec(way[-1], property_, required=False, root=root)
        except (TypeError, ValueError, KeyError, AttributeError):
            return None

    def _fate(
        self, way: Sequence[str], old: FieldSpec | None, property_: Mapping[str, Any], name: str
    ) -> Conversion:
        try:
            made = retyped(self.document, self.catalog, self.form.key, property_, name)
            new = self._spec(way, made)
            return self.catalog.conversion(old, new) if old and new else Conversion.NONE
        except (TypeError, ValueError, KeyError, AttributeError):
            return Conversion.NONE


def _default(bound: FieldType | None, property_: Mapping[str, Any]) -> str | None:
    """The default as it would be typed; none: the type has none that can be typed."""
    if bound is None or not is_typed(bound):
        return None
    return as_typed(bound, property_["default"]) if "default" in property_ else ""


_CONDITION_TITLES: Final = {
    "showWhen": marked("When is it shown?"),
    "requireWhen": marked("When is it required?"),
    "readOnlyWhen": marked("When is it read-only?"),
}


def _nameless(step: str) -> str:
    return "kind" if is_kind(step) else "value" if step == ENTRY else ""


def _length(raw: Any) -> int:
    return len(raw) if isinstance(raw, list) else 0


def _own(problems: Iterable[PlacedProblem], at: Address, *without: str) -> list[PlacedProblem]:
    """The problems of a part that are about nothing in these members of it."""
    return [p for p in problems if not set(p.at[len(at) : len(at) + 1]) & set(without)]


def _is_said(problem: PlacedProblem, at: Address, settings: Iterable[Setting]) -> bool:
    """Whether a problem stands beside the input that it is about."""
    below = problem.at[len(at) :]
    return any(below[: len(setting.at)] == setting.at for setting in settings)
