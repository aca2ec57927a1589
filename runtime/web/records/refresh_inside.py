"""Which parts inside the fields of a form are drawn otherwise than they stand in the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from components.controls.control import Input
from runtime.web.forms.markers import whole
from runtime.web.forms.reacting import Reacting


@dataclass(frozen=True, slots=True)
class ChangedInside:
    """The controls inside fields that changed."""

    anew: list[Input] = field(default_factory=list)
    """Drawn anew, with all inside them."""
    marked: list[Input] = field(default_factory=list)
    """Whose inputs stay, with other notes around them."""

    @property
    def any(self) -> bool:
        return bool(self.anew or self.marked)


def changed_inside(
    reacting: Reacting, keys: Sequence[str], drawn: Mapping[str, str]
) -> ChangedInside:
    """What changed inside the fields `keys` against how it is `drawn`."""
    found, inside = ChangedInside(), reacting.inside
    if inside is None:
        return found
    outer: list[str] = []
    for control in _controls(reacting, keys):
        name = control.name
        now, then = inside.state(name), drawn.get(name, "")
        if now == then or any(name.startswith(f"{each}/") for each in outer):
            continue
        if whole(now) == whole(then):
            found.marked.append(control)
        else:
            found.anew.append(control)
            outer.append(name)
    return found


def _controls(reacting: Reacting, keys: Sequence[str]) -> Iterator[Input]:
    assert reacting.inside is not None
    form, ways = reacting.inside.form, reacting.inside.ways
    for key in keys:
        if key in form and not reacting.hides(key):
            yield from (control for control in form.control(key).walk() if control.name in ways)
