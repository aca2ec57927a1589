"""Tests: stories of what people do with the tool, edited as sentences and played on the draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.parts.rows import PartRow, form_titles, part_rows, place_in
from builder.scenarios import Run, StepResult
from builder.scenarios.choosing import StepChoices, with_nothing
from builder.scenarios.records import recorded
from builder.scenarios.running import run_again
from builder.scenarios.values import properties_of, shown_value
from builder.scenarios.wording import Wording
from builder.section import Page, PartGoneError, Section, SectionPage, count_of
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.editing import Address, find, has, indexed, names_of
from form_specs.exact_json import dumps
from form_specs.language import _, counted, marked
from form_specs.scenarios import Doing
from runtime.web.site.context import current_services, here
from runtime.web.site.language import language

DOING: Final = {
    Doing.CREATE: marked("Make a record"),
    Doing.CHANGE: marked("Change it"),
    Doing.TRANSITION: marked("Take a step of the workflow"),
    Doing.ACTION: marked("Run an action"),
    Doing.COMMENT: marked("Comment"),
    Doing.DELETE: marked("Delete it"),
    Doing.LOOK: marked("Only look"),
}
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TestRow:
    """One test in the list, and what came of it."""

    part: PartRow
    outcome: str
    """`passed`, `failed` or empty: it was not run."""
    why: str


@dataclass(frozen=True, slots=True)
class TestsPage:
    """The tests of a tool."""

    rows: Sequence[TestRow]
    parts: Sequence[PartRow]
    forms: Choices
    said: str
    """What came of running them; empty: they were not run."""
    is_red: bool
    may_run: bool
    run_url: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A field and its value, as typed."""

    key: str
    title: str
    value: str
    options: Choices = ()
    """What it is chosen from; empty: it is typed."""
    chosen: Sequence[str] | None = None
    """Which of them are chosen, where several can be."""


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A view or a role, and what the step says of it."""

    name: str
    title: str
    said: str


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A field, and whether the reasons of a refusal must name it."""

    key: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StepItem:
    """One step: as a sentence, with what came of it, and as inputs."""

    number: int
    id: str
    said: str
    expected: Sequence[str]
    outcome: str
    reasons: Sequence[str]
    problems: Sequence[PlacedProblem]
    first: bool
    last: bool
    raw: Mapping[str, str]
    """Its plain members."""
    values: Sequence[ValueRow]
    expected_values: Sequence[ValueRow]
    refused: bool
    named: Sequence[NamedRow]
    """The fields that a refusal may have to name."""
    seen: Sequence[SeenRow]
    roles_seen: Sequence[SeenRow]
    transitions: Choices
    actions: Choices
    states: Choices
    field_choices: Choices


