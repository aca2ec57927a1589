"""The facts of one disputed charge: what it was for, and what can be shown for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from opswright.demo.hooks.disputes import CARRIERS
from opswright.demo.merchants import Merchant
from opswright.demo.papers import Paper
from opswright.demo.texts import access_log, customer_message, e_mail, rebuttal

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
_NETWORKS: Final = ("visa", "mastercard", "amex", "other")
_SHIPPED_REASONS: Final = {
    "fraudulent": 38,
    "not_received": 22,
    "unacceptable": 18,
    "duplicate": 6,
    "subscription_canceled": 2,
    "credit_not_processed": 9,
    "general": 5,
}
_SERVICE_REASONS: Final = {
    "fraudulent": 40,
    "not_received": 7,
    "unacceptable": 8,
    "duplicate": 9,
    "subscription_canceled": 22,
    "credit_not_processed": 9,
    "general": 5,
}
_TAGS: Final = (
    *("friendly fraud", "repeat customer", "first order", "gift", "pre-arbitration"),
    *("VIP merchant", "needs translation", "courier inquiry", "naïve café 🧾"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One disputed charge."""

    merchant: Merchant
    goods: str
    reason: str
    network: str
    charge: str
    cents: int
    last4: str
    carrier: str
    charged_before: int
    """Days from the payment to the dispute."""

    @classmethod
    def draw(cls, random: Random, merchant: Merchant, large: float = 0.045) -> "Case":
        """A charge as this merchant would make it; `large` is the share of those far above it."""
        reasons = _SHIPPED_REASONS if merchant.trade.ships else _SERVICE_REASONS
        scale = 22 if random.random() < large else 1
        units = random.lognormvariate(0, 0.85) * merchant.trade.median * scale
        cents = min(4_260_000, max(310, round(units * 100)))
        if random.random() < 0.45:
            cents = cents // 100 * 100 + random.choice((0, 50, 90, 95, 99))
        return cls(
            merchant=merchant,
            goods=random.choice(merchant.trade.goods),
            reason=random.choices(tuple(reasons), tuple(reasons.values()))[0],
            network=random.choices(_NETWORKS, (48, 37, 11, 4))[0],
            charge="ch_3" + "".join(random.choices(_LETTERS, k=16)),
            cents=cents,
            last4=f"{random.randrange(10_000):04}",
            carrier=random.choice(tuple(CARRIERS)),
            charged_before=random.randint(6, 80),
        )

    @property
    def amount(self) -> str:
        return f"{self.cents // 100}.{self.cents % 100:02}"

    @property
    def needs_proof(self) -> bool:
        """Whether it cannot go to the network without a tracking number or a file."""
        return self.reason == "not_received"

    def charged_on(self, opened: datetime) -> date:
        """The day of the payment, for a dispute that was opened then."""
        return (opened - timedelta(days=self.charged_before)).date()

    def fitting(self, random: Random, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        """Up to three files that help with this reason, at least one where a proof is needed."""
        ships = self.merchant.trade.ships
        helpful = [p for p in papers if self.reason in p.reasons and (ships or not p.of_delivery)]
        number = random.choices((0, 1, 2, 3), (40, 34, 18, 8))[0]
        return tuple(random.sample(helpful, max(number, int(self.needs_proof))))


def notice(
    random: Random, case: Case, opened: datetime, due_by: datetime, favour: float
) -> dict[str, Any]:
    """The values that the network's notice brings; `favour`, 0 to 1, is how well things look."""
    values: dict[str, Any] = {
        "charge": case.charge,
        "merchant": case.merchant.name,
        "amount": {"amount": case.amount, "currency": case.merchant.currency},
        "network": case.network,
        "reason": case.reason,
        "due_by": due_by.isoformat().replace("+00:00", "Z"),
        "opened_on": opened.date().isoformat(),
        "charged_on": case.charged_on(opened).isoformat(),
        "card_last4": case.last4,
        "priority": _priority(random, case),
        "earlier_orders": random.choices((0, 1, 2, 4, 9), (90 - 80 * favour, 20, 14, 11, 5))[0],
    }
    if random.random() < 0.94:
        values["cardholder_email"] = e_mail(random)
    if case.reason == "fraudulent" or random.random() < 0.5:
        checks = ("match", "partial", "no_match", "not_checked")
        weights = (8 + 90 * favour, 18, 34 - 30 * favour, 18)
        values["card_checks"] = random.choices(checks, weights)[0]
    if random.random() < 0.16:
        values["tags"] = random.sample(_TAGS, random.randint(1, 2))
    return values


def _priority(random: Random, case: Case) -> str:
    if case.cents > 500_000:
        return "urgent"
    if case.cents > 100_000:
        return "high"
    return random.choices(("low", "normal", "high"), (14, 80, 6))[0]


def evidence(random: Random, case: Case, opened: datetime, at: datetime) -> dict[str, Any]:
    """What is gathered before the rebuttal is written."""
    values: dict[str, Any] = {}
    if case.merchant.trade.ships and random.random() < 0.72:
        values |= _shipping(random, case, opened, at)
    if random.random() < 0.4:
        values["customer_message"] = customer_message(
            random, case.reason, ships=case.merchant.trade.ships
        )
    if not case.merchant.trade.ships and random.random() < 0.7:
        values["access_log"] = access_log(random, case.charged_on(opened))
    if random.random() < 0.5:
        values["refund_policy_shown"] = random.random() < 0.8
    # Never nothing: an edit that changes no field is no edit.
    return values or {"refund_policy_shown": True}


def _shipping(random: Random, case: Case, opened: datetime, at: datetime) -> dict[str, Any]:
    shipped = case.charged_on(opened) + timedelta(days=random.randint(0, 4))
    delivered = shipped + timedelta(days=random.randint(1, 9))
    values: dict[str, Any] = {
        "carrier": case.carrier,
        "shipping_tracking": tracking_number(random, case.carrier),
        "shipped_on": shipped.isoformat(),
    }
    if delivered <= at.date() and random.random() < 0.85:
        values["delivered_on"] = delivered.isoformat()
    return values


def tracking_number(random: Random, carrier: str) -> str:
    """A number of the right length for the carrier; some are written in groups."""
    length = random.choice(CARRIERS[carrier].lengths)
    if carrier == "ups":
        digits = "".join(random.choices("0123456789", k=length - 5))
        return f"1Z 999 {digits[:3]} {digits[3:5]} {digits[5:9]} {digits[9:]}"
    if carrier == "royal_mail":
        return f"RM{random.randrange(10**9):09}GB"
    return "".join(random.choices("0123456789", k=length))


def statement(random: Random, case: Case, opened: datetime) -> dict[str, Any]:
    """The decision to contest, with the rebuttal."""
    facts = {
        "merchant": case.merchant.name,
        "goods": case.goods,
        "amount": f"{case.merchant.currency} {case.amount}",
        "charged": f"{case.charged_on(opened):%-d %B %Y}",
        "answered": f"{opened - timedelta(days=random.randint(2, 5)):%-d %B %Y}",
    }
    ships = case.merchant.trade.ships
    return {"decision": "contest", "rebuttal": rebuttal(random, case.reason, facts, ships=ships)}
