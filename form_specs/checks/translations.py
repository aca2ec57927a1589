"""What may be wrong with a tool's translations: texts that are not there, languages twice."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from form_specs.checks.raw import object_at
from form_specs.language import _
from form_specs.problem import Problem, escaped
from form_specs.translation import texts


def translation_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """For a document whose shape is right."""
    messages = object_at(document, "messages")
    if not messages:
        return
    own = document.get("locale", "en")
    if own in messages:
        hint = _("Change the texts themselves")
        yield Problem(
            f"/messages/{own}", _("'%(own)s' is the language the tool is written in", own=own), hint
        )
    known = {text.pointer for text in texts(document)}
    for locale, said in messages.items():
        for pointer in said if isinstance(said, Mapping) else ():
            if pointer not in known:
                at = f"/messages/{escaped(locale)}/{escaped(pointer)}"
                message = _("there is no text at '%(pointer)s'", pointer=pointer)
                yield Problem(at, message, _meant(pointer, known), at_key=True)


def _meant(pointer: str, known: Iterable[str]) -> str:
    close = get_close_matches(pointer, known, 1)
    if close:
        return _("Did you mean '%(close)s'?", close=close[0])
    return _("`opswright translations` lists the texts that there are")
