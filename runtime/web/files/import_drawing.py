"""From a batch to the page that shows it: a draft to be planned, work under way, what came of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from flask import url_for

from form_specs.language import _, counted, marked
from form_specs.sheets.remarks import Remark
from runtime.access import FormAccess
from runtime.batches.columns import STATE, Target, keys, system_columns, targets
from runtime.batches.plans import Plan, guessed_way, way_kind
from runtime.batches.rejects import known_problems, place_of, title_of
from runtime.batches.service import REVERT
from runtime.storage import batches, jobs
from runtime.storage.batches import Batch, Reject
from runtime.storage.ids import decode_id, encode_id
from runtime.web.contexts import (
    BatchItem,
    BatchPage,
    CheckedRows,
    ImportColumn,
    ImportDraftPage,
    ImportProblem,
    KeptRecord,
    Link,
    Option,
    RejectCell,
    RejectRow,
)
from runtime.web.site.context import FormPlace, here
from runtime.web.site.times import moment, relative

REJECTS_SHOWN: Final = 20
_SAMPLES_SHOWN: Final = 3
_MOST_OPTIONS: Final = 50
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": (marked("Not started"), "gray"),
    "waiting": (marked("Waiting"), "gray"),
    "running": (marked("Running"), "blue"),
    "done": (marked("Done"), "green"),
    "failed": (marked("Failed"), "red"),
    "cancelled": (marked("Cancelled"), "gray"),
}
UNDER_WAY: Final = ("waiting", "running")
_WAYS: Final[Mapping[str, str]] = {
    "ymd": marked("2026-04-03 is 3 April"),
    "dmy": marked("03/04/2026 is 3 April"),
    "mdy": marked("03/04/2026 is 4 March"),
    "serial": marked("Days are counted, as spreadsheets do"),
    ".": marked("1,234.50: a point before decimals"),
    ",": marked("1.234,50: a comma before decimals"),
}
_ORDERS: Final = ("ymd", "dmy", "mdy", "serial")
_MARKS: Final = (".", ",")


def trail_of(place: FormPlace, *more: Link) -> list[Link]:
    """The way to the pages of a form's imports."""
    tool = Link(place.tool.spec.title, url_for("web.tool", tool=place.tool.key))
    return [tool, *more]


def imports_link(place: FormPlace) -> Link:
    """To the list of a form's batches."""
    return Link(_("Imports"), url_for("web.imports", tool=place.tool.key, form=place.form.key))


def place_of_batch(place: FormPlace, batch: Batch) -> dict[str, Any]:
    """What the addresses of a batch are made of."""
    return {"tool": place.tool.key, "form": place.form.key, "batch": encode_id(batch.id)}


# -- before it begins ---------------------------------------------------------------------


def draft_page(place: FormPlace, batch: Batch, error: str = "") -> ImportDraftPage:
    """The columns of a file and what each is taken for, to be put right."""
    plan, able = Plan.from_json(batch.plan), targets(place.access)
    at = place_of_batch(place, batch)
    return ImportDraftPage(
        title=_("Import %(plural)s", plural=place.form.spec.plural.lower()),
        trail=trail_of(place, imports_link(place)),
        file=plan.name,
        rows=counted("%(rows)s row", "%(rows)s rows", plan.rows, rows=f"{plan.rows:,}"),
        notes=[str(Remark(text, values)) for text, values in plan.notes],
        name=batch.name,
        columns=[_column(place.access, plan, able, index) for index in range(len(plan.titles))],
        keys=_keys(place.access, plan),
        clears=plan.clears,
        action=url_for("web.plan_import", **at),
        discard_url=url_for("web.discard_import", **at),
        checked=_checked(place.access, plan, batch.result.get("checked")),
        error=error,
    )


