"""XLSForm: questions in the rows of a sheet, choices and settings in two others.

`sheets` reads tables, `choices` the lists, `questions` one row, `grouping` which groups are sections,
`reader` the whole.
"""

from form_specs.imports.xlsform.reader import read, recognises

__all__ = ["read", "recognises"]
