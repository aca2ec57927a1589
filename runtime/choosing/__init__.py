"""What the fields of a form offer to choose from, and what the chosen is called.

Choices stand in the field, in a list of the tool, in records of another form, or come from an
engineer's function; links lead to records.  `Directory` answers for all of them, as one person
may see them at one moment.
"""

from runtime.choosing.answers import ChoiceAnswers
from runtime.choosing.directory import Directory
from runtime.choosing.judging import Misfit
from runtime.choosing.remembering import RememberingDirectory

__all__ = ["ChoiceAnswers", "Directory", "Misfit", "RememberingDirectory"]
