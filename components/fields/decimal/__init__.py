"""Exact decimals."""

from components.base.scaled import ScaledType
from form_specs.language import marked


class DecimalType(ScaledType):
    """An exact decimal of at most 18 digits, `options.scale` of them after the point."""

    name = "decimal"
    title = marked("Decimal")
    description = marked("An exact number with a fixed number of decimals, such as a rate")
    lossless_from = ("integer",)
    lossy_from = ("number", "percent")


TYPE = DecimalType
