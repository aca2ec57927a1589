"""Rows and columns."""

from components.base import ViewNeeds, ViewType
from form_specs.model import ViewSpec


class TableView(ViewType):
    """One row for each record, one column for each field named."""

    name = "table"
    title = "Table"
    description = "Many records at once, sorted and filtered"

    def __init__(self, spec: ViewSpec) -> None:
        super().__init__(spec)
        self.density: str = spec.options.get("density", "comfortable")
        """`comfortable` or `compact`, until a person chooses otherwise."""
        self.row_title: str | None = spec.options.get("rowTitle")
        """The field whose cell opens the record; none: the first column."""

    def needs(self) -> ViewNeeds:
        title = () if self.row_title is None else (self.row_title,)
        fields = tuple(dict.fromkeys((*self.spec.columns, *title)))
        return ViewNeeds(fields=fields, sort=self.spec.sort, filters=self.spec.quick_filters)


TYPE = TableView
