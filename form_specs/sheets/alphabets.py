"""Which of the encodings of Latin letters a text is in, by the letters that languages have.

An `è` of one encoding is the `č` of another; only the other letters of the text tell which is meant.
"""

from collections import Counter
from typing import Final

_WEST: Final = "äöüßàâçéèêëîïôùûñáíóúìò\u0153ÿ"
_NORTH: Final = "åäöæøéüßèà"
_ALPHABETS: Final = {
    "cp1252": (_WEST, _NORTH, "áâãàçéêíóôõúü", "áðéíóúýþæö", "äöüõšž"),
    "mac_roman": (_WEST, _NORTH, "áâãàçéêíóôõúü"),
    "cp850": (_WEST, _NORTH, "áâãàçéêíóôõúü"),
    "cp1250": (
        "ąćęłńóśźż",
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüűä",
        "ăâîșțşţ",
        "čćđšž",
    ),
    "cp1254": ("çğ\u0131iöşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
}
LATIN: Final = tuple(_ALPHABETS)


def strangeness(text: str, encoding: str) -> float:
    """The share of letters beyond plain ones that the likeliest language of an encoding does not have."""
    seen = Counter(sign for sign in text.lower() if sign > "\x7f" and sign.isalpha())
    total = seen.total()
    if not total:
        return 0.0
    foreign = (
        sum(count for sign, count in seen.items() if sign not in alphabet)
        for alphabet in _ALPHABETS[encoding]
    )
    return min(foreign) / total
