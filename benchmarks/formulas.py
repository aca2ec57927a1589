"""What computed fields cost: one evaluation, and a save through the gate with ten of them."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from benchmarks.engines import Engine
from benchmarks.timing import Row, alternating
from form_specs.formulas import NUMBER, FormulaEnv, Scope, compile_formula, group_of, list_of
from runtime.access import FormAccess, program
from runtime.gate import Origin
from runtime.services import Services

_DECIMAL: Final = {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"}
_FORMULAS: Final = (
    "net * rate / 100",
    "net + c0",
    "round(c1 * 12, 2)",
    "c1 > 1000 ? c1 * 0.95 : c1",
    "c3 - net",
    "max(c1, c3)",
    "min(net, c0)",
    "sum(net, c0, c1)",
    "coalesce(c7 / rate, 0)",
    "abs(c8 - c1)",
)
_LARGE: Final = "sum(lines.filter(l, l.value > 10).map(l, round(l.value * rate / 100, 2)))"


def measure(made: Engine, rounds: int) -> Iterator[Row]:
    """One evaluation of a small and a large formula, then saves with and without computed fields."""
    yield from _evaluations()
    with made.store("formulas").opened() as services:
        times = alternating(
            {str(count): _saving(services, count) for count in (0, len(_FORMULAS))}, rounds
        )
    yield Row.compared(
        "A save with ten computed fields",
        made.name,
        times[str(len(_FORMULAS))],
        times["0"],
        at_most=1.25,
        name="without",
    )


def _evaluations() -> Iterator[Row]:
    env = FormulaEnv(datetime.now(UTC))
    scope = Scope({"net": NUMBER, "rate": NUMBER, "lines": list_of(group_of({"value": NUMBER}))})
    lines = [{"value": Decimal(n)} for n in range(200)]
    values = {"net": Decimal("19.99"), "rate": Decimal(19), "lines": lines}
    for what, text in (("net * rate / 100", "net * rate / 100"), ("a sum over 200 rows", _LARGE)):
        formula = compile_formula(text, scope)
        seconds = _shortest(lambda: formula.evaluate(values, env))  # noqa: B023 - called at once
        yield Row.told(f"One evaluation: {what}", "", f"{seconds * 1e6:,.1f} µs")


def _shortest(action: Callable[[], object]) -> float:
    taken = []
    for _ in range(20):
        started = time.perf_counter()
        for _ in range(50):
            action()
        taken.append((time.perf_counter() - started) / 50)
    return min(taken)


def _saving(services: Services, count: int) -> Callable[[], object]:
    """What saves a record of a form with so many computed fields, each time with another value."""
    form = services.published.publish(_tool(count), by="benchmark").tool.forms["order"]
    access, gate = FormAccess(form, program("benchmark")), services.gate
    made = gate.create(access, {"net": Decimal("10.00"), "rate": Decimal(19)}, Origin("cli"))
    last = [made.version]

    def save() -> None:
        net = Decimal(last[0]).quantize(Decimal("0.01"))
        outcome = gate.update(access, made.record_id, {"net": net}, Origin("cli"), version=last[0])
        last[0] = outcome.version

    return save


def _tool(count: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        key: {**_DECIMAL, "title": key, "x-ops": {"type": "decimal"}} for key in ("net", "rate")
    }
    for number, formula in enumerate(_FORMULAS[:count]):
        computed = {"formula": formula, "result": "decimal"}
        properties[f"c{number}"] = {
            **_DECIMAL,
            "title": f"Computed {number}",
            "readOnly": True,
            "x-ops": {"type": "computed", "computed": computed},
        }
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    form = {"key": "order", "title": "Order", "plural": "Orders", "schema": schema}
    return {
        "ops": "1",
        "kind": "tool",
        "key": f"orders_{count}",
        "title": f"Orders with {count} computed fields",
        "forms": [form],
    }
