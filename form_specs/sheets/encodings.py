"""Which encoding a text file has: what it says, what it can be, what it looks like.

UTF-8 proves itself.  Of the others charset-normalizer tells scripts apart; among the encodings of
Latin letters, which it confuses in short files, the one that puts no signs inside words is taken,
and of several such the one whose letters are those of one language.
"""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from form_specs.language import marked
from form_specs.sheets.alphabets import LATIN, strangeness
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.remarks import Remark

_STRANGE: Final = marked(
    "From line %(line)s on some characters are not %(encoding)s: they are shown as \ufffd"
)
_TWO: Final = marked(
    "Most of the file is utf-8, but not line %(lines)s: that is read as %(encoding)s"
)
_NAMED: Final = 5
"""Lines that are named, of many."""
_NO_TEXT: Final = marked(
    "This is neither a workbook nor a text file: save the table as .xlsx or CSV where it comes from"
)
_CONTROL: Final = re.compile("[\x01-\x08\x0e-\x19\x1b-\x1f\x7f-\x84\x86-\x9f]")
"""What texts do not have: a few are slips, many are no text."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS: Final = ("cp1251", "cp1253", "cp1255", "cp1256", "koi8_r", "shift_jis", "gb18030", "big5", "euc_kr")  # fmt: skip
_SAMPLE: Final = 100_000
_INSIDE: Final = re.compile(
    r"(?<=[^\W\d_])[^\w\s'’.,;:|/\\()\[\]\"+&@#*%=<>!?{}~^$`–-]|[¹³¿¼¾](?=[^\W\d_])"
)
_FOREIGN_WORD: Final = re.compile(r"[^\x00-\x7f\W\d_]{3,}")
_LETTER: Final = re.compile(r"[^\x00-\x7f\W\d_]")


def decoded(content: bytes, wished: str = "") -> tuple[str, str, list[Remark]]:
    """The text, the name of its encoding, and what had to be done to it.

    Raises `UnreadableSheet` for what is no text.
    """
    notes: list[Remark] = []
    encoding = wished or encoding_of(content)
    try:
        text = _mixed(content, encoding, notes) if not wished else ""
        encoding = "utf-8" if text else encoding
        text = text or content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        notes.append(Remark(_STRANGE, {"line": line, "encoding": encoding}))
        text = content.decode(encoding, "replace")
    except LookupError:
        raise UnreadableSheet(marked("There is no encoding '%(wished)s'"), wished=wished) from None
    text = text.removeprefix("\ufeff")
    refuse_binary(text[:_SAMPLE])
    if count := text.count("\0"):
        notes.append(Remark(marked("NUL characters dropped: %(count)s"), {"count": count}))
        text = text.replace("\0", "")
    return text, encoding.removesuffix("-sig"), notes


def _mixed(content: bytes, encoding: str, notes: list[Remark]) -> str:
    """The text of a file put together of lines in UTF-8 and lines in another encoding; else none.

    What is not plain and reads as UTF-8 is hardly ever anything else: where half of such lines do,
    the file is no text in one encoding.
    """
    if encoding.startswith("utf"):
        return ""
    lines = content.splitlines(keepends=True)
    telling = {number for number, line in enumerate(lines) if not line.isascii()}
    others = {number for number in telling if not _is_utf8(lines[number])}
    if not telling or len(others) * 2 > len(telling):
        return ""
    other = _guessed(b"".join(lines[number] for number in sorted(others)))
    first = [str(number + 1) for number in sorted(others)[:_NAMED]]
    said = ", ".join(first) + (" …" if len(others) > _NAMED else "")
    notes.append(Remark(_TWO, {"lines": said, "encoding": other}))
    return "".join(
        line.decode(other if number in others else "utf-8", "replace")
        for number, line in enumerate(lines)
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def refuse_binary(sample: str) -> None:
    """Raises `UnreadableSheet` for the start of what is no text."""
    if sample.count("\0") > max(len(sample) // 10, 3):
        raise UnreadableSheet(_NO_TEXT)
    if len(_CONTROL.findall(sample)) > max(len(sample) // 50, 3):
        raise UnreadableSheet(_NO_TEXT)


def encoding_of(content: bytes) -> str:
    """The encoding of a text; a file that is none gets one as well."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if wide := _without_mark(content):
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut inside its last character is UTF-8 all the same.
        if error.reason != "unexpected end of data" or content[: error.start].isascii():
            return _guessed(content)
    return "utf-8"


def _without_mark(content: bytes) -> str:
    """UTF-16 shows itself by the NUL beside each plain letter."""
    start = content[:2000]
    if len(start) < 4 or start.count(0) < len(start) // 4:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _guessed(content: bytes) -> str:
    sample = _telling(content)
    latin = min(LATIN, key=lambda encoding: _unlikeness(sample, encoding))
    text = sample.decode(latin, "replace")
    words = sum(map(len, _FOREIGN_WORD.findall(text)))
    mostly_foreign = words > len(_LETTER.findall(text)) * 0.6
    if not (mostly_foreign or _odd(sample, latin)):
        return latin
    found = from_bytes(sample, cp_isolation=[*LATIN, *_OTHERS]).best()
    return found.encoding if found is not None and found.encoding in _OTHERS else latin


def _telling(content: bytes) -> bytes:
    """The lines that have other bytes than plain letters, as far as they are needed."""
    lines, size = [], 0
    for line in content.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    return b"".join(lines)[: _SAMPLE * 2]


def _unlikeness(sample: bytes, encoding: str) -> tuple[int, float]:
    """How little a text looks like one of an encoding; of those alike the first is the most usual."""
    return _odd(sample, encoding), strangeness(sample.decode(encoding, "replace"), encoding)


def _odd(sample: bytes, encoding: str) -> int:
    """How many signs stand inside words where letters should be."""
    text = sample.decode(encoding, "replace")
    return len(_INSIDE.findall(text)) + text.count("\ufffd")
