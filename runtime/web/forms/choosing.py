"""What the inputs of a form offer to choose from: a select that works alone, and where to search."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request, url_for

from components.base import ABSENT, FieldType, Named, Offers, Wanted
from components.controls.control import Input
from components.forms import RecordForm
from form_specs.language import _
from form_specs.model import Right
from runtime.choosing import Directory
from runtime.choosing.listed import own_choices
from runtime.compiling.form import Broken
from runtime.web.contexts import ChoosingUi
from runtime.web.titles import names_in, with_preview

FIND: Final = "_find/"
"""With a control's name behind it: what somebody looks for without a script."""
_AT_ONCE: Final = 100
_RECORDS_AT_ONCE: Final = 20
_SEARCHED_FROM: Final = 16
"""So many choices are not read through but searched."""


def offers_elsewhere(of: FieldType) -> bool:
    """Whether what a field offers must be looked up, or is too much for a plain select."""
    spec = of.spec
    if spec.link or spec.source or spec.depends_on or spec.or_other:
        return of.has_choices or spec.link is not None
    return of.has_choices and len(own_choices(spec)) >= _SEARCHED_FROM


@dataclass(frozen=True)
class Choosing:
    """The choices of one form's inputs, asked of the database as they are drawn."""

    directory: Directory
    record: str = ""
    """Id of the record; empty: of one to be."""
    titles: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the form was drawn with, where its own controls do not say it."""
    making: bool = True
    """Whether records may be made on the way: not in a dialog that does just that."""

    def of(self, of: FieldType, control: Input, form: RecordForm) -> ChoosingUi | None:
        """What one input offers; none where the field itself says it."""
        if not offers_elsewhere(of):
            return None
        beside = _beside(of, control, form)
        depends = _texts(beside) if beside is not None else self._depends(of, form)
        query = request.form.get(f"{FIND}{control.name}", "")[:200]
        limit = _RECORDS_AT_ONCE if of.spec.link else _AT_ONCE
        offers = self.directory.offers(of, Wanted(query, depends, limit))
        found = [*offers.items, *self._held(of, control.texts, offers)]
        items = [with_preview(self.directory.access.form, of, item) for item in found]
        if of.multiple:
            # A select posts in its own order: that of the value comes first.
            place = {text: at for at, text in enumerate(control.texts)}
            items.sort(key=lambda item: place.get(item.key, len(place)))
        return ChoosingUi(
            items=items,
            complete=offers.complete and not query,
            url=self._url("web.choices", of),
            search=not offers.complete or bool(of.spec.link) or len(items) >= _SEARCHED_FROM,
            depends=beside.name if beside is not None else of.spec.depends_on,
            query=query,
            problem=offers.problem,
            misfit=self._misfit(of, control, depends, offers),
            **self._making(of, control),
        )

    def _misfit(
        self, of: FieldType, control: Input, depends: tuple[str, ...], offers: Offers
    ) -> str:
        """That what is chosen does not go any more with what another field holds; told once."""
        offered = {item.key for item in offers.items}
        left = [text for text in control.texts if text and text not in offered]
        if not of.spec.depends_on or not left or control.errors:
            return ""
        found = self.directory.misfits(of, left, depends, held=True)
        return next((misfit.message for misfit in found if misfit.code == "match"), "")

    def _url(self, endpoint: str, of: FieldType, /, **more: Any) -> str:
        form = self.directory.access.form
        return url_for(
            endpoint, tool=form.tool_key, form=form.key, field=form.ties.all[of].name, **more
        )

    def _depends(self, of: FieldType, form: RecordForm) -> tuple[str, ...]:
        """What the field that the choices depend on holds in the form as it is drawn."""
        key = of.spec.depends_on
        if not key:
            return ()
        if key in form and form.control(key).posted:
            return tuple(filter(None, form.control(key).texts))
        if key in request.form:
            return tuple(filter(None, request.form.getlist(key)))
        value = self.values.get(key, ABSENT)
        if value is ABSENT or isinstance(value, Broken):
            return tuple(filter(None, form.control(key).texts)) if key in form else ()
        return tuple(self.directory.access.form.fields[key].to_text(value))

    def _held(self, of: FieldType, texts: Iterable[str], offers: Offers) -> list[Named]:
        """What the input holds already and is not offered: it stays, whatever it is."""
        offered = {item.key for item in offers.items}
        held = [text for text in dict.fromkeys(texts) if text and text not in offered]
        if not held:
            return []
        known = dict(names_in(self.titles, of))
        missing = [key for key in held if key not in known]
        known |= self.directory.named(of, missing) if missing else {}
        return [known.get(key) or Named(key, key) for key in held]

    def _making(self, of: FieldType, control: Input) -> dict[str, str]:
        """How a record is made that is not there yet, for those who may."""
        link = of.spec.link
        if link is None or not self.making:
            return {}
        target = self.directory.access.beside(link.form)
        if not target.can(Right.CREATE):
            return {}
        title = _("New %(title)s", title=target.form.spec.title.lower())
        inside = {"at": control.name} if control.name != of.key else {}
        where = inside | ({"record": self.record} if self.record else {})
        endpoint = "web.keep_and_make" if self.record else "web.keep_new_and_make"
        return {
            "create_url": self._url(endpoint, of, **where),
            "make_url": self._url(
                "web.make", of, **inside, **({"of": self.record} if self.record else {})
            ),
            "create_title": title,
        }


def _beside(of: FieldType, control: Input, form: RecordForm) -> Input | None:
    """The control, in the same row or around it, that says what fits; none: it is one of the form."""
    if not of.spec.depends_on or control.name == of.key:
        return None
    for outer in reversed(form.around(control)):
        # Only an object has fields by key.
        found = outer.entry(of.spec.depends_on) if outer.field_type.members else None
        if found is not None:
            return found
    return None


def _texts(control: Input) -> tuple[str, ...]:
    return tuple(filter(None, control.texts))
