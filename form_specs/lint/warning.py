"""What the kinds of warnings share: how one is said, and who may do what."""

from collections.abc import Iterator

from form_specs.model import Right, ToolSpec, Transition, Workflow
from form_specs.problem import Problem, Severity


def warning(kind: str, at: str, message: str, hint: str) -> Problem:
    """Something that is allowed and goes wrong at work; by its `kind` it may be set aside."""
    return Problem(at, message, hint, Severity.WARNING, kind=kind)


def ways(tool: ToolSpec) -> Iterator[tuple[str, Workflow, Transition]]:
    """Pointer, workflow and transition of everything that people may take."""
    for index, workflow in enumerate(tool.workflows.values()):
        for number, way in enumerate(workflow.transitions.values()):
            if not way.hook_only:
                yield f"/workflows/{index}/transitions/{number}", workflow, way


def reads(tool: ToolSpec, role: str, form: str) -> bool:
    """Whether a role may see records of a form."""
    grant = tool.roles[role].grants.get(form)
    return grant is not None and Right.READ in grant.can


def takers(tool: ToolSpec, form: str, way: Transition) -> list[str]:
    """The roles that may take a transition: they see the form, and are named or may edit."""
    return [
        key
        for key, role in tool.roles.items()
        if reads(tool, key, form)
        and (key in way.roles if way.roles else Right.EDIT in role.grants[form].can)
    ]
