"""Workflows: the states of each form's records, drawn and listed, and the ways between them."""

from collections.abc import Mapping
from typing import Any

from builder.bench import Bench
from builder.commanding import KEY
from builder.flow.outline import Flow
from builder.flow.pages import FlowPage, FormLine, form_lines
from builder.section import Page, PartGoneError, Section, SectionPage, count_of
from form_specs.editing import Address
from form_specs.language import _, marked


def draw_list(bench: Bench) -> SectionPage:
    """The forms, each with its workflow."""
    lines: list[FormLine] = form_lines(bench)
    return SectionPage("builder/workflows.html", _("Workflow"), lines)


def draw_flow(bench: Bench, form: str) -> SectionPage:
    """A workflow with nothing chosen in it."""
    return _page(bench, form)


def draw_state(bench: Bench, form: str, state: str) -> SectionPage:
    """A workflow with one of its states chosen."""
    return _page(bench, form, state=state)


def draw_way(bench: Bench, form: str, way: str) -> SectionPage:
    """A workflow with one of its transitions chosen."""
    return _page(bench, form, way=way)


def _page(bench: Bench, form: str, **chosen: str) -> SectionPage:
    flow = Flow.of(bench.document, form)
    if flow is None:
        raise PartGoneError
    if chosen.get("state", "") not in ("", *flow.states):
        raise PartGoneError
    if chosen.get("way", "") not in ("", *flow.ways):
        raise PartGoneError
    content = FlowPage(bench, flow, **chosen)
    return SectionPage("builder/workflow.html", content.title, content)


def _place(document: Any, at: Address) -> str | None:
    """Where a part of a workflow is changed."""
    if not at or at[0] != "workflows":
        return None
    if len(at) == 1:
        return ""
    flow = Flow.of(document, at[1]) if isinstance(document, Mapping) else None
    if flow is None or not KEY.fullmatch(at[1]):
        return None
    below, name = at[2:3], next(iter(at[3:4]), "")
    if below == ("states",) and name in flow.states and KEY.fullmatch(name):
        return f"{at[1]}/states/{name}/"
    if below == ("transitions",) and name in flow.ways and KEY.fullmatch(name):
        return f"{at[1]}/transitions/{name}/"
    return f"{at[1]}/"


SECTION = Section(
    name="workflow",
    title=marked("Workflow"),
    icon="git-merge",
    order=30,
    pages=(
        Page("", "workflows", draw_list),
        Page("<form>/", "workflow", draw_flow),
        Page("<form>/states/<state>/", "workflow_state", draw_state),
        Page("<form>/transitions/<way>/", "workflow_transition", draw_way),
    ),
    owns=("workflows",),
    place=_place,
    count=count_of("workflows"),
)
