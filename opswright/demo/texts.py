"""What the people of the demo write: rebuttals, notes of customers, access logs, comments."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Final

_OPENINGS: Final = (
    "We ask the issuer to uphold the charge of {amount} for {goods}.",
    "The charge of {amount} for {goods} on {charged} was right, as the evidence shows.",
    "{merchant} sold {goods} to the cardholder on {charged} for {amount}.",
    "This charge is valid: the cardholder ordered {goods} from {merchant} on {charged}.",
)

_ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "fraudulent": (
        "The cardholder placed the order from the device and address used for earlier, undisputed orders.",
        "The security code matched and the billing address was confirmed by the issuer.",
        "The order was placed from {ip}, an address in the cardholder's own town.",
        "The account was opened two years ago with the same e-mail and phone number.",
        "The customer wrote to us about the order afterwards and did not deny having placed it.",
    ),
    "not_received": (
        "The parcel was signed for at the billing address; the courier's proof of delivery is enclosed.",
        "Tracking shows that the parcel was handed over {days} days before the claim.",
        "We offered to open an inquiry with the carrier and the customer did not answer.",
        "The delivery address is the one that the cardholder confirmed at checkout.",
    ),
    "unacceptable": (
        "The goods are as shown and described on the product page, of which a copy is enclosed.",
        "The customer did not send the goods back, nor ask for a return, within the time of our policy.",
        "The photographs that the customer sent show normal signs of use, not a fault.",
        "We offered an exchange and a partial refund on {answered}; the customer accepted neither.",
    ),
    "duplicate": (
        "The two charges are for two different orders, with two invoices and two deliveries.",
        "The second charge paid for the extra seats that the customer added {days} days later.",
        "Both order numbers, their contents and their addresses are listed in the enclosed record.",
    ),
    "subscription_canceled": (
        "The customer never cancelled: there is no request in the account's log, nor in our mailbox.",
        "The cancellation came {days} days after the renewal, which the terms make payable.",
        "The customer went on using the service after the renewal, as the access log shows.",
        "A reminder of the renewal was sent a week before, to the address on file.",
    ),
    "credit_not_processed": (
        "The refund was paid on {answered} and has settled; the record of the processor is enclosed.",
        "No refund was due: the return arrived {days} days after the end of the return period.",
        "The customer accepted store credit in place of a refund and has spent it.",
    ),
    "general": (
        "The service was delivered in full and the customer confirmed it in writing.",
        "The booking was not refundable, which was shown before payment and accepted with a tick.",
        "We found no complaint of the customer before the dispute was opened.",
    ),
}

_SERVICE_ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "not_received": (
        "The service was open to the customer from the day of payment; the access log shows its use.",
        "The confirmation with all details went to the customer's e-mail within a minute.",
        "The customer did not appear and did not cancel, which the booking terms make payable.",
    ),
    "unacceptable": (
        "The service was as described on the page that the customer booked from, enclosed here.",
        "The customer used it to the end and complained {days} days later for the first time.",
        "We offered a partial refund on {answered}; the customer did not accept it.",
    ),
}
"""What is said in place of the above where nothing was shipped."""

_CLOSINGS: Final = (
    "The documents named here are enclosed.",
    "The terms were shown at checkout and accepted with a tick box.",
    "We remain at your disposal for further documents.",
    "For these reasons we ask you to reverse the dispute.",
)

_CUSTOMER: Final[Mapping[str, tuple[str, ...]]] = {
    "fraudulent": (
        "Hi, I see a charge from you on my card but don't remember it. What did I buy?",
        "my son may have ordered this, let me check with him first",
    ),
    "not_received": (
        "Hello, where is my order? It says delivered but there is nothing here :(",
        "Thanks for the quick answer. I will ask my neighbours, they were at home.",
    ),
    "unacceptable": (
        "The colour is not like in the picture. Can I keep it for 20% less?",
        "It arrived with a small scratch. I'm disappointed, to be honest.",
    ),
    "duplicate": (
        "You took the money twice!! Please check.",
        "Oh, I see, the second one is for the extra items. Then it's fine.",
    ),
    "subscription_canceled": (
        "I wanted to cancel last month but forgot. Can you make an exception?",
        "Bonjour, je croyais avoir résilié mon abonnement en août.",
    ),
    "credit_not_processed": (
        "I sent it back three weeks ago and still have no refund.",
        "Danke, das Guthaben nehme ich gern.",
    ),
    "general": (
        "We had a great time, only the weather was bad 🌧️",
        "Could you send me the invoice again? The PDF doesn't open.",
    ),
}

_SERVICE_CUSTOMER: Final[Mapping[str, tuple[str, ...]]] = {
    "not_received": (
        "I never got the e-mail with the link, can you send it again?",
        "Found it in the spam folder, thanks. Works now!",
    ),
    "unacceptable": (
        "It was not what I expected. Can I have a part of the money back?",
        "Support took three days to answer. I'm disappointed, to be honest.",
    ),
}

_ASKS: Final = (
    "Could you send the proof of delivery and the order confirmation?",
    "Please tell us whether the customer returned anything, and when.",
    "We need the sign-in log of the customer's account for the month of the charge.",
    "Is there any correspondence with the customer? Screenshots are fine.",
)

_ANSWERS: Final = (
    "Merchant sent the proof of delivery, attached.",
    "Merchant says: never returned, and the customer wrote to thank them. Log follows by mail.",
    "They only found the invoice. Good enough for this reason code.",
    "Answer arrived: two orders, two addresses. That settles it.",
)

_ACCEPTED: Final = (
    "The merchant cannot prove delivery and prefers to take the loss.",
    "Our own mistake: the order was charged twice by the old checkout.",
    "The refund was promised in writing and never paid.",
    "Card checks failed and the parcel went to a freight forwarder.",
    "Costs of contesting are higher than the amount.",
)

_TALK: Final = (
    "Same device as in another dispute that we won. Reuse the fingerprint note?",
    "I know this merchant, they answer within a day.",
    "Can somebody read the rebuttal once? It is my first one for this reason.",
    "Looks good to me 👍 Shorten the second paragraph if you can.",
    "Second dispute of this cardholder this month, please keep an eye on it.",
    "The signature on the courier's screen doesn't look like the name. Hmm.",
    "Deadline is before the weekend, so let's finish it on Thursday.",
    "Customer called the merchant yesterday & agreed to drop it, not confirmed by the bank yet.",
    "Don't forget the refund policy <screenshot of the checkout page>.",
    "Amount is in EUR, the order confirmation says GBP: rate of the day, I checked.",
)

_AFTER_WINNING: Final = (
    "Nice win! The access log made the difference.",
    "👏 Keep this rebuttal as an example for the new colleagues.",
    "Well done. The issuer hardly ever gives in on this reason.",
)

_AFTER_LOSING: Final = (
    "Pity. We should have asked the merchant for the signature at once.",
    "Expected: without a matching address there was little to hope for.",
    "Lost on a formality. Next time name the order number in the first sentence.",
)

_OPINIONS: Final = (
    "I would accept this one, we have nothing to show. Do you agree?",
    "Over my limit. The merchant says to let it go.",
    "No proof, no answer from the merchant. Please accept if you see it the same way.",
)

_TOWNS: Final = ("Porto, PT", "Gdańsk, PL", "Leeds, GB", "Austin, US", "Lyon, FR", "Turku, FI")
_EVENTS: Final = ("signed in", "downloaded invoice", "changed address", "opened order", "played")


def rebuttal(random: Random, reason: str, facts: Mapping[str, str], *, ships: bool) -> str:
    """A rebuttal of three to six sentences that fits the reason; `facts` fill its gaps."""
    known = _of(reason, _ARGUMENTS, _SERVICE_ARGUMENTS, ships=ships)
    arguments = random.sample(known, random.randint(2, min(4, len(known))))
    closing = random.choice(_CLOSINGS)
    first, *others = (
        text.format_map({"ip": address(random), "days": random.randint(3, 24), **facts})
        for text in (random.choice(_OPENINGS), *arguments, closing)
    )
    return f"{first}\n\n{' '.join(others)}"


def customer_message(random: Random, reason: str, *, ships: bool) -> str:
    """What the customer wrote to the merchant."""
    return random.choice(_of(reason, _CUSTOMER, _SERVICE_CUSTOMER, ships=ships))


def _of(
    reason: str,
    shipped: Mapping[str, tuple[str, ...]],
    services: Mapping[str, tuple[str, ...]],
    *,
    ships: bool,
) -> tuple[str, ...]:
    return shipped[reason] if ships else services.get(reason, shipped[reason])


def access_log(random: Random, since: date) -> str:
    """Some lines of what the customer did in their account, from `since` on."""
    ip, town = address(random), random.choice(_TOWNS)
    day, lines = since, []
    for _ in range(random.randint(3, 9)):
        day += timedelta(days=random.randint(0, 3))
        moment = f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"
        lines.append(f"{day} {moment} UTC  {ip} ({town})  {random.choice(_EVENTS)}")
    return "\n".join(lines)


def address(random: Random) -> str:
    """An internet address from the ranges that are kept free for examples."""
    block = random.choice(("192.0.2", "198.51.100", "203.0.113"))
    return f"{block}.{random.randrange(1, 255)}"


def question(random: Random) -> str:
    """What the merchant is asked."""
    return random.choice(_ASKS)


def answer(random: Random) -> str:
    """What came back from the merchant."""
    return random.choice(_ANSWERS)


def accept_reason(random: Random) -> str:
    """Why a dispute is not contested."""
    return random.choice(_ACCEPTED)


def remark(random: Random) -> str:
    """What one colleague says to another."""
    return random.choice(_TALK)


def echo(random: Random, *, won: bool) -> str:
    """What a colleague says about the network's decision."""
    return random.choice(_AFTER_WINNING if won else _AFTER_LOSING)


def second_opinion(random: Random) -> str:
    """What somebody says who may not, or would rather not, accept a loss alone."""
    return random.choice(_OPINIONS)


def e_mail(random: Random) -> str:
    """A cardholder's address, in domains that nobody can own."""
    first = random.choice(_FIRST)
    last = random.choice(_LAST)
    name = random.choice(
        (f"{first}.{last}", f"{first[0]}.{last}", f"{first}{random.randrange(60, 99)}")
    )
    return f"{name}@{random.choice(('mail.example', 'post.example', 'inbox.example'))}"


_FIRST: Final = (
    *("ana", "bjorn", "chiara", "deniz", "emeka", "farah", "george", "helena", "ivan", "jun"),
    *("katya", "lucas", "mei", "nadia", "oscar", "paula", "quentin", "rosa", "sven", "thandi"),
)
_LAST: Final = (
    *("almeida", "berg", "costa", "demir", "eze", "fischer", "garcia", "haddad", "ito", "jansen"),
    *("kaya", "lopez", "moreau", "nowak", "oconnor", "petrov", "quist", "rossi", "smith", "tran"),
)
