"""A second person's look at a draft: where it has to be, who may give it, and whether it was given.

It holds for one state of the draft: the next edit asks for it anew.  Nobody agrees with what is
their own, unless there is nobody else to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import g

from builder.bench import Bench
from builder.publishing import remarks
from builder.publishing.publish import Prospect
from builder.publishing.remarks import RemarkItem
from form_specs.compatibility import Impact
from form_specs.language import _
from runtime.access import Person
from runtime.storage import spec_drafts, tools
from runtime.storage.spec_drafts import EDIT
from runtime.storage.spec_remarks import Remark, RemarkKind
from runtime.web.site.context import current_services, here

_LOG = 2_000
"""How many edits of a draft are looked through for who made them."""


@dataclass(frozen=True)
class Review:
    """Whether and why a draft needs a second look, and how far that is."""

    bench: Bench
    reasons: Sequence[str]
    """Why; empty: it needs none."""

    @cached_property
    def _builders(self) -> frozenset[str]:
        """Everybody who may build the tool."""
        found = current_services().accounts.listed()
        people = (Person(a.name, a.title, a.is_admin, roles) for a, roles in found if a.is_active)
        return frozenset(person.name for person in people if person.builds(self.bench.tool))

    @cached_property
    def _said(self) -> list[Remark]:
        """What was said of this state of the draft, the latest first."""
        standing = self.bench.standing
        return [
            remark
            for remark in remarks.of_tool(self.bench)
            if (remark.version, remark.sequence) == (standing.version, standing.sequence)
            and remark.kind is not RemarkKind.COMMENT
        ]

    @cached_property
    def _authors(self) -> frozenset[str]:
        """Who made the edits of the draft since the version in force."""
        tool = tools.by_key(here().conn, self.bench.tool)
        versions = tools.versions(here().conn, tool.id) if tool else []
        since = max((info.published_at for info in versions), default=0)
        log = spec_drafts.log(here().conn, self.bench.tool, _LOG)
        own = (entry for entry in log if entry.kind == EDIT and not entry.undone)
        return frozenset(entry.account for entry in own if entry.at > since)

    @property
    def is_alone(self) -> bool:
        """Whether nobody else could look."""
        return self._builders <= {g.person.name}

    @property
    def verdict(self) -> RemarkKind | None:
        """What was said last; none: nobody was asked yet."""
        return self._said[0].kind if self._said else None

    @property
    def approver(self) -> str:
        """Who agreed; empty: nobody did."""
        agreed = self._said and self._said[0].kind is RemarkKind.APPROVED
        return self._said[0].account if agreed else ""

    @property
    def asker(self) -> str:
        """Who asked; empty: nobody did."""
        return next((r.account for r in self._said if r.kind is RemarkKind.ASKED), "")

    @property
    def is_open(self) -> bool:
        """Whether it keeps the draft from being published."""
        return bool(self.reasons) and not self.is_alone and not self.approver

    @property
    def may_ask(self) -> bool:
        """Whether a look can be asked for now."""
        return self.is_open and self.verdict is not RemarkKind.ASKED

    @property
    def _free(self) -> frozenset[str]:
        """Who may decide: neither who asked nor who made the draft; else all but who asked."""
        others = self._builders - {self.asker}
        return (others - self._authors) or others

    @property
    def may_decide(self) -> bool:
        """Whether the person is one who may agree or send it back."""
        return self.verdict is RemarkKind.ASKED and g.person.name in self._free

    @property
    def people(self) -> str:
        """Who may decide, by what they are called."""
        titles = here().titles(set(self._free))
        return ", ".join(sorted(titles.get(name, name) for name in self._free))

    @property
    def items(self) -> list[RemarkItem]:
        """What was said, for the page."""
        return remarks.items(self._said)

    @property
    def in_note(self) -> str:
        """What the history says of it; empty: nothing."""
        if not self.reasons:
            return ""
        if not self.approver:
            return _("Nobody else could look at it")
        name = self.approver
        return _("Approved by %(who)s", who=here().titles({name}).get(name, name))

    def say(self, kind: RemarkKind, body: str) -> None:
        """Asks, agrees or sends back, in the name of the person."""
        standing = self.bench.standing
        version, sequence = standing.version, standing.sequence
        remarks.add(self.bench, kind, body, version=version, sequence=sequence)


def review_of(bench: Bench, found: Prospect) -> Review:
    """Whether what publishing would do needs a second look."""
    impacts = {change.impact for change in found.comparison.changes}
    asks = (found.document.get("review"), _in_force(found).get("review"))
    reasons = []
    if Impact.REVIEW in impacts:
        reasons.append(_("Somebody may see or do other things than before"))
    if Impact.BREAKING in impacts:
        reasons.append(_("Values are lost"))
    if True in asks:
        reasons.append(_("This tool asks for it with every version"))
    return Review(bench, reasons)


def _in_force(found: Prospect) -> dict[str, object]:
    with found.services.db.read() as conn:
        tool = found.services.published.tool(conn, str(found.document["key"]))
    return dict(tool.spec.document) if tool else {}
