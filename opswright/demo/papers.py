"""Small evidence files of the demo: real PDF, PNG, CSV and text files, made from their content.

A few dozen different files in all: the file store keeps equal bytes once, however many records
refer to them.
"""

import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Paper:
    """One file that may be attached as evidence."""

    name: str
    mime: str
    content: bytes
    reasons: tuple[str, ...]
    """The dispute reasons that it helps with."""
    of_delivery: bool = False
    """Whether it shows that a parcel arrived."""


_GOODS: Final = ("not_received", "unacceptable", "fraudulent")
_TERMS: Final = ("subscription_canceled", "credit_not_processed", "unacceptable", "general")
_ALL: Final = (*_GOODS, "duplicate", "subscription_canceled", "credit_not_processed", "general")
_PLACES: Final = ("Porto", "Gdańsk", "Leeds", "Austin", "Lyon", "Osaka", "Turku", "Mérida")


def make_papers(random: Random) -> tuple[Paper, ...]:
    """Forty-eight files: six of each of eight kinds."""
    makers: tuple[Callable[[Random, int], Paper], ...] = (
        _proof_of_delivery,
        _signature,
        _invoice,
        _policy,
        _mail,
        _access_log,
        _refund_record,
        _photo,
    )
    return tuple(make(random, number) for make in makers for number in range(1, 7))


def _proof_of_delivery(random: Random, number: int) -> Paper:
    place = random.choice(_PLACES)
    lines = (
        "PROOF OF DELIVERY",
        f"Consignment {random.randrange(10**9, 10**10)}",
        f"Delivered at {random.randrange(8, 19):02}:{random.randrange(60):02}, {place}",
        f"Left with: {random.choice(('addressee', 'household member', 'neighbour'))}",
        f"Weight {random.uniform(0.4, 22):.1f} kg",
    )
    name = f"proof-of-delivery-{number}.pdf"
    return Paper(name, "application/pdf", pdf(lines), _GOODS, of_delivery=True)


def _invoice(random: Random, number: int) -> Paper:
    price = random.randrange(2_000, 90_000)
    lines = (
        f"INVOICE {random.randrange(10_000, 99_999)}",
        f"Goods {price / 100:.2f}",
        f"Shipping {random.choice((0, 490, 990)) / 100:.2f}",
        "Paid by card. Thank you for your order.",
    )
    return Paper(f"invoice-{number}.pdf", "application/pdf", pdf(lines), _ALL)


def _policy(random: Random, number: int) -> Paper:
    days = random.choice((14, 30, 60))
    lines = (
        "RETURNS AND REFUNDS",
        f"Goods can be returned within {days} days in their original condition.",
        "Subscriptions renew until they are cancelled; cancel any time in your account.",
        "Refunds reach the card within ten working days.",
        "Accepted by the customer with the tick box at checkout.",
    )
    return Paper(f"refund-policy-{number}.pdf", "application/pdf", pdf(lines), _TERMS)


def _mail(random: Random, number: int) -> Paper:
    first = random.choice(("Hi", "Hello", "Dear team"))
    text = (
        f"From: customer{number}@mail.example\nTo: support@shop.example\n"
        f"Subject: {random.choice(('My order', 'Where is it?', 'Invoice', 'Thank you'))}\n\n"
        f"{first},\n\nthe order came {random.choice(('today', 'yesterday', 'on Friday'))} and "
        f"everything is as ordered. {random.choice(('Great!', 'All fine.', 'Thanks.'))}\n"
    )
    return Paper(f"customer-mail-{number}.txt", "text/plain", text.encode(), _ALL)


def _access_log(random: Random, number: int) -> Paper:
    address = f"203.0.113.{random.randrange(1, 255)}"
    rows = ["time,address,event"]
    for day in sorted(random.sample(range(1, 29), 9)):
        moment = f"2026-{random.randrange(5, 11):02}-{day:02}T{random.randrange(24):02}:14:05Z"
        rows.append(f"{moment},{address},{random.choice(('sign_in', 'download', 'play'))}")
    content = "\r\n".join(rows).encode()
    reasons = ("fraudulent", "subscription_canceled", "duplicate")
    return Paper(f"access-log-{number}.csv", "text/csv", content, reasons)


def _refund_record(random: Random, number: int) -> Paper:
    rows = ["date,amount,currency,status"]
    for _ in range(random.randrange(1, 4)):
        amount = f"{random.randrange(500, 30_000) / 100:.2f}"
        rows.append(f"2026-{random.randrange(3, 11):02}-17,{amount},EUR,settled")
    content = "\r\n".join(rows).encode()
    return Paper(
        f"refunds-{number}.csv", "text/csv", content, ("credit_not_processed", "duplicate")
    )


def _signature(random: Random, number: int) -> Paper:
    """A scribble on white: what a courier's screen keeps."""
    width, height = 240, 80
    rows = [bytearray(b"\xff" * width) for _ in range(height)]
    level = height / 2
    for x in range(12, width - 12):
        level = max(8, min(height - 9, level + random.uniform(-5, 5)))
        for thick in range(2):
            rows[int(level) + thick][x] = 0x20
    name = f"delivery-signature-{number}.png"
    return Paper(name, "image/png", png(width, rows), _GOODS, of_delivery=True)


def _photo(random: Random, number: int) -> Paper:
    """A parcel on a doorstep, as a grey square on a lighter one."""
    width = height = 96
    left, top = random.randrange(10, 40), random.randrange(20, 40)
    rows = [
        bytearray(
            0x60 if left < x < left + 40 and top < y < top + 36 else 0xC8 + (x + y) % 16
            for x in range(width)
        )
        for y in range(height)
    ]
    name = f"doorstep-{number}.png"
    return Paper(name, "image/png", png(width, rows), _GOODS, of_delivery=True)


def png(width: int, rows: Iterable[bytes | bytearray]) -> bytes:
    """A greyscale PNG file from one byte per pixel."""
    raw = [b"\0" + bytes(row) for row in rows]
    header = struct.pack(">IIBBBBB", width, len(raw), 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(raw))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
        for kind, data in chunks
    )


_PAGE: Final = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
    b" /Resources << /Font << /F1 4 0 R >> >> >>"
)


def pdf(lines: Iterable[str]) -> bytes:
    """A PDF file of one page with these lines of text, the first one larger."""
    shown = [f"({_escaped(line)}) Tj 0 -24 Td" for line in lines]
    text = f"BT /F1 18 Tf 72 760 Td {shown[0]} /F1 11 Tf {' '.join(shown[1:])} ET"
    stream = text.encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    content, offsets = bytearray(b"%PDF-1.4\n"), []
    for index, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % start)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
