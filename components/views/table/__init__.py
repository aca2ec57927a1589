"""Rows and columns."""

from components.base import ViewNeeds, ViewType


class TableView(ViewType):
    """One row for each record, one column for each field named."""

    name = "table"
    title = "Table"
    description = "Many records at once, sorted and filtered"

    def needs(self) -> ViewNeeds:
        fields = tuple(dict.fromkeys(self.spec.columns))
        return ViewNeeds(fields=fields, sort=self.spec.sort, filters=self.spec.quick_filters)


TYPE = TableView
