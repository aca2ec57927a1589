"""Writes the smallest workbook of the old kind (.xls): one stream of records in a compound file."""

import struct
from itertools import chain

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_BEGIN = {"book": 0x0005, "sheet": 0x0010}


def old_workbook(sheets):
    """From the names of sheets to their rows of texts and numbers: the bytes of a file."""
    parts = [
        b"".join([_begin("sheet"), *map(_cell, _placed(rows)), _record(0x0A)])
        for rows in sheets.values()
    ]
    names = [name.encode("latin-1") for name in sheets]
    head = len(_begin("book")) + sum(len(name) + 12 for name in names) + len(_record(0x0A))
    at = [head + sum(map(len, parts[:index])) for index in range(len(parts))]
    listed = (
        _record(0x85, struct.pack("<IHBB", place, 0, len(name), 0) + name)
        for place, name in zip(at, names, strict=True)
    )
    return _compound(b"".join([_begin("book"), *listed, _record(0x0A), *parts]))


def _record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def _begin(what):
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, _BEGIN[what], 0x0DBB, 1996, 0, 6))


def _placed(rows):
    return chain.from_iterable(
        ((row, column, value) for column, value in enumerate(cells))
        for row, cells in enumerate(rows)
    )


def _cell(placed):
    row, column, value = placed
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + text)
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def _compound(stream):
    """A compound file that holds nothing but the stream `Workbook`: its table, its folder, the stream."""
    stream += bytes(max(4096 - len(stream), 0))
    stream += bytes(-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    chain_ = [_FAT, _END, *range(3, count + 2), _END]
    table = struct.pack(f"<{_SECTOR // 4}I", *chain_, *[_FREE] * (_SECTOR // 4 - len(chain_)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0
    )
    head += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    folder = _entry("Root Entry", 5, _END, 0, below=1) + _entry("Workbook", 2, 2, len(stream))
    return head + table + folder + bytes(_SECTOR - len(folder)) + stream


def _entry(name, kind, start, size, below=_FREE):
    text = name.encode("utf-16-le")
    found = text + bytes(64 - len(text)) + struct.pack("<HBB", len(text) + 2, kind, 1)
    return (
        found
        + struct.pack("<III", _FREE, _FREE, below)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
