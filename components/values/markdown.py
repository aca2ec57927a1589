"""Markdown as HTML that is safe to show: drawn by one library, cleaned by another."""

from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from markupsafe import Markup

LONGEST: Final = 50_000
"""Characters that are drawn; a longer text is shown as it is written."""

_TAGS: Final = frozenset(
    {
        *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a"),
        *("ul", "ol", "li", "h3", "h4", "h5", "h6"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_LOWEST: Final = 6


@lru_cache(maxsize=256)
def rendered(text: str) -> Markup:
    """The HTML of a Markdown text: headings below those of a page, no pictures, no HTML of its own.

    Links lead to the web, to mail and to telephones only, and say nothing about where they stood.
    """
    if len(text) > LONGEST:
        return Markup("<pre>{}</pre>").format(text)
    drawn = _reader().render(text)
    safe = import_module("nh3").clean(
        drawn,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(safe)  # noqa: S704 - cleaned one line above


def plain(text: str) -> str:
    """The words of a Markdown text in one line, for a cell of a list."""
    tokens = _reader().parse(text[:2_000])
    words = (token.content for token in tokens if token.content)
    return " ".join(" ".join(words).replace("*", "").replace("`", "").split())


@lru_cache(maxsize=1)
def _reader() -> Any:
    """Made at the first use: it takes a while, and few pages need it."""
    reader = import_module("markdown_it").MarkdownIt("commonmark", {"html": False})
    reader.enable(["table", "strikethrough"]).disable("image")
    reader.core.ruler.push("lower_headings", _lower_headings)
    return reader


def _lower_headings(state: Any) -> None:
    """The highest heading of a text becomes the third of the page, and so on."""
    found = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    levels = {tag: 3 + index for index, tag in enumerate(sorted({token.tag for token in found}))}
    for token in found:
        token.tag = f"h{min(levels[token.tag], _LOWEST)}"
