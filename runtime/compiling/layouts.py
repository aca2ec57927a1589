"""The layouts of a form ready to draw: their conditions and the texts of their notes, compiled once."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from markupsafe import Markup

from components.values.markdown import rendered
from form_specs.conditions import Env, FormOperands
from form_specs.formulas import FormulaEnv, Scope, TextTemplate, compile_text
from form_specs.layouts import sections_of
from form_specs.model import FormSpec, Layout, Note, Section, Step, Tab
from runtime.compiling.conditions import CompiledCondition, compiled_condition

Conditional = Section | Tab | Step | Note
_MEANT = re.compile(r"([!-/:-@\[-`{-~])")
"""The signs that Markdown may take for more than themselves."""


class Layouts:
    """What the parts of a form's layouts ask and say; immutable, shared by threads."""

    def __init__(self, form: FormSpec, operands: FormOperands, scope: Scope) -> None:
        parts = [part for layout in form.layouts.values() for part in conditional_parts(layout)]
        self._tests: dict[int, CompiledCondition] = {
            id(part): compiled_condition(part.show_when, operands)
            for part in parts
            if part.show_when is not None
        }
        self._texts: dict[str, TextTemplate] = {
            part.text: compile_text(part.text, scope) for part in parts if isinstance(part, Note)
        }

    @cached_property
    def asked(self) -> frozenset[str]:
        """The fields whose values decide what is drawn, or stand in a note."""
        conditions = (test.reads for test in self._tests.values())
        texts = (text.reads for text in self._texts.values())
        return frozenset(key for reads in (*conditions, *texts) for key in reads)

    def reacts(self, part: Conditional) -> bool:
        """Whether a part may be drawn otherwise when values change."""
        noted = isinstance(part, Note) and bool(self._texts[part.text].reads)
        return noted or id(part) in self._tests

    def shows(
        self,
        part: Conditional,
        facts: Mapping[str, Any],
        env: Env,
        knows: Callable[[str], bool],
    ) -> bool:
        """Whether a part is drawn; one that asks about something unknown is."""
        test = self._tests.get(id(part))
        return test is None or not all(map(knows, test.reads)) or test.holds(facts, env)

    def note(
        self, note: Note, values: Mapping[str, Any], env: FormulaEnv, shown: Mapping[str, str]
    ) -> Markup:
        """The HTML of a note over a record's values, in which values are nothing but text."""
        return rendered(self._texts[note.text].render(values, env, shown, _plainly))

    def note_reads(self, note: Note) -> frozenset[str]:
        """The fields whose values stand in a note."""
        return self._texts[note.text].reads


def conditional_parts(layout: Layout) -> Iterator[Conditional]:
    """All of a layout that may be drawn or not."""
    yield from (part for part in layout if not isinstance(part, Section))
    for section in sections_of(layout):
        yield section
        yield from (item for item in section.items if isinstance(item, Note))


def _plainly(text: str) -> str:
    """A text in which Markdown finds no sign of its own."""
    return _MEANT.sub(r"\\\1", text)
