"""Lists of choices that are longer than a field can offer."""

from typing import Any

from form_specs.checks.fields import MOST_CHOICES
from form_specs.imports.reading import Node
from form_specs.language import _, digits


def offered(choices: list[dict[str, Any]], node: Node, *names: str) -> list[dict[str, Any]]:
    """The choices of a question; none where there are too many texts, which is noted at `names`.

    Values that are no texts stand in the schema, however many they are.
    """
    are_texts = all(isinstance(choice["const"], str) for choice in choices)
    if len(choices) <= MOST_CHOICES or not are_texts:
        return choices
    message = _(
        "the %(size)s choices are not carried over: a field has at most %(most)s",
        size=digits(len(choices)),
        most=digits(MOST_CHOICES),
    )
    advice = _("Any text is taken; make records of them, and choose among those")
    node.say(message, advice, *names)
    return []
