"""What a form post offers its controls: texts by name, and which names stand below another.

Names of controls are JSON pointers without the leading slash: `lines/0/payout`.
"""

from collections.abc import Iterator
from typing import Any, Final, Protocol

from form_specs.problem import escaped

MARK: Final = ":"
"""Begins names beside those of values: no field's key begins with it."""


class FormData(Protocol):
    """What a form post offers, such as Werkzeug's `MultiDict`."""

    def __contains__(self, name: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, name: str, /) -> list[Any]: ...


class Post:
    """A form post that knows which names stand below which; made once, read only."""

    def __init__(self, data: FormData) -> None:
        self._data = data
        self._below: dict[str, dict[str, None]] = {}
        for name in data:
            *outer, last = name.split("/")
            while outer:
                above = "/".join(outer)
                steps = self._below.setdefault(above, {})
                known = last in steps
                steps[last] = None
                if known:
                    break
                last = outer.pop()

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def getlist(self, name: str) -> list[Any]:
        return self._data.getlist(name)

    def below(self, name: str) -> list[str]:
        """The steps (escaped as in a JSON pointer) that follow `name` in names of this post."""
        return list(self._below.get(name, ()))

    def holds(self, name: str) -> bool:
        """Whether a control of that name, or one inside it, was posted."""
        return name in self._data or name in self._below


class Renamed:
    """A post in which what stands at one name is found at another."""

    def __init__(self, post: "AnyPost", found_at: str, stands_at: str) -> None:
        self._post = post
        self._found_at = found_at
        self._stands_at = stands_at

    def _real(self, name: str) -> str:
        own = self._found_at
        if name == own or name.startswith(f"{own}/"):
            return self._stands_at + name.removeprefix(own)
        if name.startswith(MARK):
            mark, _, rest = name.removeprefix(MARK).partition(MARK)
            return beside(self._real(rest), mark)
        return name

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._real(name) in self._post

    def __iter__(self) -> Iterator[str]:
        return iter(self._post)

    def getlist(self, name: str) -> list[Any]:
        return self._post.getlist(self._real(name))

    def below(self, name: str) -> list[str]:
        return self._post.below(self._real(name))

    def holds(self, name: str) -> bool:
        return self._post.holds(self._real(name))


AnyPost = Post | Renamed


def post_of(data: FormData) -> AnyPost:
    """The post, made to know its names where it does not yet."""
    return data if isinstance(data, Post | Renamed) else Post(data)


def below(name: str, step: str | int) -> str:
    """The name of a control inside another one."""
    return f"{name}/{escaped(step)}"


def beside(name: str, mark: str | int) -> str:
    """A name for what is posted about a value but is none: `:key:map/0` for `map/0`."""
    return f"{MARK}{mark}{MARK}{name}"


def is_within(name: str, outer: str) -> bool:
    """Whether a posted name is that of a control, or of something inside or beside it."""
    while name.startswith(MARK):
        name = name.removeprefix(MARK).partition(MARK)[2]
    return name == outer or name.startswith(f"{outer}/")


def owner_of(name: str) -> str:
    """The key of the form's field that a posted name belongs to."""
    while name.startswith(MARK):
        name = name.removeprefix(MARK).partition(MARK)[2]
    return name.partition("/")[0]
