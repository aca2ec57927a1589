"""Which language a request is answered in: the person's choice, else the browser's, else English.

The product's own texts are English in the code and stand translated in `translations/LOCALE.po`;
a tool's are its spec's.  A language that either does not have is answered in what it was written in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale

from components.values.locales import number_style
from form_specs.language import _, plural, speak

LANGUAGE_COOKIE: Final = "language"
OWN: Final = "en"
"""The language that the product's texts are written in."""
_FOLDER: Final = Path(__file__).parents[1] / "translations"
_SCRIPTS: Final = "assets/js/"
_LONGEST: Final = 20


def install_language(app: Flask) -> None:
    """Gives requests their language, and templates `_`, `ngettext` and `{% trans %}`."""
    Babel(app, configure_jinja=False, locale_selector=_wanted)
    app.before_request(_speak)
    app.teardown_request(lambda _error: speak(None))
    app.after_request(_tell)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _, plural, newstyle=True
    )


def language() -> str:
    """The language of this request, as specs name it: `en`, `de-CH`."""
    if not g:
        return OWN
    if "language" not in g:
        g.language = str(get_locale()).replace("_", "-")
    found: str = g.language
    return found


def script_texts() -> Mapping[str, str]:
    """What scripts say in the language of this request, by what it is in English."""
    found = _catalogue(language())
    return found.scripts if found else {}


@cache
def product_languages() -> tuple[str, ...]:
    """The languages that the product speaks itself."""
    return OWN, *sorted(path.stem for path in _FOLDER.glob("*.po"))


def is_language(name: str) -> bool:
    """Whether a text names a language that there is."""
    try:
        return len(name) <= _LONGEST and Locale.parse(name, sep="-") is not None
    except (ValueError, UnknownLocaleError):
        return False


def own_name(name: str) -> str:
    """What a language calls itself: `Română`."""
    found = Locale.parse(name, sep="-").get_display_name() or name
    return found[:1].upper() + found[1:]


def _wanted() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if is_language(chosen):
        return chosen.replace("-", "_")
    preferred = list(request.accept_languages.values())
    return negotiate_locale(preferred, product_languages(), sep="-") or OWN


def _speak() -> None:
    # Programs read what the API says, in the one language that it is documented in.
    if request.blueprint == "api":
        speak(None)
        return
    found = _catalogue(language())
    speak(found.texts if found else None, number_style(language()).number)


def _tell(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", language())
        response.vary.add("Accept-Language")
    return response


@dataclass(frozen=True, slots=True)
class _Catalogue:
    texts: Translations
    scripts: Mapping[str, str]


@lru_cache(maxsize=64)
def _catalogue(name: str) -> _Catalogue | None:
    """The product's texts in a language, or in the one it is a dialect of; none: as they are written."""
    for file in (f"{name}.po", f"{name.partition('-')[0]}.po"):
        if (_FOLDER / file).is_file():
            with (_FOLDER / file).open("rb") as written:
                return _compiled(read_po(written))
    return None


def _compiled(catalogue: Catalog) -> _Catalogue:
    binary = BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    scripts = {
        str(message.id): str(message.string)
        for message in catalogue
        if message.string and any(place.startswith(_SCRIPTS) for place, _line in message.locations)
    }
    return _Catalogue(Translations(binary), scripts)
