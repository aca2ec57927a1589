"""The invented merchants whose charges are disputed in the demo."""

from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: what is sold, for how much, and how it reaches the customer."""

    name: str
    endings: tuple[str, ...]
    goods: tuple[str, ...]
    median: float
    """Typical charge, in whole units of the merchant's currency."""
    ships: bool


@dataclass(frozen=True, slots=True)
class Merchant:
    """Somebody who takes cards."""

    name: str
    currency: str
    trade: Trade


TRADES: Final = (
    Trade(
        "outdoor",
        ("Outfitters", "Bikes", "Outdoor", "Cycles", "Trail Supply", "Surf"),
        ("a trekking backpack", "two sleeping bags", "a gravel bike", "a pair of hiking boots"),
        190,
        ships=True,
    ),
    Trade(
        "food",
        ("Coffee", "Bakery", "Tea", "Provisions", "Chocolate", "Roasters"),
        ("a coffee subscription", "a gift hamper", "six bags of beans", "a cake for 30 guests"),
        48,
        ships=True,
    ),
    Trade(
        "home",
        ("Furniture", "Lighting", "Ceramics", "Linen", "Garden", "Kitchen"),
        ("an oak dining table", "a floor lamp", "a set of 12 plates", "a garden bench"),
        420,
        ships=True,
    ),
    Trade(
        "fashion",
        ("Apparel", "Knitwear", "Footwear", "Skincare", "Jewellery", "& Sage"),
        ("a wool coat", "two pairs of trainers", "a silver necklace", "a skincare set"),
        130,
        ships=True,
    ),
    Trade(
        "electronics",
        ("Audio", "Tools", "Cameras", "Instruments", "Computers", "Drones"),
        ("a pair of headphones", "a cordless drill", "a camera lens", "a laptop"),
        560,
        ships=True,
    ),
    Trade(
        "software",
        ("Studio", "Cloud", "Labs", "Analytics", "Software", "Games"),
        ("a yearly licence", "12 seats for a year", "a season pass", "a hosting plan"),
        96,
        ships=False,
    ),
    Trade(
        "travel",
        ("Travel", "Hotels", "Boats", "Tours", "Retreats", "Ferries"),
        ("a week for two", "three hotel nights", "a boat charter", "a guided tour"),
        880,
        ships=False,
    ),
    Trade(
        "services",
        ("Fitness", "Academy", "Events", "Freight", "Music", "Books"),
        ("a gym membership", "an online course", "four concert tickets", "a shipment to Rotterdam"),
        150,
        ships=False,
    ),
)

_FIRST_WORDS: Final = (
    *("Northwind", "Blue Harbor", "Kestrel", "Lumen", "Atlas", "Juniper", "Meridian", "Oakline"),
    *("Solstice", "Pinecrest", "Riverstone", "Copperfield", "Tidewater", "Fernwood", "Arcadia"),
    *("Quarry", "Silverlake", "Bramble", "Northgate", "Harbor & Pine", "Ironbark", "Saltmarsh"),
    *("Larkspur", "Windrose", "Alder", "Cobalt", "Driftwood", "Ember", "Foxglove", "Granite"),
    *("Hollyhock", "Indigo", "Jasper", "Kingfisher", "Lantern", "Marigold", "Nimbus", "Orchard"),
    *("Pebble", "Quill", "Redwood", "Sorrel", "Thistle", "Umber", "Verbena", "Willow", "Yarrow"),
    *("Zephyr", "Amberley", "Birchwood", "Cedar", "Dovetail", "Eastlake", "Fieldstone"),
)

_CURRENCIES: Final = (*["USD"] * 6, *["EUR"] * 3, *["GBP"] * 2)

_UNUSUAL: Final = (
    ("O'Brien & Søn", "EUR", 2),
    ("Café Zoë ☕", "EUR", 1),
    ("متجر النخيل", "USD", 3),
    ("東京茶屋 Tokyo Chaya", "USD", 1),
    ("Łódź Rowery Sp. z o.o.", "EUR", 0),
    ("Müller, Söhne & Co. KG", "EUR", 4),
    ("Ñandú Viajes", "EUR", 6),
    ("בית הספרים", "USD", 7),
    ('"The" <Print> Shop', "GBP", 5),
    ("Nguyễn Thị Thu Ceramics", "USD", 2),
    ("Ελληνικό Λάδι", "EUR", 1),
    ("Crème de la Crème 🧁", "GBP", 1),
)
"""Names that people really have and that programs trip over: accents, other scripts, right to
left, quotation marks and emoji; with currency and index of the trade."""


def make_merchants(random: Random) -> tuple[Merchant, ...]:
    """Every merchant of the demo, a few hundred, in an order that `random` decides."""
    names = [(first, trade) for first in _FIRST_WORDS for trade in TRADES]
    random.shuffle(names)
    made = [
        Merchant(f"{first} {random.choice(trade.endings)}", random.choice(_CURRENCIES), trade)
        for first, trade in names[:288]
    ]
    unusual = [Merchant(name, currency, TRADES[index]) for name, currency, index in _UNUSUAL]
    made += unusual
    random.shuffle(made)
    return tuple(made)
