"""Rules that keep the pages working under the content security policy and htmx 4."""

import re

import pytest

from tests.house.sources import name_of, written_files

TEMPLATES = written_files(".html", folders=("templates", "components"))

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
# a start tag up to its own end: quoted values and Jinja expressions may hold ">"
TAG = re.compile(
    r"""<[a-zA-Z][\w-]*(?:"[^"]*"|'[^']*'|\{\{.*?\}\}|\{%.*?%\}|[^>"'])*>""", re.DOTALL
)
FORBIDDEN = {
    "a style attribute: use a class": r"\sstyle\s*=",
    "hx-on: listen in a module of assets/": r"\bhx-on\b",
    "an event attribute: listen in a module of assets/": r"\son[a-z]+\s*=",
    "script in an attribute": r"""["'\s](?:js|javascript):""",
    "a trigger filter, which is evaluated script": r"""\shx-trigger\s*=\s*["'][^"']*\[""",
}
SENDS = re.compile(r"\shx-(?:get|post|put|patch|delete|action|boost|sse:connect)\b")
INHERITABLE = re.compile(
    r"\s(hx-(?:target|swap|headers|include|indicator|confirm|sync|vals|push-url|replace-url"
    r"|select|disable|encoding|config|validate))\s*="
)
SCRIPT_WITHOUT_SOURCE = re.compile(r"<script\b(?![^>]*\b(?:src=|type=.application/json))[^>]*>")
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")


def problems(text):
    """What a template says that it must not."""
    text = COMMENT.sub("", text)
    found = [why for why in map(problem_of_tag, TAG.findall(text)) if why]
    if SCRIPT_WITHOUT_SOURCE.search(text):
        found.append("an inline script")
    if "<style" in text:
        found.append("an inline style sheet")
    if UNESCAPED.search(text):
        found.append("a value that is not escaped: make Markup where it is safe")
    return found


def problem_of_tag(tag):
    for why, pattern in FORBIDDEN.items():
        if re.search(pattern, tag):
            return f"{why}: {tag}"
    settings = INHERITABLE.findall(tag)
    own_request = SENDS.search(tag) or re.match(r"<(?:a|form|hx-partial)\b", tag)
    if settings and not own_request:
        return f"{settings[0]} on an element that sends nothing must say :inherited: {tag}"
    return None


def test_templates_keep_the_rules():
    found = {name_of(path): problems(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        '<p class="{{ a > b }}" style="color: red">',
        "<script>start()</script>",
        "<style>p { color: red }</style>",
        '<button hx-on:click="go()">',
        '<button onclick="go()">',
        "<button hx-post=\"/a\" hx-vals='js:{a: b()}'>",
        '<a href="javascript:go()">',
        '<input hx-get="/a" hx-trigger="keyup[key == 1]">',
        "{{ text|safe }}",
        "{{ text | safe }}",
        '<section hx-target="#main">',
        '<body hx-headers=\'{"X-CSRFToken": "{{ csrf }}"}\'>',
    ],
)
def test_the_rules_find(text):
    assert problems(text)


@pytest.mark.parametrize(
    "text",
    [
        '<script type="module" src="{{ asset(\'app.js\') }}"></script>',
        '<body hx-headers:inherited=\'{"X-CSRFToken": "{{ csrf }}"}\'>',
        '<button hx-post="/a" hx-target="#main" hx-swap="outerMorph">',
        '<a href="/a" hx-target="#main">',
        "{# style= is forbidden #}<p>",
    ],
)
def test_the_rules_allow(text):
    assert problems(text) == []
