"""Rows and columns."""

from components.base import ViewNeeds, ViewType
from form_specs.language import marked


class TableView(ViewType):
    """One row for each record, one column for each field named."""

    name = "table"
    title = marked("Table")
    description = marked("Many records at once, sorted and filtered")

    def needs(self) -> ViewNeeds:
        fields = tuple(dict.fromkeys(self.spec.columns))
        return ViewNeeds(fields=fields, sort=self.spec.sort, filters=self.spec.quick_filters)


TYPE = TableView
