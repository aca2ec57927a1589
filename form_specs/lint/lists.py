"""Lists that work is taken from: in no order, or with records that stand in none of them."""

from collections.abc import Iterator

from form_specs.checks.conditions import Placed
from form_specs.checks.context import ToolContext
from form_specs.conditions import AllOf, Comparison, Kind
from form_specs.conditions.folding import never_holds
from form_specs.language import _
from form_specs.lint.logic import domains_of, lowered
from form_specs.lint.warning import warning
from form_specs.model import ToolSpec, Workflow
from form_specs.problem import Problem


def list_warnings(context: ToolContext, tool: ToolSpec) -> Iterator[Problem]:
    """What is wrong with the views as places where work waits."""
    for index, view in enumerate(tool.views.values()):
        if view.filter is not None and not view.sort and view.form in tool.workflows:
            message = _(
                "'%(title)s' is in no order: what comes first in it is the newest record",
                title=view.title,
            )
            hint = _("Sort it by what is due, or by what has waited longest")
            yield warning("unsorted", f"/views/{index}", message, hint)
    for index, workflow in enumerate(tool.workflows.values()):
        yield from _unseen(context, tool, workflow, f"/workflows/{index}")


def _unseen(context: ToolContext, tool: ToolSpec, workflow: Workflow, at: str) -> Iterator[Problem]:
    """States whose records stand in no view of their form."""
    form = context.forms[workflow.form]
    views = [view for view in tool.views.values() if view.form == workflow.form]
    filters = [lowered(Placed(form, "", view.filter)) for view in views if view.filter]
    if not views or len(filters) < len(views) or None in filters:
        return
    known = domains_of(form, tuple(workflow.states))
    for number, state in enumerate(workflow.states.values()):
        here = Comparison(("@state",), Kind.TEXT, "eq", state.key)
        if all(found and never_holds(AllOf((here, found)), known) for found in filters):
            message = _("records in '%(title)s' stand in no view", title=state.title)
            hint = _("Let the filter of a view take them in, or add a view for them")
            yield warning("unseen", f"{at}/states/{number}", message, hint)
