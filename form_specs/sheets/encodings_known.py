"""The encodings of text files that a person may choose; apart, as guessing loads much more."""

from typing import Final

ENCODINGS: Final = (
    "utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256",
    "iso8859_15", "mac_roman", "cp850", "koi8_r", "shift_jis", "gb18030", "big5", "euc_kr",
)  # fmt: skip
