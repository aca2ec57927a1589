"""Texts that break things: markup, templates, queries, paths, scripts of all directions, odd characters."""

NAUGHTY = (
    # markup and scripts
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "<b hx-get=/admin hx-trigger=load>x</b>",
    "&lt;b&gt; &amp;amp; &#60;",
    "<!--", "]]>", "<![CDATA[x]]>",
    # templates and formats
    "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "#{7*7}", "%s %d %(x)s", "{0} {name}", "\\u0041 \\x41 \\n",
    "${jndi:ldap://x/y}",
    # queries, shells, paths
    "'; DROP TABLE event; --", "1' OR '1'='1", "\" OR \"\"=\"", "% _ \\ %25", "`id`; $(id) | id",
    "../../etc/passwd", "C:\\con\\nul", "file:///etc/passwd",
    # spreadsheets and other words that mean something
    "=1+1", "+1", "-1", "@SUM(1)", "null", "None", "undefined", "NaN", "Infinity", "true", "[]", "{}",
    # numbers that are none
    "1e999999", "0x10", "1_000", "١٢٣", "１２３", "½", "1,000.00",
    # scripts of all kinds and directions
    "O'Brien & Søn", "Ångström", "A\u030angstro\u0308m", "İstanbul ıI", "ﬁ ﬃ", "שלום עולם",
    "مرحبا", "\u202eeman\u202c", "田中さんにあげて", "😀👩‍👩‍👧‍👦🏳️‍🌈", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ", "\u200bzero\u200dwidth\ufeff",
    "tab\there", "no\u00a0break", "\u2028line\u2029sep",
    # characters that cannot be kept
    "nul\x00here", "bell\x07", "escape\x1b[31m", "del\x7f", "c1\x85x",
    # spaces and lines
    " leading and trailing ", "two\nlines", "win\r\ndows", "x" * 201,
)
