"""That a formatted text shows what it means, and never runs."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.values.markdown import plain, rendered

HARMFUL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://tracker.example/p.gif)",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](https://a.example 'title\" onmouseover=\"alert(1)')",
    '<https://a.example/" onclick="alert(1)>',
    "<svg><script>alert(1)</script></svg>",
    "```<script>\nalert(1)\n```",
    "<div style='position:fixed'>x</div>",
)


class Drawn(HTMLParser):
    """Tags and attributes of some HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(name, (value or "").partition(":")[0]) for name, value in attrs}


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_in_a_text_runs_or_fetches(text):
    drawn = Drawn(rendered(text))
    assert drawn.tags <= {"p", "a", "pre", "code"}
    assert drawn.attributes <= {
        *(("href", "https"), ("rel", "noopener noreferrer nofollow")),
        ("title", 'title" onmouseover="alert(1)'),
    }


@given(st.text("<>\"'&[]()!*_`#- \nabh:/=javscriptonfg", max_size=60))
def test_only_known_tags_come_out(text):
    assert Drawn(rendered(text)).tags <= {
        *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a"),
        *(
            "ul",
            "ol",
            "li",
            "h3",
            "h4",
            "h5",
            "h6",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        ),
    }


def test_emphasis_lists_tables_and_links_are_shown():
    html = rendered("**a** _b_ ~~c~~\n\n- d\n\n| e |\n|---|\n| f |\n\n[g](https://g.example)")
    for part in ("<strong>a</strong>", "<em>b</em>", "<s>c</s>", "<li>d</li>", "<td>f</td>"):
        assert part in html
    assert 'href="https://g.example" rel="noopener noreferrer nofollow"' in html


def test_headings_begin_below_those_of_the_page():
    assert rendered("# A\n\n## B\n\n# C") == "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>\n"
    assert "<h3>B</h3>" in rendered("## B")


def test_a_cell_has_the_words_without_the_signs():
    assert plain("## Steps\n\n1. **Call** the `bank`") == "Steps Call the bank"


def test_a_text_that_is_too_long_is_shown_as_it_is_written():
    assert rendered("<b>" * 20_000).startswith("<pre>&lt;b&gt;")
