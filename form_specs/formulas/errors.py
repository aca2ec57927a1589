"""What is wrong with a formula."""


class FormulaError(ValueError):
    """A formula that cannot be: at which character, what is wrong, what would be right."""

    def __init__(self, position: int, message: str, hint: str = "") -> None:
        super().__init__(f"character {position + 1}: {message}")
        self.position = position
        """Counts characters of the text from 0."""
        self.message = message
        self.hint = hint


class OutOfStepsError(Exception):
    """An evaluation that went beyond a limit: its formula gives no value."""
