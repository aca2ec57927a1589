"""E-mail addresses."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from components.base.plain import TextualType
from components.recognition import is_text
from components.values import InvalidValueError
from components.values.limits import characters_at_most
from components.values.texts import clean_text
from form_specs.language import _, marked
from form_specs.model import JsonValue

_MAX_LENGTH: Final = 254
_PLAIN: Final = re.compile(
    r"(?=.{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9.-]{1,180})"
)
"""An address whose name is beyond doubt: only its domain has to be judged."""


class EmailType(TextualType):
    """An e-mail address as it was given; whether its domain exists is not asked."""

    name = "email"
    title = marked("E-mail")
    description = marked("An e-mail address")
    free_text = True
    operators = (*TextualType.operators, "contains")
    searchable = True

    def cleaned(self, value: JsonValue) -> str:
        address = clean_text(value)
        if len(address) > _MAX_LENGTH:
            raise InvalidValueError(characters_at_most(_MAX_LENGTH, len(address)))
        plain = _PLAIN.fullmatch(address)
        # Files hold many addresses of few domains, and judging one takes its time.
        if not (_is_domain(plain[1]) if plain else _is_address(address)):
            raise InvalidValueError(_("Write an e-mail address like name@example.com"))
        return address

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "format": "email", "maxLength": _MAX_LENGTH}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        fits = schema.get("format") == "email" and is_text(
            schema, "format", "minLength", "maxLength"
        )
        return 20 if fits else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"exact": True}


def _is_address(address: str) -> bool:
    try:
        validate_email(
            _neutral(address),
            check_deliverability=False,
            globally_deliverable=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
        )
    except EmailNotValidError:
        return False
    return True


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    return _is_address(f"a@{domain}")


def _neutral(address: str) -> str:
    """The address with a name of the public net in place of one that is reserved.

    Mail inside a house goes to names like `mail.local`, which the library refuses; the
    property's `format` judges those.
    """
    local, _at, domain = address.rpartition("@")
    reserved = f".{domain.lower()}".endswith(tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES))
    return f"{local}@example.com" if reserved else address


TYPE = EmailType
