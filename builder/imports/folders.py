"""Files that belong together, in a folder, an archive or sent at once: schemas that refer to one another.

Nothing is read that was not given: references lead to these files or nowhere.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from builder.imports.files import MAX_BYTES, json_in
from form_specs.imports import Given, Note, UnreadableFile, together
from form_specs.language import _, digits

MOST_FILES: Final = 2_000
_MARK: Final = b"PK\x03\x04"
_OF_WORKBOOKS: Final = "[Content_Types].xml"
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)  # fmt: skip
"""What reading an archive raises that is broken, encrypted or packed in an unusual way."""


def is_archive(content: bytes) -> bool:
    """Whether it is a ZIP file, and no workbook, which is one too."""
    if not content.startswith(_MARK):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _OF_WORKBOOKS not in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError):
        return False


def in_folder(folder: Path) -> dict[str, bytes]:
    """The JSON files below a folder, by their paths in it; raises `UnreadableFile`."""
    whole = folder.resolve()
    found = (path for path in sorted(folder.rglob("*.json")) if path.is_file())
    inside = (path for path in found if path.resolve().is_relative_to(whole))
    return limited((path.relative_to(folder).as_posix(), _content(path)) for path in inside)


def in_archive(content: bytes) -> dict[str, bytes]:
    """The JSON files in a ZIP file, by their paths in it; raises `UnreadableFile`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return limited(_unpacked(archive))
    except _DAMAGED as error:
        raise UnreadableFile(_("The archive cannot be unpacked: %(error)s", error=error)) from None


def given_together(files: Mapping[str, bytes], main: str = "", ui: bytes | None = None) -> Given:
    """What some files hold, one of which is the form.

    Raises `UnreadableFile`, also where it cannot be told which; `main` says it.
    """
    look = None if ui is None else json_in(ui, _("The second file"))
    documents, notes = {}, []
    for name, content in files.items():
        try:
            documents[name] = json_in(content, name)
        except UnreadableFile as error:
            notes.append(Note(name, _("this file is left out: %(error)s", error=error)))
    if not documents:
        raise UnreadableFile(str(notes[0]) if notes else _("There is no JSON file in it"))
    return together(documents, main, look, tuple(notes))


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for member in archive.infolist():
        if member.filename.lower().endswith(".json") and not member.is_dir():
            with archive.open(member) as file:
                yield member.filename, file.read(MAX_BYTES + 1)


def limited(found: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files as far as they are read; raises `UnreadableFile` where they are too many or too large."""
    files: dict[str, bytes] = {}
    size = 0
    for name, content in found:
        files[name] = content
        size += len(content)
        if size > MAX_BYTES:
            raise UnreadableFile(
                _("The files are larger than %(number)s MB together", number=MAX_BYTES // 1_000_000)
            )
        if len(files) > MOST_FILES:
            raise UnreadableFile(
                _("There are more than %(most_files)s files in it", most_files=digits(MOST_FILES))
            )
    return files
