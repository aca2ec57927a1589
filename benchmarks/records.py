"""Claims as a card issuer has them: made the same way for every store that is measured.

A few merchants and statuses have most of the claims, as everywhere; a third is in the region
that the measured role may see.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, Final, NamedTuple

OWNERS: Final = tuple(f"person{number:02}" for number in range(24))
MEASURED: Final = "agent"
"""Who is signed in while Opswright is measured; has the least rights and some claims of their own."""

_NETWORKS: Final = {"visa": 48, "mastercard": 37, "amex": 11, "other": 4}
_REASONS: Final = {
    "fraudulent": 40,
    "not_received": 24,
    "unacceptable": 18,
    "duplicate": 8,
    "general": 10,
}
_STATUSES: Final = {
    "fresh": 4,
    "gathering": 12,
    "waiting": 6,
    "ready": 5,
    "submitted": 13,
    "won": 34,
    "lost": 26,
}
_PRIORITIES: Final = {"normal": 70, "low": 12, "high": 14, "urgent": 4}
_REGIONS: Final = {"americas": 45, "emea": 35, "apac": 20}
_CURRENCIES: Final = {"USD": 60, "EUR": 28, "GBP": 12}
_NAMES: Final = (
    *("Northwind", "Bluebird", "Harbour", "Café Zürich", "Lumen", "Oak & Iron", "Polar", "Sable"),
    *("Tangent", "Ürgüp", "Vantage", "Willow", "Xenia", "Yarrow", "Zephyr", "Quarry"),
)
_TRADES: Final = (
    *("Outfitters", "Travel", "Electronics", "Groceries", "Studio", "Fitness", "Books", "Rentals"),
    *("Hotels", "Parts", "Pharmacy", "Music", "Games", "Garden", "Optics", "Toys"),
)
_SENTENCES: Final = (
    "The parcel was handed to the carrier on the agreed day.",
    "Customer wrote twice and got no answer from the shop.",
    "Invoice and delivery note are attached to the order.",
    "The cardholder says that the subscription was cancelled in spring.",
    "Security code matched, the address did not.",
    "A refund of half the amount was offered and refused.",
)
_NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Claim(NamedTuple):
    """One claim in native types, in the order in which all stores have their columns."""

    reference: str
    merchant: str
    amount: int
    """In hundredths."""
    currency: str
    network: str
    reason: str
    status: str
    due_by: datetime
    opened_on: date
    owner: str | None
    priority: str
    likelihood: int | None
    region: str
    margin: int
    card_last4: str
    cardholder_email: str
    notes: str

    def document(self) -> dict[str, Any]:
        """The claim as Opswright stores it."""
        found = self._asdict() | {
            "amount": {"amount": self.amount, "currency": self.currency},
            "due_by": self.due_by.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "opened_on": self.opened_on.isoformat(),
        }
        del found["currency"]
        return {key: value for key, value in found.items() if value is not None}


def make_claims(count: int, seed: int = 7) -> Iterator[Claim]:
    """`count` claims, the same for the same seed."""
    random = Random(seed)
    merchants = [f"{name} {trade}" for name in _NAMES for trade in _TRADES]
    random.shuffle(merchants)
    merchant_weights = [1 / (place + 6) for place in range(len(merchants))]
    for number in range(count):
        merchant = random.choices(merchants, merchant_weights)[0]
        opened = _NOW - timedelta(minutes=random.randrange(600_000))
        yield Claim(
            reference=f"CLM-{number:07}",
            merchant=merchant,
            amount=max(310, round(random.lognormvariate(8.6, 1.1))),
            currency=_one(random, _CURRENCIES),
            network=_one(random, _NETWORKS),
            reason=_one(random, _REASONS),
            status=_one(random, _STATUSES),
            due_by=opened + timedelta(minutes=random.randrange(5_000, 60_000)),
            opened_on=opened.date(),
            owner=_owner(random),
            priority=_one(random, _PRIORITIES),
            likelihood=random.randrange(101) if random.random() < 0.8 else None,
            region=_one(random, _REGIONS),
            margin=random.randrange(-5_000, 90_000),
            card_last4=f"{random.randrange(10_000):04}",
            cardholder_email=f"holder{random.randrange(10**8)}@mail.example",
            notes=" ".join(random.choices(_SENTENCES, k=random.randrange(2, 6))),
        )


def batches(claims: Iterator[Claim], size: int = 8_000) -> Iterator[list[Claim]]:
    """The claims in lists of at most `size`."""
    while batch := list(islice(claims, size)):
        yield batch


def _one(random: Random, weights: dict[str, int]) -> str:
    return random.choices(tuple(weights), tuple(weights.values()))[0]


def _owner(random: Random) -> str | None:
    dice = random.random()
    if dice < 0.12:
        return None
    return MEASURED if dice < 0.16 else random.choice(OWNERS)
