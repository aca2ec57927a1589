"""What reading each view of a draft took, as the last trial of the draft measured it."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.bench import Bench
from builder.publishing.replays import is_of, latest
from form_specs.checks.raw import object_at, text
from form_specs.editing import find, has
from form_specs.language import _, counted, digits
from runtime.replaying.finding import Found
from runtime.replaying.viewing import ViewCost
from runtime.storage.jobs import Job


@dataclass(frozen=True, slots=True)
class IndexOffer:
    """A field that would be found faster by an index."""

    form: str
    field: str
    title: str
    form_id: str
    is_made: bool
    """The draft asks for the index already."""


@dataclass(frozen=True, slots=True)
class ViewTime:
    """What reading one view took."""

    view: str
    title: str
    url: str
    words: str
    is_dear: bool
    """Whether far more is looked at than shown, or it took too long."""
    note: str
    offers: Sequence[IndexOffer]


def times_of(bench: Bench, job: Job) -> list[ViewTime]:
    """Of all views that the draft still has, the dearest first."""
    found = [cost for cost in Found.from_json(job.result or {}).views if cost]
    known = [cost for cost in found if has(bench.document, ("views", cost.view))]
    costs = sorted(known, key=lambda cost: (not _is_dear(cost), -cost.milliseconds))
    return [_time(bench, cost) for cost in costs]


def time_of(bench: Bench, view: str) -> ViewTime | None:
    """Of one view, where the draft as it stands was tried."""
    job = latest(bench)
    if job is None or job.status != "done" or not is_of(bench, job):
        return None
    return next((time for time in times_of(bench, job) if time.view == view), None)


def _is_dear(cost: ViewCost) -> bool:
    return cost.is_over or bool(cost.fields)


def _time(bench: Bench, cost: ViewCost) -> ViewTime:
    raw = find(bench.document, ("views", cost.view))
    form = text(raw, "form") or ""
    note = _("Its own index is made once it is published") if cost.awaits_index else ""
    return ViewTime(
        view=cost.view,
        title=text(raw, "title") or cost.view,
        url=bench.url("views", cost.view),
        words=_words(bench, cost),
        is_dear=_is_dear(cost),
        note=note,
        offers=[_offer(bench, cost.view, form, field) for field in cost.fields],
    )


def _words(bench: Bench, cost: ViewCost) -> str:
    role = ("roles", cost.role)
    known = has(bench.document, role)
    who = text(find(bench.document, role), "title") if known else None
    took = (
        _("given up after %(number)s ms", number=round(cost.milliseconds))
        if cost.is_over
        else _("%(number)s ms", number=digits(max(1, round(cost.milliseconds))))
    )
    said = [took, _("as %(role)s", role=who or cost.role)]
    if cost.looked is not None:
        looked, records = digits(cost.looked), digits(cost.records)
        said.append(
            counted(
                "%(looked)s of one record looked at",
                "%(looked)s of %(num)s records looked at",
                cost.records,
                looked=looked,
                num=records,
            )
        )
    elif cost.reads_all:
        said.append(
            counted(
                "the only record looked at",
                "all %(num)s records looked at",
                cost.records,
                num=digits(cost.records),
            )
        )
    return ", ".join(said)


def _offer(bench: Bench, view: str, form: str, field: str) -> IndexOffer:
    at = ("forms", form, "schema", "properties", field)
    raw = find(bench.document, at) if has(bench.document, at) else {}
    is_made = object_at(raw, "x-ops").get("index") is True
    form_id = f"index-{view}-{field}"
    return IndexOffer(form, field, text(raw, "title") or field, form_id, is_made)
