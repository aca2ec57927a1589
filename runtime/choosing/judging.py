"""Why a value may not be chosen, in words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from form_specs.language import _
from form_specs.model import Choice
from runtime.choosing.listed import fits


@dataclass(frozen=True, slots=True)
class Misfit:
    """A key that cannot be chosen: why, for programs and for people."""

    key: str
    code: str
    message: str


def misfits(
    choices: Mapping[str, Choice],
    keys: Collection[str],
    depends: Collection[str] | None,
    other: str,
    *,
    free: bool = False,
) -> Iterator[Misfit]:
    """The keys that are not among the choices, are retired, or do not go with the field `other`.

    `depends` is what that field holds, or none where nothing depends; `free`: any other text may
    be chosen as well.
    """
    for key in keys:
        choice = choices.get(key)
        if choice is None:
            if not free:
                yield Misfit(key, "choice", unknown_words(key, choices))
        elif choice.retired:
            yield Misfit(
                key, "choice", _("'%(choice)s' is not offered any more", choice=choice.title)
            )
        elif depends is not None and not fits(choice, depends):
            yield Misfit(key, "match", mismatch_words(choice.title, other))


def unknown_words(key: str, choices: Collection[str]) -> str:
    """That there is no such choice, and which one may be meant."""
    shown = key[:100]
    close = get_close_matches(shown, [*choices][:2000], 1)
    if close:
        return _(
            "There is no choice '%(value)s'; did you mean '%(meant)s'?", value=shown, meant=close[0]
        )
    return _("There is no choice '%(key)s'. Choose one that is offered", key=shown)


def mismatch_words(title: str, other: str) -> str:
    """That a choice does not go with what another field holds."""
    return _(
        "'%(title)s' does not go with what stands in %(other)s. Choose again",
        title=title,
        other=other,
    )
