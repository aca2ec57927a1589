"""Sheets beside a table whose rows its columns name: each becomes a form too, and the columns links to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from form_specs.sheets.evidence import Cells
from form_specs.sheets.finding import Table
from form_specs.sheets.forcing import kind_as
from form_specs.sheets.guessing import TableGuess, evidence_of
from form_specs.sheets.linking import LinkCandidate
from form_specs.sheets.planning import ColumnPlan, TablePlan, planned

MOST_ROWS: Final = 20_000
"""A sheet with more is no list that records of another are chosen from."""
_FEWEST_COLUMNS: Final = 2
_FEW_CHOICES: Final = 12
_TELLING: Final = ("text", "integer", "email")
"""What a column is taken for whose values are more than a few choices."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A sheet that may become a form beside that of the table."""

    sheet: str
    links: Sequence[LinkCandidate]
    """The columns of the table that would lead to it; they name one column there."""
    expected: bool
    """Whether it becomes one unless somebody says otherwise."""


def offers(plan: TablePlan, found: Sequence[LinkCandidate]) -> list[Offer]:
    """The sheets that may become forms: how far a record is and what it is known by lead nowhere."""
    own = {plan.state, plan.key}
    by_sheet: dict[str, list[LinkCandidate]] = {}
    taken: set[int] = set()
    for link in found:
        column = plan.columns[link.at]
        if link.at in own | taken or column.left_out or link.columns < _FEWEST_COLUMNS:
            continue
        listed = by_sheet.setdefault(link.sheet, [])
        if link.rows <= MOST_ROWS and all(link.other_at == other.other_at for other in listed):
            listed.append(link)
            taken.add(link.at)
    return [
        Offer(sheet, links, any(_is_expected(plan.columns[link.at], link) for link in links))
        for sheet, links in by_sheet.items()
        if links
    ]


def _is_expected(column: ColumnPlan, link: LinkCandidate) -> bool:
    """Whether more is lost than won by a list of choices: by many, or where more is said of each."""
    much = link.rows > _FEW_CHOICES and link.columns > _FEWEST_COLUMNS
    return column.guess.type in _TELLING or much


def chosen(offered: Sequence[Offer], said: Collection[str] | None) -> list[Offer]:
    """The offers that are taken; `said` names their sheets, where somebody said which."""
    return [offer for offer in offered if (offer.expected if said is None else offer.sheet in said)]


def joined(plan: TablePlan, others: Sequence[tuple[Offer, TableGuess]]) -> TablePlan:
    """The plan with the forms beside it, and its columns that lead to them."""
    links: dict[int, str] = {}
    beside: list[TablePlan] = []
    for offer, guess in others:
        other = _planned(offer, guess)
        if other.form in {plan.form, *(each.form for each in beside)} or other.key is None:
            continue
        beside.append(other)
        links |= {link.at: other.form for link in offer.links}
    if not links:
        return plan
    led = replace(plan, columns=[*_led(plan, links)], links=links, beside=beside)
    return replace(led, title=_title(led)) if plan.title in links else led


def _title(plan: TablePlan) -> int | None:
    """What records are called by where the column that was thought of leads elsewhere."""
    texts = [
        column.position
        for column in plan.fields
        if column.type == "text" and column.position not in plan.links
    ]
    return plan.key if plan.key in texts else next(iter(texts), None)


def _planned(offer: Offer, guess: TableGuess) -> TablePlan:
    """The other sheet as it is guessed, known by the column that is named here."""
    key = offer.links[0].other_at
    said: dict[str, object] = {"record": offer.sheet, "records": offer.sheet, "key": str(key)}
    if guess.columns[key].type not in _TELLING:
        said["columns"] = {str(key): {"type": "text", "required": True}}
    return planned(guess, said)


def _led(plan: TablePlan, links: Mapping[int, str]) -> Iterator[ColumnPlan]:
    for column in plan.columns:
        yield _as_named(plan.table, column) if column.position in links else column


def _as_named(table: Table, column: ColumnPlan) -> ColumnPlan:
    """A column whose cells name records elsewhere: each as it is written there."""
    cells = Cells(column.title, table.column(column.position))
    kind = kind_as("text", cells)
    kind = replace(kind, convention=replace(kind.convention, blanks=cells.blank_words))
    evidence = evidence_of(table.rows, column.position, kind.type, kind.convention)
    return replace(column, kind=kind, evidence=evidence)
