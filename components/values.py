"""What every field type says in the same way: no value, and a wrong value."""

from typing import ClassVar, Final


class InvalidValueError(ValueError):
    """A value that the field cannot hold; the message says in words what would be right."""


class Absent:
    """The one value that says "no value": never stored, never null."""

    _instance: ClassVar["Absent | None"] = None

    def __new__(cls) -> "Absent":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    def __copy__(self) -> "Absent":
        return self

    def __deepcopy__(self, _memo: object) -> "Absent":
        return self


ABSENT: Final = Absent()
