"""What each function of the formulas does, in one line, with an example, as builders read it while they type.

The tables of `docs/builders/formulas.md` say the same; a test holds both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from form_specs.language import marked


@dataclass(frozen=True, slots=True)
class FunctionHelp:
    """One line about a function."""

    gives: str
    """Marked."""
    example: str
    result: str


FUNCTION_HELP: Final[Mapping[str, FunctionHelp]] = {
    "sum": FunctionHelp(marked("the sum of numbers or amounts"), "sum(pieces, 5)", "605"),
    "min": FunctionHelp(marked("the least"), "min(3, 1, 2)", "1"),
    "max": FunctionHelp(marked("the greatest"), "max(sent_on, date(2026, 12, 1))", "2026-12-01"),
    "avg": FunctionHelp(marked("the mean"), "avg(1, 2)", "1.5"),
    "count": FunctionHelp(marked("how many items"), "count(labels)", "2"),
    "round": FunctionHelp(
        marked("rounded half-up; without decimals to a whole number"), "round(2.675, 2)", "2.68"
    ),
    "floor": FunctionHelp(marked("the whole number below"), "floor(-1.5)", "-2"),
    "ceil": FunctionHelp(marked("the whole number above"), "ceil(1.2)", "2"),
    "abs": FunctionHelp(marked("without its sign"), "abs(-3)", "3"),
    "money": FunctionHelp(marked("an amount of money"), "money(5, 'USD')", "5 USD"),
    "number": FunctionHelp(marked("the number that a text holds"), "number('12.50')", "12.5"),
    "coalesce": FunctionHelp(
        marked("the first that is there"), "coalesce(notes, customer)", "Ada & Sons"
    ),
    "if_empty": FunctionHelp(
        marked("the other where the first is absent or empty"), "if_empty(notes, 'none')", "none"
    ),
    "empty": FunctionHelp(marked("whether it is absent or empty"), "empty(notes)", "true"),
    "concat": FunctionHelp(
        marked("all of them as one text"), "concat(pieces, ' on ', sent_on)", "600 on 2026-11-27"
    ),
    "lower": FunctionHelp(marked("in small letters"), "lower(customer)", "ada & sons"),
    "upper": FunctionHelp(marked("in capitals"), "upper('eu')", "EU"),
    "trim": FunctionHelp(marked("without blanks around it"), "trim('  a ')", "a"),
    "substring": FunctionHelp(
        marked("a part; the first character is 0, without length up to the end"),
        "substring(customer, 0, 3)",
        "Ada",
    ),
    "replace": FunctionHelp(
        marked("with every old part made new"), "replace('a-b', '-', '+')", "a+b"
    ),
    "split": FunctionHelp(marked("the parts as a list"), "split('a;b', ';')[1]", "b"),
    "join": FunctionHelp(
        marked("one text; “, ” without between"), "join(labels, ' / ')", "fragile / export"
    ),
    "length": FunctionHelp(marked("how many characters or items"), "length('héé')", "3"),
    "contains": FunctionHelp(
        marked("whether it occurs, capitals or not"), "contains(customer, 'SONS')", "true"
    ),
    "starts_with": FunctionHelp(
        marked("whether it begins so, capitals or not"), "starts_with(customer, 'ada')", "true"
    ),
    "date": FunctionHelp(marked("a day"), "date(2026, 2, 28)", "2026-02-28"),
    "today": FunctionHelp(marked("the day it is (UTC); not stored"), "today()", "2026-11-26"),
    "now": FunctionHelp(marked("the moment it is; not stored"), "now()", "2026-11-26T14:30:00Z"),
    "days_between": FunctionHelp(
        marked("how many days later the second is"),
        "days_between(sent_on, date(2026, 12, 24))",
        "27",
    ),
    "workdays_between": FunctionHelp(
        marked("how many working days after the first, up to and with the second"),
        "workdays_between(sent_on, date(2026, 12, 4))",
        "5",
    ),
    "add_days": FunctionHelp(marked("so many days later"), "add_days(sent_on, 30)", "2026-12-27"),
    "add_workdays": FunctionHelp(
        marked("so many working days later"), "add_workdays(sent_on, 1)", "2026-11-30"
    ),
    "year": FunctionHelp(marked("the year"), "year(sent_on)", "2026"),
    "month": FunctionHelp(marked("the month, 1 to 12"), "month(sent_on)", "11"),
    "day": FunctionHelp(marked("the day of the month"), "day(sent_on)", "27"),
    "weekday": FunctionHelp(marked("1 for Monday to 7 for Sunday"), "weekday(sent_on)", "5"),
    "format_money": FunctionHelp(
        marked("as people read it"), "format_money(price * pieces)", "€11,994.00"
    ),
    "format_number": FunctionHelp(
        marked("as people read it, rounded half-up"), "format_number(1234.565, 2)", "1,234.57"
    ),
    "format_date": FunctionHelp(marked("as people read it"), "format_date(sent_on)", "27 Nov 2026"),
    "lookup": FunctionHelp(
        marked("what stands in the linked record"), "lookup(seller.name)", "Bob"
    ),
}
