"""The control of a variant: a select of the alternative, and the inputs of each of them.

The inputs of the alternative that is chosen bear the plain name of the field; those of the
others one of their own, so that what was typed there is kept until the form is saved.  Beside
the choice stands which alternative bore the plain name when the form was drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.controls.control import Input
from components.controls.posts import AnyPost, Renamed, beside
from components.nested.controls import Container, ObjectControl
from components.values import ABSENT, InvalidValueError
from form_specs.language import _

CHOICE: Final = "choice"
"""Marks the name of the select: `:choice:payment`."""
DRAWN: Final = "drawn"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value and which of the alternatives it is of."""

    alternative: int
    value: Any


class VariantControl(Container):
    """One control inside for each alternative; `entries` holds only that of the chosen one."""

    alternatives: list[Input]
    chosen: int | None
    """None: no alternative, and so no value."""

    @property
    def choice_name(self) -> str:
        """The name of the select."""
        return beside(self.name, CHOICE)

    @property
    def drawn_name(self) -> str:
        """The name of what says which alternative bears the plain name."""
        return beside(self.name, DRAWN)

    def is_in(self, post: AnyPost) -> bool:
        return post.holds(self.name) or self.choice_name in post

    def build(self, post: AnyPost | None) -> None:
        value = self.readable_data
        current = value.alternative if isinstance(value, Chosen) else None
        drawn = current if post is None else self._posted(post, self.drawn_name, current)
        self.chosen = drawn if post is None else self._posted(post, self.choice_name, drawn)
        if post is not None and self.choice_name not in post and self.chosen is None:
            drawn = self.chosen = 0
        self.switched = self.chosen not in (None, drawn)
        self.alternatives = []
        for at, child in enumerate(self.field_type.children):
            name = self.name if at == self.chosen else beside(self.name, at)
            stands = self.name if at == drawn else beside(self.name, at)
            source = Renamed(post, name, stands) if post is not None else None
            data = value.value if isinstance(value, Chosen) and at == current else ABSENT
            self.alternatives.append(self.part_in(child, name, source, data))

    def _posted(self, post: AnyPost, name: str, otherwise: int | None) -> int | None:
        texts = post.getlist(name)
        if not texts:
            return otherwise
        fits = texts[0].isascii() and texts[0].isdigit()
        at = int(texts[0][:4]) if fits else -1
        return at if 0 <= at < len(self.field_type.children) else None

    @property
    def part(self) -> Input | None:
        """The control of the chosen alternative."""
        return None if self.chosen is None else self.alternatives[self.chosen]

    @property
    def entries(self) -> Sequence[Input]:
        return () if self.part is None else (self.part,)

    @property
    def drawn(self) -> Sequence[Input]:
        return self.alternatives

    def entry(self, step: str | int) -> Input | None:
        return None if self.part is None else self.part.entry(step)

    @property
    def steps(self) -> Sequence[tuple[str | int | None, Input]]:
        return () if self.part is None else ((None, self.part),)

    @property
    def drafted(self) -> Any:
        if self.part is None or self.chosen is None or self.part.drafted is ABSENT:
            return ABSENT
        return Chosen(self.chosen, self.part.drafted)

    @property
    def end(self) -> Input:
        return self if self.part is None or isinstance(self.part, Container) else self.part

    @property
    def pairs(self) -> list[tuple[str, str]]:
        chosen = "" if self.chosen is None else str(self.chosen)
        inner = [pair for part in self.alternatives for pair in part.pairs]
        return [(self.choice_name, chosen), (self.drawn_name, chosen), *inner]

    @property
    def touched(self) -> bool:
        return self.posted and (self.failed or self.data is not self.object_data)

    def check_own(self, texts: Sequence[str]) -> None:
        part = self.part
        if isinstance(part, ObjectControl):
            self.field_type.parse_text(texts)
        needs = part is not None and (self.switched or self._value(part) is ABSENT)
        if part is None or part.failed or not needs or not part.drawn_inputs:
            return
        title = part.field_type.spec.title
        raise InvalidValueError(_("Fill in what belongs to '%(title)s'", title=title))

    def _value(self, part: Input) -> Any:
        """The value of the chosen alternative; one that needs nothing typed has one at once."""
        if part.data is ABSENT and isinstance(part, ObjectControl):
            required = part.field_type.spec.schema.get("required", ())
            return dict(part.constants) if set(required) <= part.constants.keys() else ABSENT
        return part.data

    def merged(self) -> Any:
        part, value = self.part, self.readable_data
        if part is None:
            return self.object_data if self.object_data is ABSENT else self.emptied(ABSENT)
        same = isinstance(value, Chosen) and value.alternative == self.chosen
        if same and not part.touched:
            return self.object_data
        assert self.chosen is not None
        return Chosen(self.chosen, self._value(part))
