"""Free JSON."""

from components.base.json_values import JsonValueType


class JsonType(JsonValueType):
    """Any JSON value that the property's schema takes, kept exactly; null, "" and [] are values here."""


TYPE = JsonType
