"""E-mail addresses."""

from collections.abc import Mapping
from typing import Any, Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from components.plain import TextualType
from components.recognition import is_text
from components.texts import clean_text
from components.values import InvalidValueError
from form_specs.model import JsonValue

_MAX_LENGTH: Final = 254


class EmailType(TextualType):
    """An e-mail address as it was given; whether its domain exists is not asked."""

    name = "email"
    title = "E-mail"
    description = "An e-mail address"
    operators = (*TextualType.operators, "contains")
    searchable = True

    def parse(self, value: JsonValue) -> str:
        address = clean_text(value)
        if len(address) > _MAX_LENGTH:
            raise InvalidValueError(f"At most {_MAX_LENGTH} characters; this has {len(address):,}")
        try:
            validate_email(
                _neutral(address),
                check_deliverability=False,
                globally_deliverable=False,
                allow_quoted_local=True,
                allow_domain_literal=True,
            )
        except EmailNotValidError:
            raise InvalidValueError("Write an e-mail address like name@example.com") from None
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


def _neutral(address: str) -> str:
    """The address with a name of the public net in place of one that is reserved.

    Mail inside a house goes to names like `mail.local`, which the library refuses; the
    property's `format` judges those.
    """
    local, _, domain = address.rpartition("@")
    reserved = f".{domain.lower()}".endswith(tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES))
    return f"{local}@example.com" if reserved else address


TYPE = EmailType
