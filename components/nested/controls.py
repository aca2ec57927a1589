"""The controls of fields with fields inside them: what they share, and that of an object.

A post says of a container only what was drawn and changed; all else in its value stays as it
was: keys that nobody drew, null, numbers to the last digit.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wtforms.utils import unset_value

from components.base import FieldType
from components.controls.control import Input
from components.controls.posts import AnyPost, FormData, below, beside, post_of
from components.values import ABSENT, InvalidValueError, Kept

_OTHERS: Final = "others"
"""Marks the name of the input of keys that are no fields: `:others:address`."""


class Told(Input):
    """The control of a part that can be nothing but one value: nobody types it in."""

    def process(
        self,
        formdata: FormData | None,
        data: Any = unset_value,
        extra_filters: Sequence[Any] | None = None,
    ) -> None:
        """Take the value the form is drawn with; nothing is ever posted."""
        self.process_errors = []
        self.object_data = ABSENT if data is unset_value else data
        only: Any = self.field_type.only
        try:
            self.data = self.field_type.parse(only)
        except InvalidValueError:
            self.data = Kept(only)

    @property
    def drawn_inputs(self) -> bool:
        return False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return []


class Container(Input):
    """A control with controls inside, which it makes when it is given a value or a post."""

    def process(
        self,
        formdata: FormData | None,
        data: Any = unset_value,
        extra_filters: Sequence[Any] | None = None,
    ) -> None:
        """Take the value the form is drawn with, make the controls inside, read the post."""
        self.process_errors = []
        self.object_data = self.data = ABSENT if data is unset_value else data
        post = post_of(formdata) if formdata is not None else None
        self.posted = post is not None and self.is_in(post)
        if post is None or not self.posted:
            self.build(None)
            return
        self.raw_data = self.posted_texts = post.getlist(self.name)
        self.build(post)
        self.take_blank(post)
        try:
            self.check_own(self.posted_texts)
        except InvalidValueError as error:
            self.process_errors = [str(error)]
            self.errors = list(self.process_errors)
        else:
            self.data = self.settled(self.merged())

    def is_in(self, post: AnyPost) -> bool:
        """Whether the post says anything of it."""
        return post.holds(self.name)

    @abstractmethod
    def build(self, post: AnyPost | None) -> None:
        """Make and fill the controls inside."""

    def check_own(self, texts: Sequence[str]) -> None:
        """What is posted under its own name; raises `InvalidValueError`."""
        self.field_type.parse_text(texts)

    @abstractmethod
    def merged(self) -> Any:
        """The value it was drawn with, what changed inside replaced."""

    @property
    def touched(self) -> bool:
        inside = any(entry.touched for entry in self.entries)
        return bool(self.errors) or inside or self.says_blank

    @property
    def says_blank(self) -> bool:
        """Whether the post says that it holds nothing in another way than it did."""
        return self.meant is not None and self.data is not self.object_data

    @property
    def idle(self) -> bool:
        return not self.touched

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What its inputs post as they are drawn, with those of the controls inside."""
        inner = [pair for entry in self.entries if not is_given(entry) for pair in entry.pairs]
        return [*self.blank_pairs, *inner]

    def inner(self, field_type: FieldType, name: str, post: AnyPost | None, data: Any) -> Input:
        """A control inside, bound and filled."""
        unbound: Any = field_type.control()
        control = unbound.bind(form=None, name=name, _meta=self.meta)
        control.process(post, unset_value if data is ABSENT else data)
        assert isinstance(control, Input)
        return control

    def part_in(self, field_type: FieldType, name: str, post: AnyPost | None, data: Any) -> Input:
        """The same, without an input where the field says by itself what it is."""
        if field_type.only is ABSENT:
            return self.inner(field_type, name, post, data)
        unbound: Any = Told(field_type)
        control = unbound.bind(form=None, name=name, _meta=self.meta)
        control.process(None, unset_value if data is ABSENT else data)
        assert isinstance(control, Input)
        return control

    def start(self) -> None:
        for entry in self.entries:
            entry.start()

    def _drawn(self, value: Any) -> list[str]:
        return []

    def emptied(self, empty: Any) -> Any:
        """What is left where nothing is left inside: no value, but where one must be."""
        spec = self.field_type.spec
        if spec.blank == "null" and self.field_type.allows_null:
            return None
        return empty if spec.required or spec.blank == "empty" else ABSENT


