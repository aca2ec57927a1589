"""Where a comparison stands in the two documents, and the rules that it goes by.

A rule says what a changed keyword means; the tables of rules are what the comparison walks by, so
that a keyword without a rule cannot go unnoticed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from form_specs.catalog import Catalog
from form_specs.compatibility.change import Affected, Change, Impact
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.problem import escaped

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """The two documents of a tool as a whole."""

    old: Raw
    new: Raw
    catalog: Catalog

    def form(self, key: str, *, new: bool = False) -> Raw:
        """A form of either document; an empty one where it has none of that key."""
        forms = (self.new if new else self.old).get("forms", ())
        return next((form for form in forms if form["key"] == key), {})

    def field_title(self, form: str, key: str) -> str:
        """What people call a field."""
        for new in (True, False):
            properties = self.form(form, new=new).get("schema", {}).get("properties", {})
            if key in properties:
                return str(properties[key].get("title", key))
        return key


@dataclass(frozen=True, slots=True)
class At:
    """One part in both documents."""

    pair: Pair
    pointer: str = ""
    subject: str = ""
    old: Raw = field(default_factory=dict)
    new: Raw = field(default_factory=dict)
    form: str = ""
    key: str = ""

    def inside(self, *steps: str, **changes: Any) -> "At":
        """A part of this part."""
        pointer = self.pointer + "".join(f"/{escaped(step)}" for step in steps)
        return replace(self, pointer=pointer, **changes)

    def change(
        self,
        impact: Impact,
        text: str,
        *,
        affected: Affected | None = None,
        step: JsonObject | None = None,
        from_state: str | None = None,
    ) -> Change:
        """A change of this part."""
        return Change(
            pointer=self.pointer,
            impact=impact,
            subject=self.subject,
            text=text,
            affected=affected,
            form=self.form,
            field=self.key,
            step=step,
            from_state=from_state,
        )


Rule = Callable[[At, Any, Any], Iterable[Change]]
"""From a part and the old and new value of one of its keywords to what that means."""
Rules = Mapping[str, Rule]


def differences(at: At, rules: Rules) -> Iterator[Change]:
    """What the keywords that differ in a part mean."""
    for keyword in dict.fromkeys((*at.old, *at.new)):
        old, new = at.old.get(keyword), at.new.get(keyword)
        if old != new:
            yield from rules.get(keyword, unclassified(keyword))(at, old, new)


def unclassified(keyword: str) -> Rule:
    """For a keyword that no table knows, such as one of a package: people are told."""
    # A keyword is no word of any language.
    return plain(Impact.NOTICE, f"'{keyword}'")


def silent(_at: At, _old: Any, _new: Any) -> Iterator[Change]:
    """Means nothing to anybody who works with the tool, or is said by another keyword's rule."""
    yield from ()


def plain(impact: Impact, what: str) -> Rule:
    """The same class whatever it was and is."""

    def rule(at: At, old: Any, new: Any) -> Iterator[Change]:
        yield at.change(impact, _altered(what, old, new))

    return rule


def _altered(what: str, old: Any, new: Any) -> str:
    """That something came, went or became another."""
    if old is None:
        return _("%(what)s added", what=_(what))
    if new is None:
        return _("%(what)s removed", what=_(what))
    return _("%(what)s changed", what=_(what))


def retitled(what: str) -> Rule:
    """A text that people read."""

    def rule(at: At, old: Any, new: Any) -> Iterator[Change]:
        if isinstance(old, str) and isinstance(new, str) and len(old + new) < 120:
            text = _("%(what)s '%(old)s' is now '%(new)s'", what=_(what), old=old, new=new)
            yield at.change(Impact.SAFE, text)
        else:
            yield at.change(Impact.SAFE, _altered(what, old, new))

    return rule


def widened(what: str, *, more: Impact = Impact.REVIEW, everybody: bool = True) -> Rule:
    """A list of roles: `everybody` says that an absent or empty list lets everybody."""

    def rule(at: At, old: Any, new: Any) -> Iterator[Change]:
        before, after = set(old or ()), set(new or ())
        gained, lost = after - before, before - after
        if everybody and not after:
            yield at.change(more, _("%(what)s is for everybody now", what=_(what)))
        elif gained and not (everybody and not before):
            roles = _listed(at, gained)
            yield at.change(more, _("%(what)s is also for %(roles)s", what=_(what), roles=roles))
        else:
            roles = _listed(at, lost or after)
            text = _("%(what)s is for fewer people (%(roles)s)", what=_(what), roles=roles)
            yield at.change(Impact.SAFE, text)

    return rule


def _listed(at: At, keys: set[str]) -> str:
    roles = {r["key"]: r["title"] for d in (at.pair.old, at.pair.new) for r in d.get("roles", ())}
    return ", ".join(sorted(f"'{roles.get(key, key)}'" for key in keys))


def by_key(parts: Any, name: str = "key") -> dict[str, Raw]:
    """The parts of a list by their keys."""
    return {part[name]: part for part in parts or () if isinstance(part, Mapping) and name in part}


def keyed(
    section: str,
    rules: Rules,
    *,
    added: Callable[[At], Iterable[Change]],
    removed: Callable[[At], Iterable[Change]],
    name: str = "key",
) -> Rule:
    """A list of parts with keys: each compared with the one of the same key."""

    def rule(at: At, old: Any, new: Any) -> Iterator[Change]:
        before, after = by_key(old, name), by_key(new, name)
        for key in dict.fromkeys((*before, *after)):
            part = child(at, section, key, before.get(key, {}), after.get(key, {}))
            if key not in before:
                yield from added(part)
            elif key not in after:
                yield from removed(part)
            else:
                yield from differences(part, rules)

    return rule


def child(at: At, section: str, key: str, old: Raw, new: Raw) -> At:
    """A part of a list, called by its title."""
    title = str((new or old).get("title", key))
    subject = f"{at.subject} · {title}" if at.subject else title
    form = str((new or old).get("form", at.form))
    return at.inside(section, key, subject=subject, old=old, new=new, form=form)
