"""What the tests of a tool say against publishing it."""

from builder.scenarios.running import run_again
from components.registry import Registry
from form_specs.language import _, counted
from form_specs.model import JsonObject
from runtime.web.site.language import language

_NAMED = 3


def objection(document: JsonObject, registry: Registry, note: str = "") -> str:
    """Why a checked tool is not to be published; empty: its tests pass, or somebody said why it is all the same."""
    if note.strip() or not document.get("tests"):
        return ""
    run = run_again(document, registry, language())
    if run.passed:
        return ""
    if run.problem:
        return run.problem
    named = "; ".join(f"{result.title}: {result.reason}" for result in run.failed[:_NAMED])
    failed = counted("One test fails", "%(num)s tests fail", len(run.failed))
    text = _("%(failed)s (%(which)s). Mend them, or write why it is published all the same")
    return text % {"failed": failed, "which": named}
