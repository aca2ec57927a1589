"""The conditions of FHIR's enableWhen: one question whose answer decides."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.imports.expressions.names import Kind, Names
from form_specs.imports.expressions.tree import Ref
from form_specs.imports.logic import Truth, Untranslatable, all_of, compare
from form_specs.imports.notes import shown
from form_specs.language import _

_OPERATORS: Final = {"=": "eq", "!=": "ne", ">": "gt", "<": "lt", ">=": "ge", "<=": "le"}
_ANSWERS: Final = (
    *("answerBoolean", "answerDecimal", "answerInteger", "answerDate", "answerDateTime"),
    *("answerTime", "answerString", "answerCoding", "answerQuantity", "answerReference"),
)


def words_of(asked: Any) -> str:
    answer = next((asked[name] for name in _ANSWERS if name in asked), None)
    return f"{asked.get('question')} {asked.get('operator', '=')} {shown(answer)}"


def condition_of(asked: Mapping[str, Any], names: Names) -> Truth:
    """One question whose answer decides."""
    known = names.scalar(Ref((str(asked.get("question")),)))
    operator = str(asked.get("operator"))
    answer = next((asked[name] for name in _ANSWERS if name in asked), None)
    if operator == "exists":
        return compare(known.field, "present" if answer is not False else "empty")
    if operator not in _OPERATORS:
        raise Untranslatable(_("the operator %(operator)s", operator=repr(operator)))
    field_, value = known.field, _answer(answer)
    if known.kind is Kind.GROUP and isinstance(answer, dict) and "value" in answer:
        field_, value = f"{field_}.value", answer["value"]
    elif known.kind is Kind.SEVERAL and operator in ("=", "!="):
        has = compare(field_, "has", value)
        return has if operator == "=" else all_of([compare(field_, "present"), {"not": has}])
    test = compare(field_, _OPERATORS[operator], value)
    return all_of([compare(field_, "present"), test]) if operator == "!=" else test


def _answer(answer: Any) -> Any:
    if not isinstance(answer, dict):
        if answer is None:
            raise Untranslatable(_("there is no answer to compare with"))
        return answer
    code = answer.get("code") or answer.get("display")
    if not isinstance(code, str):
        raise Untranslatable(_("a comparison with something that has no code"))
    return code