def is_given(control: Input) -> bool:
    """Whether what a control shows follows from other fields, so that nobody types it."""
    return control.field_type.spec.computed is not None


class ObjectControl(Container):
    """The control of an object: one inside for each of its fields, and one for all its other keys."""

    field_type: Any

    def build(self, post: AnyPost | None) -> None:
        value = self.readable_data
        held: Mapping[str, Any] = value if isinstance(value, dict) else {}
        self._parts = {
            child.key: self.inner(
                child,
                below(self.name, child.key),
                None if child.spec.computed else post,
                held.get(child.key, ABSENT),
            )
            for child in self.field_type.children
            if "const" not in child.spec.schema
        }
        self._others = self._further(held, post)

    def _further(self, held: Mapping[str, Any], post: AnyPost | None) -> Input | None:
        """The input of the keys that are no fields, where there are some or are to be some."""
        others = self.field_type.others
        left = others.of(held) if others is not None else {}
        name = beside(self.name, _OTHERS)
        posted = post is not None and name in post
        if others is None or not (left or posted or self.field_type.offers_others):
            return None
        return self.inner(others, name, post, left.get(others.key, ABSENT))

    def is_in(self, post: AnyPost) -> bool:
        return super().is_in(post) or beside(self.name, _OTHERS) in post

    @property
    def drawn_inputs(self) -> bool:
        return any(part.drawn_inputs and not is_given(part) for part in self.entries)

    @property
    def constants(self) -> Mapping[str, Any]:
        """The parts that must be there and can be nothing else: nobody types them in."""
        return {
            child.key: child.parse(child.spec.schema["const"])
            for child in self.field_type.children
            if child.spec.required and "const" in child.spec.schema
        }

    @property
    def entries(self) -> Sequence[Input]:
        others = () if self._others is None else (self._others,)
        return (*self._parts.values(), *others)

    def entry(self, step: str | int) -> Input | None:
        return self._parts.get(str(step))

    @property
    def steps(self) -> Sequence[tuple[str | int | None, Input]]:
        return tuple(self._parts.items())

    @property
    def drafted(self) -> Any:
        held = self.readable_data
        value = dict(held) if isinstance(held, dict) else dict(self.constants)
        for key, part in self._parts.items():
            value.pop(key, None)
            if (drafted := part.drafted) is not ABSENT:
                value[key] = drafted
        return value

    @property
    def rest(self) -> Input | None:
        return self._others

    @property
    def idle(self) -> bool:
        is_new = not isinstance(self.object_data, dict) and not self.failed
        return is_new and all(part.idle for part in self.entries if part.touched)

    def merged(self) -> Any:
        changed = {key: part for key, part in self._parts.items() if part.touched}
        others = self._others if self._others is not None and self._others.touched else None
        needed = self.object_data is ABSENT and self.field_type.spec.required
        if (not (changed or others) or self.idle) and not needed:
            return self.object_data
        held = self.object_data
        if not isinstance(held, dict):
            # A new one holds what is a value though nothing is typed, such as a list that must be.
            parts = self._parts.items()
            changed |= {k: part for k, part in parts if part.posted and part.data is not ABSENT}
        value = dict(held) if isinstance(held, dict) else dict(self.constants)
        for key, part in changed.items():
            if part.data is ABSENT:
                value.pop(key, None)
            else:
                value[key] = part.data
        if others is not None:
            known = self.field_type.members
            value = {key: part for key, part in value.items() if key in known}
            value |= others.data or {}
        emptied = value.keys() <= self.constants.keys() and not isinstance(held, dict)
        return self.emptied(value) if emptied or not value else value
