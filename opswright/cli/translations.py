"""`opswright translations`: the texts of a spec as a table for translators, and back."""

import csv
import io
import sys
from pathlib import Path
from typing import Final

import click

from form_specs.model import JsonObject
from form_specs.source import SourceError, read_source
from form_specs.translation import texts
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.printing import print_json
from runtime.web.site.language import is_language

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE: Final = "where"


@click.command()
@click.argument("spec", type=_FILE)
@click.argument("language")
@click.option("--from", "table", type=_FILE, help="A translated table: print the spec with it.")
def translations(spec: Path, language: str, table: Path | None) -> None:
    """Print the texts of a SPEC as CSV, with what is translated into LANGUAGE so far.

    The columns are where a text stands, the text, and its translation.  With --from, such a
    table is read and the spec printed with its translations.
    """
    if not is_language(language):
        raise UsedWrong(f"'{language}' names no language: write it like ro or de-CH")
    document = _document(spec)
    if table is None:
        _print_table(document, language)
    else:
        print_json(_with(document, language, table))


def _document(spec: Path) -> JsonObject:
    try:
        document = read_source(spec).document
    except SourceError as error:
        raise FoundWrong(f"{spec}: {error}") from error
    if not isinstance(document, dict):
        raise FoundWrong(f"{spec}: a spec is a JSON object")
    return document


def _known(document: JsonObject, language: str) -> dict[str, str]:
    messages = document.get("messages")
    found = messages.get(language) if isinstance(messages, dict) else None
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _print_table(document: JsonObject, language: str) -> None:
    known = _known(document, language)
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow((_PLACE, str(document.get("locale", "en")), language))
    for text in texts(document):
        rows.writerow((text.pointer, text.text, known.get(text.pointer, "")))
    sys.stdout.write(written.getvalue())


def _with(document: JsonObject, language: str, table: Path) -> JsonObject:
    there = {text.pointer for text in texts(document)}
    said = {**_known(document, language), **_read(table, language, there)}
    messages = document.get("messages")
    others = messages if isinstance(messages, dict) else {}
    return {**document, "messages": {**others, language: {p: t for p, t in said.items() if t}}}


def _read(table: Path, language: str, there: set[str]) -> dict[str, str]:
    """The translations of a table; each must be of a text that there is."""
    try:
        rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FoundWrong(f"{table}: this is no CSV in UTF-8: {error}") from error
    if not rows or not {_PLACE, language} <= rows[0].keys():
        raise FoundWrong(f"{table}: the first line must name the columns {_PLACE} and {language}")
    found = {}
    for number, row in enumerate(rows, 2):
        place = row[_PLACE] or ""
        if place not in there:
            raise FoundWrong(f"{table}, row {number}: the spec has no text at '{place}'")
        found[place] = (row[language] or "").strip()
    return found