@dataclass(frozen=True, slots=True)
class TestPage:
    """The editor of one test."""

    key: str
    title: str
    description: str
    start: str
    steps: Sequence[StepItem]
    problems: Sequence[PlacedProblem]
    roles: Choices
    forms: Choices
    doing: Choices
    outcome: str
    said: str
    run_url: str
    stop_url: str
    rest_url: str
    controls: Mapping[str, Sequence[ValueRow]]
    """By form what a new row asks for the values of those fields with that are chosen."""


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A test as it was recorded, before it is kept."""

    title: str
    test: str
    steps: Sequence[tuple[str, Sequence[str]]]
    notes: Sequence[str]
    back_url: str


def draw(bench: Bench) -> SectionPage:
    """All tests."""
    parts = part_rows(bench, "tests", _words)
    run = _run(bench)
    content = TestsPage(
        rows=[_row(part, run) for part in parts],
        parts=parts,
        forms=[*form_titles(bench).items()],
        said=_said(run),
        is_red=run is not None and not run.passed,
        may_run=not bench.examined.errors,
        run_url=bench.url("tests", run="1"),
    )
    return SectionPage("builder/tests.html", _("Tests"), content)


def _run(bench: Bench, only: str | None = None) -> Run | None:
    """What came of the tests, where the page asks to run them and the draft can be run."""
    if bench.args.get("run") != "1" or bench.examined.errors:
        return None
    return run_again(bench.document, current_services().registry, language(), only)


def _words(_bench: Bench, test: Mapping[str, Any]) -> str:
    steps = test.get("steps")
    return counted("One step", "%(num)s steps", len(steps) if isinstance(steps, list) else 0)


def _row(part: PartRow, run: Run | None) -> TestRow:
    found = run.of(part.name) if run else None
    if found is None:
        return TestRow(part, "", "")
    why = found.reason
    if found.failed_at:
        why = _("Step %(number)s: %(why)s", number=found.failed_at, why=why)
    return TestRow(part, "passed" if found.passed else "failed", why)


def _said(run: Run | None) -> str:
    if run is None:
        return ""
    if run.problem:
        return run.problem
    failed = len(run.failed)
    if failed:
        return counted("One test fails", "%(num)s tests fail", failed)
    return counted("One test passes", "All %(num)s tests pass", len(run.results))


# -- one test -------------------------------------------------------------------------------


def draw_one(bench: Bench, test: str) -> SectionPage:
    """The editor of one test."""
    at = ("tests", test)
    if not has(bench.document, at) or not isinstance(raw := find(bench.document, at), dict):
        raise PartGoneError(test)
    run = _run(bench, text(raw, "key"))
    result = run.of(text(raw, "key") or "") if run else None
    there = raw.get("steps")
    steps = there if isinstance(there, list) else []
    outcomes = [*(result.steps if result else ()), *[None] * len(steps)]
    editor = _Editor(bench, at, steps)
    content = TestPage(
        key=test,
        title=text(raw, "title") or "",
        description=text(raw, "description") or "",
        start=_clock_words(text(raw, "start") or ""),
        steps=[
            editor.item(number, name, step, outcomes[number], len(steps))
            for number, (name, step) in enumerate(zip(names_of(steps), steps, strict=True))
        ],
        problems=[p for p in bench.examined.problems_at(*at) if len(p.at) <= len(at) + 1],
        roles=[("", _("A hook or another program")), *editor.parts("roles")],
        forms=editor.parts("forms"),
        doing=[(doing.value, _(words)) for doing, words in DOING.items()],
        outcome="" if result is None else "passed" if result.passed else "failed",
        said=_test_said(bench, run),
        run_url=bench.url("tests", quote(test, safe=""), run="1"),
        stop_url=bench.url("tests", quote(test, safe="")),
        rest_url=bench.url("text", at=indexed(bench.document, at)),
        controls=editor.new_rows(steps),
    )
    return SectionPage("builder/test.html", text(raw, "title") or test, content)


def _clock_words(start: str) -> str:
    return start.replace("T", " ").removesuffix("Z").removesuffix(":00")


def _test_said(bench: Bench, run: Run | None) -> str:
    if bench.args.get("run") != "1":
        return ""
    if run is None:
        return _("Mend what is wrong with the draft first; then it can be run")
    return run.problem or (_("It passes") if run.passed else _("It fails"))


class _Editor:
    """Draws the steps of a test."""

    def __init__(self, bench: Bench, at: Address, steps: Sequence[Any]) -> None:
        self.bench = bench
        self.at = at
        self.document = bench.document
        self.choices = _choices(bench, steps)
        self.wording = Wording(bench.document, self.choices.told)

    def parts(self, kind: str, form: str | None = None) -> list[tuple[str, str]]:
        """Key and title of the parts of a kind, those of one form where it is given."""
        found = (raw for _at, raw in objects(self.document, kind, ""))
        mine = (raw for raw in found if form is None or text(raw, "form") == form)
        return [(key, text(raw, "title") or key) for raw in mine if (key := text(raw, "key"))]

    def _flow(self, form: str, member: str) -> list[tuple[str, str]]:
        found = objects(self.wording.workflow(form), member, "")
        return [(k, text(raw, "title") or k) for _at, raw in found if (k := text(raw, "key"))]

    def item(
        self, number: int, name: str, step: Any, result: StepResult | None, length: int
    ) -> StepItem:
        """One step."""
        raw = step if isinstance(step, dict) else {}
        form, expect = text(raw, "form") or "", object_at(raw, "expect")
        fields = properties_of(self.document, form)
        plain = ("as", "person", "at", "do", "form", "record", "transition", "action", "comment")
        known = [(key, self.wording.field(form, key)) for key in fields]
        return StepItem(
            number=number,
            id=f"step-{number}",
            said=self.wording.said(raw),
            expected=self.wording.expected(raw),
            outcome=result.outcome.value if result else "",
            reasons=result.reasons if result else (),
            problems=self.bench.examined.problems_at(*self.at, "steps", name),
            first=number == 0,
            last=number == length - 1,
            raw={member: text(raw, member) or "" for member in plain}
            | {"state": text(expect, "state") or "", "says": text(expect, "refused") or ""},
            values=self._values(form, object_at(raw, "values")),
            expected_values=self._values(form, object_at(expect, "values")),
            refused="refused" in expect or "fields" in expect,
            named=_named(known, [key for _at, key in texts(expect, "fields", "")]),
            seen=_seen(self.parts("views", form), expect, "in", "notIn"),
            roles_seen=_seen(self.parts("roles"), expect, "visibleTo", "hiddenFrom"),
            transitions=_with(self._flow(form, "transitions"), text(raw, "transition")),
            actions=_with(self.parts("actions", form), text(raw, "action")),
            states=[("", _("Any")), *_with(self._flow(form, "states"), text(expect, "state"))],
            field_choices=[("", _("A field")), *known],
        )

    def _values(self, form: str, values: Mapping[str, Any]) -> list[ValueRow]:
        return [self._row(form, key, value) for key, value in values.items()]

    def _row(self, form: str, key: str, value: Any) -> ValueRow:
        """A field with its value, and what it can be chosen from."""
        title, typed = self.wording.field(form, key), shown_value(value)
        options = self.choices.options(form, key)
        if not options:
            return ValueRow(key, title, typed)
        if not self.choices.is_several(form, key):
            called = self.choices.told(form, key, value)
            return ValueRow(key, title, typed, with_nothing(options, typed, called))
        if not isinstance(value, list):
            return ValueRow(key, title, typed)
        chosen = [*map(shown_value, value)]
        gone = [(each, each) for each in chosen if each not in dict(options)]
        return ValueRow(key, title, "" if chosen else typed, [*options, *gone], chosen)

    def new_rows(self, steps: Iterable[Any]) -> dict[str, list[ValueRow]]:
        """How the fields that are chosen would be asked for in new rows, by form."""
        forms = dict.fromkeys(text(step, "form") for step in steps if isinstance(step, dict))
        return {form: self._new_rows(form) for form in forms if form}

    def _new_rows(self, form: str) -> list[ValueRow]:
        found = []
        for key in properties_of(self.document, form):
            if options := self.choices.options(form, key):
                several = self.choices.is_several(form, key)
                offered = options if several else with_nothing(options, "", "")
                found.append(ValueRow(key, "", "", offered, () if several else None))
        return found


def _choices(bench: Bench, steps: Sequence[Any]) -> StepChoices:
    there = [step for step in steps if isinstance(step, dict)]
    return StepChoices(bench.examined.tool, there, here().titles)


def _named(known: Choices, chosen: Sequence[str]) -> list[NamedRow]:
    """Those that are chosen first, in their own order, so that nothing is changed by looking."""
    titles = dict(known)
    rest = [key for key in titles if key not in chosen]
    return [NamedRow(key, titles.get(key, key), key in chosen) for key in (*chosen, *rest)]


def _with(known: list[tuple[str, str]], key: str | None) -> list[tuple[str, str]]:
    """The choices with one that is gone, so that nothing is changed by looking."""
    return known if not key or key in dict(known) else [*known, (key, key)]


def _seen(
    parts: list[tuple[str, str]], expect: Mapping[str, Any], yes: str, no: str
) -> list[SeenRow]:
    there = {key for _at, key in texts(expect, yes, "")}
    away = {key for _at, key in texts(expect, no, "")}
    gone = [(key, key) for key in sorted((there | away) - dict(parts).keys())]
    return [
        SeenRow(key, title, yes if key in there else no if key in away else "")
        for key, title in [*parts, *gone]
    ]


# -- recording ------------------------------------------------------------------------------


def draw_recorded(bench: Bench, form: str, record: str) -> SectionPage:
    """What happened to a record, as a test that can be kept."""
    found = recorded(bench.tool, form, record)
    if found is None:
        raise PartGoneError(record)
    written = found.test["steps"]
    steps = (
        [step for step in written if isinstance(step, dict)] if isinstance(written, list) else []
    )
    wording = Wording(bench.document, _choices(bench, steps).told)
    content = RecordedPage(
        title=str(found.test["title"]),
        test=dumps(found.test).decode(),
        steps=[(wording.said(step), wording.expected(step)) for step in steps],
        notes=found.notes,
        back_url=bench.url("tests"),
    )
    return SectionPage("builder/recorded.html", _("Save as a test"), content)


def _place(_document: Any, at: Address) -> str | None:
    return place_in("tests", at, ())


SECTION = Section(
    name="tests",
    title=marked("Tests"),
    icon="flask-conical",
    order=65,
    pages=(
        Page("", "tests", draw),
        Page("<test>", "test", draw_one),
        Page("from/<form>/<record>", "record_test", draw_recorded),
    ),
    owns=("tests",),
    place=_place,
    count=count_of("tests"),
)