def _column(access: FormAccess, plan: Plan, able: Mapping[str, Target], index: int) -> ImportColumn:
    name = plan.targets[index]
    offered = [Option("", _("Leave out"), not name)]
    offered += [Option(key, title, key == name) for key, title in system_columns(access).items()]
    offered += [Option(key, target.title, key == name) for key, target in able.items()]
    found = able.get(name)
    kind = way_kind(found.field, found.part) if found is not None else ""
    way = plan.ways.get(name, "")
    unsure = bool(kind) and found is not None and guessed_way(found.field, plan.samples[index])[1]
    ways = {"order": _ORDERS, "mark": _MARKS}.get(kind, ())
    return ImportColumn(
        index=index,
        title=plan.titles[index],
        samples=plan.samples[index][:_SAMPLES_SHOWN] if index < len(plan.samples) else (),
        targets=offered,
        way=f"way/{name}" if kind else "",
        ways=[Option(one, _(_WAYS[one]), one == way) for one in ways],
        unsure=unsure,
        left_out=not name,
    )


def _keys(access: FormAccess, plan: Plan) -> list[Option]:
    none = Option("", _("Each row is a new record"), not plan.key)
    found = [
        Option(key, _("By %(title)s: known records are changed", title=title), key == plan.key)
        for key, title in keys(access).items()
        if key in plan.targets
    ]
    return [none, *found]


def _checked(access: FormAccess, plan: Plan, found: Mapping[str, Any] | None) -> CheckedRows | None:
    if found is None:
        return None
    words = ""
    if not found["whole"]:
        words = _("The first %(rows)s rows were checked", rows=f"{found['rows']:,}")
    return CheckedRows(
        counts=[
            (f"{found['added']:,}", _("would be added")),
            (f"{found['updated']:,}", _("would be updated")),
            (f"{found['same']:,}", _("stay as they are")),
            (f"{found['rejected']:,}", _("would be rejected")),
        ],
        problems=[
            ImportProblem(str(told["line"]), title_of(plan, told["field"]) or "", told["message"])
            for told in known_problems(access, found["problems"])
        ],
        words=words,
    )


# -- on its way, and over -----------------------------------------------------------------


def batch_page(place: FormPlace, batch: Batch, after: int = 0) -> BatchPage:
    """How far a batch is, what came of it, and what is left to be put right."""
    at, under_way = place_of_batch(place, batch), batch.status in UNDER_WAY
    job = _job(batch)
    rejects = [] if under_way else _rejects(batch, after)
    taken_back = batches.reverting(here().conn, batch.id, batch.form_id)
    importing = batch.kind != REVERT
    left = batches.reject_count(here().conn, batch.id)
    more = len(rejects) == REJECTS_SHOWN and importing
    return BatchPage(
        title=batch.name,
        trail=trail_of(place, imports_link(place)),
        item=batch_item(place, batch),
        poll_url=url_for("web.batch", **at) if under_way else "",
        done=job.progress if job else 0,
        total=(job.total if job else 0) or batch.plan.get("rows", 0),
        cancel_url=url_for("web.cancel_batch", **at) if under_way else "",
        records_url=_records_url(place, batch) if importing else "",
        rejects=[_reject_row(place, batch, reject) for reject in rejects] if importing else [],
        rejects_url=url_for("web.batch_rejects", **at) if left and importing else "",
        more_url=url_for("web.batch", after=rejects[-1].line, **at) if more else "",
        left=counted("%(rows)s row", "%(rows)s rows", left, rows=f"{left:,}"),
        kept=[] if importing else [_kept(place, reject) for reject in rejects],
        revert_url=url_for("web.revert_batch", **at) if importing and not under_way else "",
        revert_text=_revert_text(place, batch),
        forces=any(item.result.get("kept") for item in taken_back),
        taken_back=[batch_item(place, item) for item in taken_back],
    )


def _job(batch: Batch) -> jobs.Job | None:
    key = batch.result.get("job")
    return jobs.get(here().conn, decode_id(key)) if key else None


def _rejects(batch: Batch, after: int) -> list[Reject]:
    return batches.rejects(here().conn, batch.id, after, REJECTS_SHOWN)


def _records_url(place: FormPlace, batch: Batch) -> str:
    view = next(iter(place.access.views()), None)
    if view is None or not batches.record_count(here().conn, batch.id):
        return ""
    return url_for("web.view", tool=place.tool.key, view=view.key, batch=encode_id(batch.id))


def _revert_text(place: FormPlace, batch: Batch) -> str:
    return _(
        "What it added is deleted, what it changed gets its old values. What was changed since stays as it is and is listed."
    )


