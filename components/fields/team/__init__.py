"""Groups of people."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.base.plain import TextualType
from components.values import ABSENT, InvalidValueError
from form_specs.language import _, marked
from form_specs.model import Choice, FieldSpec, JsonValue

_PATTERN: Final = "^[a-z][a-z0-9_]{0,39}$"
_KEY: Final = re.compile(_PATTERN)
_MAX_NAMED: Final = 12


class TeamType(TextualType):
    """One of the tool's `teams` by key; in conditions `{"user": "team"}` stands for those one is in."""

    name = "team"
    title = marked("Team")
    description = marked("A group of people that owns the record together")
    filter_input = "options"
    card = "c-meta"

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._titles = {team.key: team.title for team in spec.teams}
        self._keys = {team.title.casefold(): team.key for team in spec.teams}

    def parse(self, value: JsonValue) -> str:
        """A key of the tool's teams; where the tool names none, any key."""
        known = isinstance(value, str) and (
            value in self._titles if self._titles else bool(_KEY.fullmatch(value))
        )
        if not known:
            named = ", ".join([*self._titles][:_MAX_NAMED]) or _("the tool's teams by key")
            raise InvalidValueError(_("Choose one of %(choices)s", choices=named))
        return value  # type: ignore[return-value]

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From a key or a title."""
        text = next(iter(texts), "")
        return self.parse(self._keys.get(text.strip().casefold(), text)) if text else ABSENT

    def to_cells(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return self._titles.get(value, value)

    def offered(self, current: str = "") -> tuple[Choice, ...]:
        """The teams, and the current one even where the tool has it no more."""
        gone = (Choice(current, current),) if current and current not in self._titles else ()
        return (*gone, *self.spec.teams)

    def filter_options(self) -> tuple[Choice, ...]:
        return (Choice("@mine", _("My teams")), *self.spec.teams)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}


TYPE = TeamType
