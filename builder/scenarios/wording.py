"""Steps of tests as sentences, also where the draft is broken."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from builder.scenarios.values import properties_of, told_value
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.language import _, marked
from form_specs.model import JsonValue
from form_specs.scenarios import record_name

_DONE: Final = {
    "create": marked("%(who)s makes %(record)s"),
    "change": marked("%(who)s changes %(record)s"),
    "transition": marked("%(who)s does %(what)s with %(record)s"),
    "action": marked("%(who)s does %(what)s with %(record)s"),
    "comment": marked("%(who)s comments %(record)s"),
    "delete": marked("%(who)s deletes %(record)s"),
    "look": marked("%(who)s looks at %(record)s"),
}
Told: TypeAlias = Callable[[str, str, JsonValue], str]
"""What people call the value of a field: from form, field and value."""


def _as_typed(_form: str, _key: str, value: JsonValue) -> str:
    return told_value(value)


_SHOWN: Final = 4
"""Values that a sentence names."""
_LONGEST: Final = 60


class Wording:
    """What the parts of a draft are called, and the steps of its tests in words."""

    def __init__(self, document: Mapping[str, Any], told: Told = _as_typed) -> None:
        self.document = document
        self.told = told

    def title(self, kind: str, key: str) -> str:
        """What a part of a kind is called: its title, else its key."""
        parts = (raw for _at, raw in objects(self.document, kind, "") if text(raw, "key") == key)
        return text(next(parts, {}), "title") or key

    def workflow(self, form: str) -> Mapping[str, Any]:
        """The workflow of a form, if it has one."""
        found = objects(self.document, "workflows", "")
        return next((raw for _at, raw in found if text(raw, "form") == form), {})

    def flow_title(self, form: str, member: str, key: str) -> str:
        """What a state or a transition is called."""
        found = objects(self.workflow(form), member, "")
        parts = (raw for _at, raw in found if text(raw, "key") == key)
        return text(next(parts, {}), "title") or key

    def field(self, form: str, key: str) -> str:
        """What a field is called."""
        return text(object_at(properties_of(self.document, form), key), "title") or key

    # -- sentences ------------------------------------------------------------------------

    def said(self, step: Mapping[str, Any]) -> str:
        """What is done."""
        form, doing = text(step, "form") or "", text(step, "do") or ""
        what = self.flow_title(form, "transitions", text(step, "transition") or "")
        if doing == "action":
            what = self.title("actions", text(step, "action") or "")
        sentence = _(_DONE[doing]) if doing in _DONE else "%(who)s %(what)s %(record)s"
        said = sentence % {"who": self._who(step), "what": what, "record": self._record(step)}
        values = self._values(form, object_at(step, "values"))
        if values:
            said = _("%(said)s: %(values)s", said=said, values=values)
        if comment := text(step, "comment"):
            said = _("%(said)s, saying “%(comment)s”", said=said, comment=_short(comment))
        if at := text(step, "at"):
            said = _("%(later)s later, %(said)s", later=at.removeprefix("+"), said=said)
        return said

    def _who(self, step: Mapping[str, Any]) -> str:
        role = text(step, "as")
        if role is None:
            return _("A program")
        person, title = text(step, "person"), self.title("roles", role)
        return f"{title} ({person})" if person and person != role else title

    def _record(self, step: Mapping[str, Any]) -> str:
        form = text(step, "form") or ""
        name, title = record_name(step), self.title("forms", form)
        return title if name == form else f"{title} “{name}”"

    def _values(self, form: str, values: Mapping[str, Any]) -> str:
        said = [
            f"{self.field(form, key)} {_short(self.told(form, key, value)) or '“”'}"
            for key, value in [*values.items()][:_SHOWN]
        ]
        more = len(values) - len(said)
        return ", ".join([*said, _("and %(number)s more", number=more)] if more > 0 else said)

    def expected(self, step: Mapping[str, Any]) -> list[str]:
        """What must come of it, a sentence each."""
        return [*self._expected(text(step, "form") or "", object_at(step, "expect"))]

    def _expected(self, form: str, expect: Mapping[str, Any]) -> Iterator[str]:
        if "refused" in expect or "fields" in expect:
            words = text(expect, "refused") or ""
            yield _("is refused: “%(why)s”", why=words) if words else _("is refused")
            if fields := [self.field(form, key) for _at, key in texts(expect, "fields", "")]:
                yield _("names %(fields)s", fields=", ".join(fields))
        if state := text(expect, "state"):
            yield _("is in %(state)s then", state=self.flow_title(form, "states", state))
        for key, value in object_at(expect, "values").items():
            shown = _("nothing") if value is None else _short(self.told(form, key, value))
            yield _("%(field)s is %(value)s", field=self.field(form, key), value=shown)
        for member, sentence in (
            ("in", marked("stands in %(what)s")),
            ("notIn", marked("does not stand in %(what)s")),
            ("visibleTo", marked("exists for %(what)s")),
            ("hiddenFrom", marked("does not exist for %(what)s")),
        ):
            kind = "views" if member in ("in", "notIn") else "roles"
            named = [self.title(kind, key) for _at, key in texts(expect, member, "")]
            if named:
                yield _(sentence, what=", ".join(named))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
