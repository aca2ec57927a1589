"""The product's texts in other languages: all of them, and with the same values in them."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po

from components import option_texts
from form_specs import schema_texts
from tests.house.sources import PACKAGES, ROOT, written_files

FOLDER = ROOT / "runtime" / "web" / "translations"
CATALOGUES = sorted(FOLDER.glob("*.po"))
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "counted": (1, 2),
    "plural": (1, 2),
    "marked": None,
    "marked_plural": (1, 2),
}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".js": "javascript"}
SCHEMAS = (
    ("options.schema.json", "components", option_texts),
    (".schema.json", "form_specs", schema_texts),
)
VALUE = re.compile(r"%\((\w+)\)s")


@cache
def texts_in_code() -> frozenset[str | tuple[str, ...]]:
    return frozenset(_read_texts())


def _read_texts() -> Iterator[str | tuple[str, ...]]:
    files = written_files(".py", ".html", folders=PACKAGES)
    scripts = [path for path in written_files(".js", folders=("assets",)) if "js" in path.parts]
    for path in (*files, *scripts):
        found = extract_from_file(METHODS[path.suffix], path, keywords=KEYWORDS)
        for _line, text, _comments, _context in found:
            yield text
    for suffix, folder, reader in SCHEMAS:
        for path in written_files(suffix, folders=(folder,)):
            with path.open("rb") as file:
                yield from (text for _line, _name, text, _comments in reader.extract(file, (), ()))


def translated(path):
    with path.open("rb") as file:
        return {
            message.id: message.string for message in read_po(file) if message.id and message.string
        }


def parts(text):
    return text if isinstance(text, tuple) else (text,)


def values_of(text):
    """What is filled in; "one thing" need not name the number."""
    return set(VALUE.findall(text)) - {"num"}


def test_the_code_holds_texts():
    assert len(texts_in_code()) > 50


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_is_translated(path):
    known = translated(path)
    missing = [text for text in texts_in_code() if not all(parts(known.get(text, "")))]
    assert missing == [], "`make texts` brings the catalogue up to date; then translate"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_nothing_is_translated_that_nobody_says(path):
    assert translated(path).keys() - texts_in_code() == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_names_the_values_of_its_text(path):
    wrong = [
        text
        for text, said in translated(path).items()
        for part in parts(said)
        if values_of(part) ^ values_of(parts(text)[-1])
    ]
    assert wrong == []


def test_no_script_hides_the_function_that_translates():
    scripts = [path for path in written_files(".js", folders=("assets",)) if "js" in path.parts]
    hidden = re.compile(r"\((?:[\w, ]+, )?_(?:, [\w, ]+)?\) =>|\b_ =>|(?:const|let) _ =")
    assert [
        f"{path.name}: {line.strip()}"
        for path in scripts
        for line in path.read_text().splitlines()
        if hidden.search(line) and path.name != "texts.js"
    ] == []
