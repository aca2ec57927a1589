"""The refunds tool with fields that react to one another.

A web site is shown for refunds of the south and needed where the web is a channel; the notes are shown
once there is a site; the e-mail address belongs to the south too, but is kept elsewhere; the
share is fixed from a score of 90; a score over 80 is worth a warning; a ratio over 1 is wrong.
"""

from typing import Any

from tests.runtime.refunds import refunds_tool

SOUTH = {"field": "region", "op": "eq", "value": "south"}
ON_THE_WEB = {"field": "channels", "op": "has", "value": "web"}


def reacting_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    tool = refunds_tool()
    properties = tool["forms"][0]["schema"]["properties"]

    def annotate(key: str, **ops: Any) -> None:
        properties[key]["x-ops"] |= ops

    annotate("site", showWhen=SOUTH, requireWhen=ON_THE_WEB)
    annotate("notes", showWhen={"field": "site", "op": "present"})
    annotate("email", showWhen=SOUTH, whenHidden="keep")
    annotate("papers", showWhen=SOUTH)
    annotate("share", readOnlyWhen={"field": "score", "op": "ge", "value": 90})
    warning = {"field": "score", "op": "le", "value": 80}
    annotate("score", rules=[rule(warning, "That is a high score", severity="warning")])
    annotate("ratio", rules=[rule({"field": "ratio", "op": "le", "value": 1}, "At most 1")])
    return tool


def rule(condition: dict[str, Any], message: str, **more: Any) -> dict[str, Any]:
    return {"condition": condition, "message": message, **more}
