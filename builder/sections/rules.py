"""The rules of a form or of one of its fields: `rules/?at=/forms/hold/rules&back=…`."""

from dataclasses import dataclass

from builder.bench import Bench
from builder.bench_answers import is_page_of
from builder.logic.offers import Options
from builder.logic.places import resolved
from builder.logic.rules import RulesView, rules_view
from builder.section import Page, PartGoneError, Section, SectionPage
from form_specs.language import _, marked


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rules, and the way back."""

    rules: RulesView
    severities: Options
    back_url: str


def draw(bench: Bench) -> SectionPage:
    """The rules that the address names."""
    at = resolved(bench.document, bench.args.get("at", ""))
    rules = rules_view(bench, at)
    if rules is None:
        raise PartGoneError(at)
    back = bench.args.get("back", "")
    content = RulesPage(
        rules=rules,
        severities=[("error", _("refuses the record")), ("warning", _("warns"))],
        back_url=back if is_page_of(bench.tool, back) else bench.root,
    )
    return SectionPage("builder/rules.html", _("Rules"), content)


SECTION = Section(
    name="rules",
    title=marked("Rules"),
    icon="shield-check",
    order=97,
    pages=(Page("", "rules", draw),),
    is_tab=False,
)
