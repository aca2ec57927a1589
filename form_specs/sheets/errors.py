"""What goes wrong with a spreadsheet."""

from form_specs.sheets.remarks import Remark


class UnreadableSheet(ValueError):  # noqa: N818 - named for what it says
    """A file that no table can be read from; the message is a sentence that says what to do."""

    def __init__(self, text: str, **values: str | int) -> None:
        super().__init__(text)
        self.remark = Remark(text, values)

    def __str__(self) -> str:
        return str(self.remark)
