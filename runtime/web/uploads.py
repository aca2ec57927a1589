"""Uploaded files: judged by name and content, kept in the file store, served as downloads only."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

import puremagic
from flask import Response, stream_with_context
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_options_header

from form_specs.language import _
from runtime.gate import Upload
from runtime.storage.attachments import Attachment
from runtime.storage.errors import TooLarge
from runtime.web.site.context import here

_CHUNK = 64 * 1024
_NAME_LENGTH = 150

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "log": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
}
"""What may be attached, by the ending of its name, and the type it is served as."""

_TEXT = ("text/", "application/json", "application/xml", "message/")
_ACTIVE = ("html", "svg", "javascript")
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
)
"""How files begin that a machine runs: those of Windows, Linux, Java and macOS."""


class UnacceptableFileError(ValueError):
    """A file that may not be attached; the message names it and says what may."""


def stored_uploads(files: Iterable[FileStorage]) -> list[Upload]:
    """Keeps the posted files in the store; raises `UnacceptableFileError`."""
    return [_stored(file) for file in files if file.filename]


def _stored(file: FileStorage) -> Upload:
    services = here().services
    name = clean_name(file.filename or "")
    mime = _judged(name, file)
    try:
        kept = services.files.write(
            cast("BinaryIO", file.stream), limit=services.settings.max_upload
        )
    except TooLarge as error:
        limit = services.settings.max_upload_mb
        raise UnacceptableFileError(
            _("%(name)s is larger than %(limit)s MB", name=name, limit=limit)
        ) from error
    return Upload(name=name, sha256=kept.sha256, size=kept.size, mime=mime)


def clean_name(name: str) -> str:
    """A file's name without folders and control characters; it is data, never a path."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in base if char.isprintable()).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:_NAME_LENGTH]}{dot}{ending[:10]}" if dot else shown[:_NAME_LENGTH] or "file"


def _judged(name: str, file: FileStorage) -> str:
    """The type a file is kept as, by its ending, if its content does not say otherwise."""
    ending = name.rpartition(".")[2].lower()
    mime = TYPES.get(ending)
    if mime is None:
        kinds = ", ".join(sorted(TYPES))
        raise UnacceptableFileError(
            _(
                "%(name)s: files of this kind cannot be attached (%(kinds)s can)",
                name=name,
                kinds=kinds,
            )
        )
    head = file.stream.read(4096)
    file.stream.seek(0)
    if _is_program(head, mime):
        raise UnacceptableFileError(
            _("%(name)s is not what its name says: it is a program", name=name)
        )
    found = _content_type(head)
    if any(word in found for word in _ACTIVE) and not mime.startswith(_TEXT):
        raise UnacceptableFileError(
            _("%(name)s is not what its name says: it looks like %(found)s", name=name, found=found)
        )
    if mime.startswith("image/") and not found.startswith("image/"):
        raise UnacceptableFileError(
            _("%(name)s is not what its name says: it is no image", name=name)
        )
    return mime


def _is_program(head: bytes, mime: str) -> bool:
    """Whether a file begins as programs do; a text may begin with the same letters, not with NUL."""
    return head.startswith(_PROGRAMS) and (b"\0" in head or not mime.startswith(_TEXT))


def _content_type(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError):
        return ""


def send_file(item: Attachment) -> Response:
    """The bytes of an attachment as a download that no browser runs."""
    stream = here().services.files.open(item.sha256)
    response = Response(stream_with_context(_chunks(stream)), mimetype=item.mime)
    response.headers["Content-Disposition"] = dump_options_header(
        "attachment", {"filename": item.name}
    )
    response.headers["Content-Length"] = str(item.size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.call_on_close(stream.close)
    return response


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
