"""Why a draft cannot be published, or tried, at all."""

from builder.bench import Bench
from form_specs.language import _, counted


def hindered(bench: Bench) -> str:
    """Why the draft cannot be published at all; empty where it can."""
    draft = bench.standing.draft
    if bench.examined.errors:
        return counted(
            "One thing is to be mended before it can be published",
            "%(num)s things are to be mended before it can be published",
            bench.examined.errors,
        )
    if bench.document.get("key") != bench.tool:
        return _("The draft has another key than the tool: keep its key")
    if draft is not None and draft.unread is not None:
        return _("Its text is no JSON yet: mend it, or go back to the last one that was")
    if bench.standing.conflicts:
        return _("A version that was published from elsewhere does not agree with it: choose above")
    return ""
