"""The hooks of the card disputes example, written as an engineer of yours would write them.

A folder of such files is all that `OPSWRIGHT_HOOKS` asks for; nothing but `opswright` and the
standard library is imported.  The payment processor and the card networks are played by
functions that compute their answers, and by a folder that stands for the network's inbox.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from opswright import Change, hook

_NETWORK_CODES: Final[Mapping[str, str]] = {"visa": "VROL", "mastercard": "MCOM", "amex": "AXDR"}


class Carrier(NamedTuple):
    """How long a carrier's tracking numbers are, without spaces."""

    name: str
    lengths: tuple[int, ...]


CARRIERS: Final[Mapping[str, Carrier]] = {
    "ups": Carrier("UPS", (18,)),
    "fedex": Carrier("FedEx", (12, 15)),
    "dhl": Carrier("DHL", (10,)),
    "usps": Carrier("USPS", (20, 22)),
    "dpd": Carrier("DPD", (14,)),
    "royal_mail": Carrier("Royal Mail", (13,)),
}

_STARTING_ODDS: Final[Mapping[str, int]] = {
    "fraudulent": 22,
    "not_received": 30,
    "unacceptable": 34,
    "duplicate": 40,
    "subscription_canceled": 32,
    "credit_not_processed": 28,
    "general": 30,
}


def tracking_problem(carrier: str, number: str) -> str | None:
    """What is wrong with a tracking number, in words; none where its length fits the carrier."""
    known = CARRIERS.get(carrier)
    length = len(re.sub(r"\s", "", number))
    if known is None or length in known.lengths:
        return None
    wanted = " or ".join(map(str, known.lengths))
    short = length < min(known.lengths)
    where = "Check the last group" if short else "Check for a digit too many"
    return f"{length} characters; a {known.name} number has {wanted}. {where}."


def win_likelihood(record: Mapping[str, Any]) -> int:
    """How likely the dispute is won with the evidence so far, in percent from 3 to 95.

    A plain sum of what has weighed in the past: proof of delivery where goods were missing,
    matching card checks and earlier orders where fraud is claimed, and a written rebuttal.
    """
    points = _STARTING_ODDS.get(record.get("reason", ""), 30)
    points += _delivery_points(record) + _identity_points(record)
    points += 12 if record.get("refund_policy_shown") else 0
    points += 8 if record.get("customer_message") else 0
    points += min(14, len(record.get("rebuttal", "")) // 40)
    points += min(6, 2 * len(record.get("evidence_files", ())))
    return max(3, min(95, points))


def _delivery_points(record: Mapping[str, Any]) -> int:
    matters = record.get("reason") in ("not_received", "unacceptable", "fraudulent")
    if not matters or not record.get("shipping_tracking"):
        return 0
    return 24 if record.get("delivered_on") else 10


def _identity_points(record: Mapping[str, Any]) -> int:
    checks = {"match": 16, "partial": 4, "no_match": -14}.get(record.get("card_checks", ""), 0)
    orders = min(12, 3 * int(record.get("earlier_orders", 0)))
    log = 6 if record.get("access_log") else 0
    total = checks + orders + log
    return total if record.get("reason") == "fraudulent" else total // 3


@hook.before("create", tool="disputes", form="dispute")
@hook.before("update", tool="disputes", form="dispute")
@hook.before("transition", tool="disputes", form="dispute")
def weigh_evidence(change: Change) -> None:
    """Checks the tracking number and estimates the odds, at every save."""
    record = change.record
    problem = tracking_problem(record.get("carrier", ""), record.get("shipping_tracking", ""))
    if problem and record.get("shipping_tracking"):
        change.refuse(problem, field="shipping_tracking")
        return
    likelihood = str(win_likelihood(record))
    if record.get("win_likelihood") != likelihood:
        change.set("win_likelihood", likelihood)


@hook.after("transition", tool="disputes", form="dispute", name="submit")
def send_to_network(change: Change) -> None:
    """Files the evidence with the card network and keeps the reference it answers with.

    It may run twice for one submission (the process may die after the network answered and
    before that is stored), so the filing carries the idempotency key: the second time finds
    the first filing and gets the same reference.
    """
    if change.record.get("network_reference"):
        return
    filing = _filed(change.idempotency_key, change.record)
    change.set("network_reference", filing["reference"])
    change.comment(
        f"Evidence filed with the network as {filing['reference']}: "
        f"{filing['characters']} characters of text, {filing['files']} files."
    )


def _filed(key: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The network's receipt for this key: of now, or of the first time it was sent."""
    folder = Path(os.environ.get("OPSWRIGHT_DATA", ".opswright")) / "network"
    folder.mkdir(parents=True, exist_ok=True)
    receipt = folder / f"{re.sub(r'[^A-Za-z0-9_-]', '_', key)}.json"
    if not receipt.exists():
        code = _NETWORK_CODES.get(record.get("network", ""), "CARD")
        filing = {
            "reference": f"{code}-{hashlib.sha256(key.encode()).hexdigest()[:10].upper()}",
            "charge": record["charge"],
            "amount": record["amount"],
            "characters": record.get("text_chars", 0),
            "files": len(record.get("evidence_files", ())),
        }
        half_written = receipt.with_suffix(".part")
        half_written.write_text(json.dumps(filing, indent=2), "utf-8")
        half_written.replace(receipt)
    found: dict[str, Any] = json.loads(receipt.read_text("utf-8"))
    return found


@hook.action("disputes.refetch")
def refetch(change: Change) -> None:
    """Asks the processor about the charge or, once the evidence is filed, the network for its decision."""
    if change.state == "submitted":
        _take_decision(change)
    else:
        _take_charge_facts(change)


def _take_decision(change: Change) -> None:
    likelihood = win_likelihood(change.record)
    won = _drawn(change.record["charge"], "decision") < likelihood
    outcome = "won" if won else "lost"
    change.set("outcome", outcome)
    change.comment(f"The network decided: {outcome}.")
    change.transition(f"resolve_{outcome}")


def _take_charge_facts(change: Change) -> None:
    charge = change.record["charge"]
    checks = ("match", "match", "partial", "no_match", "not_checked")[_drawn(charge, "checks") % 5]
    orders = _drawn(charge, "orders") % 6
    change.set("card_checks", checks)
    change.set("earlier_orders", orders)
    change.comment(
        f"Fetched {charge} again: card checks {checks.replace('_', ' ')}, "
        f"{orders} earlier orders without a dispute."
    )


def _drawn(charge: str, what: str) -> int:
    """A number from 0 to 99 that is always the same for one charge: the played answer of a service."""
    return hashlib.sha256(f"{what}:{charge}".encode()).digest()[0] * 100 // 256