def batch_item(place: FormPlace, batch: Batch) -> BatchItem:
    """A batch as one line."""
    state, color = _STATES[batch.status]
    at = moment(batch.created_at)
    by = here().titles({batch.created_by})
    return BatchItem(
        url=url_for("web.batch", **place_of_batch(place, batch)),
        name=batch.name,
        state=_(state),
        color=color,
        by=by.get(batch.created_by, batch.created_by),
        at=at,
        at_text=relative(at, datetime.now(UTC)),
        words=batch_words(batch),
    )


def batch_words(batch: Batch) -> str:
    """What came of a batch, in a sentence."""
    result = batch.result
    if batch.status == "draft":
        return _("The columns are being matched")
    names = (
        ("deleted", "undone", "kept") if batch.kind == REVERT else ("added", "updated", "rejected")
    )
    told = {
        "added": _("%(number)s added", number=f"{result.get('added', 0):,}"),
        "updated": _("%(number)s updated", number=f"{result.get('updated', 0):,}"),
        "rejected": _("%(number)s rejected", number=f"{result.get('rejected', 0):,}"),
        "deleted": _("%(number)s deleted", number=f"{result.get('deleted', 0):,}"),
        "undone": _("%(number)s put back", number=f"{result.get('undone', 0):,}"),
        "kept": _("%(number)s left as they are", number=f"{result.get('kept', 0):,}"),
    }
    words = ", ".join(told[name] for name in names)
    message = result.get("message", "")
    return f"{words}. {message}" if message else words


def _kept(place: FormPlace, reject: Reject) -> KeptRecord:
    record = encode_id(reject.line)
    url = url_for("web.record", tool=place.tool.key, form=place.form.key, record=record)
    problems = known_problems(place.access, reject.problems)
    return KeptRecord(
        next(iter(reject.cells), record), url, "; ".join(told["message"] for told in problems)
    )


def _reject_row(place: FormPlace, batch: Batch, reject: Reject) -> RejectRow:
    plan = Plan.from_json(batch.plan)
    problems = known_problems(place.access, reject.problems)
    by_place: dict[int | None, list[str]] = {}
    for told in problems:
        by_place.setdefault(place_of(plan, told["field"]), []).append(told["message"])
    able = targets(place.access)
    lacking = [able[key] for key in _lacking(plan, able, problems)]
    cells = [
        RejectCell(
            name=f"cell/{index}",
            title=plan.titles[index],
            value=reject.cells[index] if index < len(reject.cells) else "",
            errors=by_place.get(index, ()),
            options=_states(place)
            if plan.targets[index] == STATE
            else _options(able.get(plan.targets[index])),
        )
        for index in range(len(plan.titles))
        if plan.targets[index]
    ]
    cells += [
        RejectCell(
            name=f"more/{target.name}",
            title=target.title,
            value="",
            errors=[told["message"] for told in problems if told["field"] == target.field.key],
            options=_options(target),
        )
        for target in lacking
    ]
    asked = {target.field.key for target in lacking}
    at = place_of_batch(place, batch)
    return RejectRow(
        line=str(reject.line),
        url=url_for("web.fix_row", line=reject.line, **at),
        cells=cells,
        errors=[
            told["message"]
            for told in problems
            if place_of(plan, told["field"]) is None and told["field"] not in asked
        ],
    )


def _lacking(
    plan: Plan, able: Mapping[str, Target], problems: Sequence[Mapping[str, Any]]
) -> list[str]:
    """The columns of fields that something is wrong with and that the file has none for."""
    fields = {told["field"] for told in problems if place_of(plan, told["field"]) is None}
    return [name for name, target in able.items() if target.field.key in fields]


def _states(place: FormPlace) -> Sequence[str]:
    """What the states of the form are called."""
    workflow = place.form.workflow
    return [state.title for state in workflow.states.values()] if workflow else ()


def _options(target: Target | None) -> Sequence[str]:
    if target is None or not target.field.has_choices:
        return ()
    choices = [choice for choice in target.field.spec.choices if not choice.retired]
    return [choice.title for choice in choices] if len(choices) <= _MOST_OPTIONS else ()
