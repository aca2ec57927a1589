"""Handlers of the pages that make a new tool from a file in another language of forms."""

from flask import abort, g, request, url_for
from werkzeug.wrappers import Response

from builder.contexts import ImportedPage, ImportPage, LanguageItem
from builder.imports.files import MAX_BYTES, given
from builder.imports.folders import given_together, in_archive, is_archive, limited
from builder.sheets.kept import keep_file
from builder.spec_text.texts import SpecText, pretty
from builder.starting.beginning import begin_draft
from builder.starting.first_spec import TABLE, first_spec, is_table
from builder.starting.new_keys import free_key, key_problem, title_of
from builder.starting.tool_file import parts_said, tool_in
from form_specs.from_schema.tool import CannotImport
from form_specs.imports import FORMATS, Imported, UnreadableFile
from form_specs.language import _, counted
from form_specs.model import JsonObject
from form_specs.sheets import UnreadableSheet
from form_specs.sheets.reading import MAX_BYTES as MAX_TABLE_BYTES
from runtime.access import EVERY_TOOL
from runtime.web.contexts import Link
from runtime.web.site.context import current_services
from runtime.web.site.htmx import see_other
from runtime.web.site.rendering import draw
from runtime.web.uploads import clean_name


def choose_file() -> Response:
    """Which file, which language, which key."""
    _builders_only()
    return _page()


def read_file() -> Response:
    """What became of a file, and what did not, before anything is kept."""
    _builders_only()
    name, content = _sent("file")
    if not name and (pasted := request.form.get("pasted", "").strip("\r\n")):
        name, content = _("Pasted rows") + ".tsv", pasted.encode("utf-8", "replace")
    typed = request.form.get("key", "").strip()
    if (whole := tool_in(content, typed)) is not None:
        return _tool_shown(whole)
    return _read(typed or free_key(title_of(name)), name, content)


def _read(key: str, name: str, content: bytes) -> Response:
    """A form in another language, or a table, which has pages of its own."""
    if problem := key_problem(key):
        return _page(problem, 422)
    if name and not content:
        return _page(_("The file is empty: choose one with headings and rows"), 422)
    try:
        several = _several(name, content)
        if name and not several and is_table(content, name, request.form.get("language", "")):
            return _sheet(name, content, key)
        made = _imported(key, name, content, several)
    except UnreadableFile as error:
        return _page(_("The file cannot be read: %(why)s", why=error), 422)
    except CannotImport as error:
        return _page(_("No form can be made of it: %(why)s", why=error), 422)
    return _shown(key, made)


def _sent(name: str) -> tuple[str, bytes]:
    """Name and content of an uploaded file; of more than may be, so much that it shows."""
    file = request.files.get(name)
    if file is None or not file.filename:
        return "", b""
    return clean_name(file.filename), file.read(max(MAX_BYTES, MAX_TABLE_BYTES) + 1)


def _sheet(name: str, content: bytes, key: str) -> Response:
    try:
        kept = keep_file(content, name, key, title_of(name))
    except UnreadableSheet as error:
        return _page(str(error), 422)
    return see_other(url_for("build.sheet", sheet=kept.id))


def _tool_shown(whole: SpecText) -> Response:
    """A tool as another installation has it: nothing is to be guessed, only looked at."""
    document = whole.document
    key = str(document.get("key", ""))
    if problem := key_problem(key):
        advice = _(
            "The file is a whole tool. Take it in there, under Text, or give it a key of its own"
        )
        return _page(f"{problem}. {advice}", 422, key)
    page = ImportedPage(
        trail=_trail(),
        action=url_for("build.keep"),
        key=key,
        title=str(document.get("title", key)),
        said=_(
            "A whole tool: %(parts)s. Nothing is kept yet; its draft is yours to look at and publish.",
            parts=parts_said(document),
        ),
        problems=len(whole.errors),
        document=whole.text,
        again_url=url_for("build.choose_file"),
    )
    return draw("builder/imported.html", page, title=_("New tool %(key)s", key=key))


def keep() -> Response:
    """Makes the spec the draft of the tool."""
    _builders_only()
    key = request.form.get("key", "").strip()
    if problem := key_problem(key):
        return _page(problem, 422)
    checked = SpecText.checked(request.form.get("document", ""))
    if not isinstance(checked.document, dict) or checked.document.get("key") != key:
        return _page(_("The file has to be read once more"), 422)
    return see_other(begin_draft(checked.document, _("From a file")))


def _builders_only() -> None:
    if not g.person.builds(EVERY_TOOL):
        abort(404)


def _several(name: str, content: bytes) -> dict[str, bytes]:
    """The files that belong together, where more than one was sent, or an archive; else none.

    Raises `UnreadableFile`.
    """
    sent = [file for file in request.files.getlist("file") if file.filename]
    if len(sent) > 1:
        rest = ((clean_name(file.filename or ""), file.read(MAX_BYTES + 1)) for file in sent[1:])
        return limited(((name, content), *rest))
    return in_archive(content) if is_archive(content) else {}


def _imported(key: str, name: str, content: bytes, several: dict[str, bytes]) -> Imported:
    """The spec made of what was sent; raises `UnreadableFile` and `CannotImport`."""
    if not name:
        raise UnreadableFile(_("there is none: choose one"))
    look = _sent("ui")[1] or None
    if several:
        found = given_together(several, request.form.get("main", "").strip(), look)
    else:
        found = given(content, name, look, _("The second file"))
    language = request.form.get("language", "")
    wanted = language if language in FORMATS else None
    made = first_spec(current_services().registry, key, found, wanted)
    if wanted is None and not _fields(made):
        raise UnreadableFile(_("it names no field. Rows are read from CSV and .xlsx"))
    return made


def _fields(made: Imported) -> JsonObject:
    found: JsonObject = made.document["forms"][0]["schema"].get("properties", {})
    return found


def _page(error: str = "", status: int = 200, key: str = "") -> Response:
    chosen = request.form.get("language", "")
    page = ImportPage(
        trail=[Link(_("Tools"), url_for("build.tools"))],
        action=url_for("build.read_file"),
        key=request.form.get("key", "") or key,
        main=request.form.get("main", ""),
        languages=[
            LanguageItem(TABLE, _("A table with rows"), chosen == TABLE),
            *(LanguageItem(f.name, f.title, f.name == chosen) for f in FORMATS.values()),
        ],
        pasted=request.form.get("pasted", ""),
        megabytes=min(MAX_TABLE_BYTES // 1_000_000, current_services().settings.max_upload_mb),
        error=error,
    )
    return draw("builder/import.html", page, title=_("New tool from a file"), status=status)


def _trail() -> list[Link]:
    return [
        Link(_("Tools"), url_for("build.tools")),
        Link(_("From a file"), url_for("build.choose_file")),
    ]


def _shown(key: str, made: Imported) -> Response:
    page = ImportedPage(
        trail=_trail(),
        action=url_for("build.keep"),
        key=key,
        title=made.document["title"],
        said=counted(
            "Read as %(language)s: %(num)s field on the form. Nothing is kept yet.",
            "Read as %(language)s: %(num)s fields on the form. Nothing is kept yet.",
            len(_fields(made)),
            language=FORMATS[made.format].title,
        ),
        notes=made.notes,
        document=pretty(made.document),
        again_url=url_for("build.choose_file"),
    )
    return draw("builder/imported.html", page, title=_("New tool %(key)s", key=key))
