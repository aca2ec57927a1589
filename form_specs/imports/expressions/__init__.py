"""Expressions of other languages of forms: read into one tree, written as conditions and formulas.

    XPath as ODK uses it ─┐                 ┌─► conditions.py
                          ├─► tree.py ──────┤
    FEEL as form-js does ─┘                 └─► formulas.py

What the tree or our languages have no words for raises `Untranslatable`, which says what it was.
"""
