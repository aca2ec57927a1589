"""Each kind of change has its class, and says in words what it is."""

from copy import deepcopy
from gettext import NullTranslations

import pytest
from jsonschema_specifications import REGISTRY

from form_specs.compatibility import Impact, Tally, compare
from form_specs.compatibility.diff import COMPARED_WHOLE, TABLES
from form_specs.compatibility.schemas import ANNOTATIONS, KEYWORDS
from form_specs.json_schema.subschemas import subschemas
from form_specs.language import speaking
from form_specs.metaschemas import KINDS, metaschema


@pytest.fixture
def changed(make_tool, catalog):
    """`changed(change)`: what comparing says after a change to the tool's document."""

    def compared(change, records=None):
        old = make_tool()
        new = deepcopy(old)
        change(new)
        found = compare(old, new, catalog)
        if records is not None:
            tally = Tally(found)
            tally.see("hold", records, frozenset({"released"}))
            found = tally.result()
        return found

    return compared


def fields(tool):
    return tool["forms"][0]["schema"]["properties"]


def schema(tool):
    return tool["forms"][0]["schema"]


def workflow(tool):
    return tool["workflows"][0]


def choices(tool):
    return fields(tool)["reason"]["x-ops"]["choices"]


def _without_legal(tool):
    choices(tool).pop()
    fields(tool)["reason"]["enum"].remove("legal")


def _retyped(key, type_, shape):
    def change(tool):
        fields(tool)[key] = {"title": key, **shape, "x-ops": {"type": type_}}

    return change


SAFE, NOTICE, REVIEW, MIGRATION, BREAKING = Impact
TEXT = {"type": "string", "maxLength": 200}

CASES = {
    "nothing": (lambda t: None, SAFE),
    "title of the tool": (lambda t: t.update(title="Held"), SAFE),
    "title of a field": (lambda t: fields(t)["count"].update(title="How many"), SAFE),
    "layout": (lambda t: t["forms"][0]["layouts"]["default"][0].update(columns=1), SAFE),
    "view changed": (lambda t: t["views"][0].update(columns=["merchant"]), SAFE),
    "view removed": (lambda t: t["views"].pop(), NOTICE),
    "optional field": (lambda t: fields(t).update(note=_text("Note")), SAFE),
    "required field": (
        lambda t: (fields(t).update(note=_text("Note")), schema(t)["required"].append("note")),
        MIGRATION,
    ),
    "required field with a default": (
        lambda t: (
            fields(t).update(note=_text("Note") | {"default": "none"}),
            schema(t)["required"].append("note"),
        ),
        SAFE,
    ),
    "optional to required": (lambda t: schema(t)["required"].append("count"), MIGRATION),
    "required to optional": (lambda t: schema(t)["required"].remove("merchant"), SAFE),
    "longer": (lambda t: fields(t)["merchant"].update(maxLength=300), SAFE),
    "shorter": (lambda t: fields(t)["merchant"].update(maxLength=20), MIGRATION),
    "pattern added": (lambda t: fields(t)["merchant"].update(pattern="^[A-Z]"), MIGRATION),
    "minimum raised": (lambda t: fields(t)["count"].update(minimum=5), MIGRATION),
    "minimum dropped": (lambda t: fields(t)["count"].pop("minimum"), SAFE),
    "field removed": (lambda t: fields(t).pop("count"), BREAKING),
    "text to long text": (_retyped("merchant", "long_text", TEXT), MIGRATION),
    "text to date": (
        _retyped("merchant", "date", {"type": "string", "format": "date"}),
        MIGRATION,
    ),
    "date to boolean": (_retyped("release_on", "boolean", {"type": "boolean"}), BREAKING),
    "choice added": (
        lambda t: (
            fields(t)["reason"]["enum"].append("kyc"),
            choices(t).append({"key": "kyc", "title": "KYC"}),
        ),
        SAFE,
    ),
    "choice retired": (lambda t: choices(t)[0].update(retired=True), SAFE),
    "choice removed": (_without_legal, MIGRATION),
    "unique": (lambda t: fields(t)["merchant"]["x-ops"].update(unique=True), MIGRATION),
    "state added": (
        lambda t: workflow(t)["states"].append({"key": "lost", "title": "Lost"}),
        SAFE,
    ),
    "state removed": (lambda t: workflow(t)["states"].pop(0), MIGRATION),
    "dead end": (lambda t: workflow(t).update(transitions=[]), MIGRATION),
    "asks for more": (
        lambda t: workflow(t)["transitions"][0]["require"].append("count"),
        NOTICE,
    ),
    "guard dropped": (lambda t: workflow(t)["transitions"][0].pop("guards"), SAFE),
    "transition for everybody": (
        lambda t: workflow(t)["transitions"][0].update(roles=[]),
        REVIEW,
    ),
    "workflow removed": (lambda t: t.pop("workflows"), BREAKING),
    "rule added": (
        lambda t: t["forms"][0]["rules"].append(
            {"condition": {"field": "count", "op": "present"}, "message": "Count"}
        ),
        NOTICE,
    ),
    "right given": (lambda t: t["roles"][0]["grants"][0].update(can=ALL), REVIEW),
    "rows changed": (lambda t: t["roles"][0]["grants"][0].update(rows=ROWS), REVIEW),
    "role added": (lambda t: t["roles"].append({"key": "x", "title": "X", "grants": []}), REVIEW),
    "field hidden": (
        lambda t: t["roles"][1]["grants"][0].update(fields={"merchant": "hidden"}),
        SAFE,
    ),
    "form removed": (lambda t: t["forms"].pop(), BREAKING),
    "shown when": (
        lambda t: fields(t)["count"]["x-ops"].update(
            showWhen={"field": "reason", "op": "eq", "value": "risk"}
        ),
        NOTICE,
    ),
    "a keyword of a package": (lambda t: fields(t)["count"]["x-ops"].update(zebra=1), NOTICE),
}
ALL = ["read", "create", "edit", "delete", "comment", "attach"]
ROWS = {"field": "count", "op": "gt", "value": 3}


def _text(title):
    return {"type": "string", "title": title, "maxLength": 80, "x-ops": {"type": "text"}}


@pytest.mark.parametrize("case", CASES)
def test_a_change_has_its_class(case, changed):
    change, impact = CASES[case]
    assert changed(change).impact is impact


class Bracketing(NullTranslations):
    """A language that puts each of the product's texts between brackets."""

    def gettext(self, message):
        return f"[{message}]"

    def ngettext(self, msgid1, msgid2, n):
        return f"[{msgid1 if n == 1 else msgid2}]"


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_said_in_the_readers_language(case, changed):
    change, *_class = CASES[case]
    with speaking(Bracketing()):
        comparison = changed(change, [({"reason": "risk"}, "open")] * 2)
        texts = [part for each in comparison.changes for part in (each.text, each.count) if part]
    for text in texts:
        assert text.startswith("["), text


def test_a_right_to_a_field_that_goes_is_nothing_that_anybody_gains(make_tool, catalog):
    old, new = make_tool(), make_tool()
    old["roles"][1]["grants"][0].update(fields={"count": "hidden"})
    fields(new).pop("count")
    (change,) = compare(old, new, catalog).changes
    assert "removed" in change.sentence


def test_documents_of_different_tools_cannot_be_compared(make_tool, catalog):
    other = make_tool() | {"key": "other"}
    with pytest.raises(ValueError, match="different tools"):
        compare(make_tool(), other, catalog)


def test_what_hurts_most_comes_first(changed):
    found = changed(lambda t: (fields(t).pop("count"), t.update(title="Held"), _without_legal(t)))
    assert [c.impact for c in found.changes] == [BREAKING, MIGRATION, SAFE]


# -- counting -----------------------------------------------------------------------------


HELD = {"merchant": "Acme", "reason": "legal"}


def test_counts_stand_in_the_words(changed):
    records = [
        (HELD, "open"),
        (HELD, "open"),
        (HELD, "released"),
        ({**HELD, "reason": "risk"}, "open"),
    ]
    (change,) = changed(_without_legal, records).changes
    assert change.impact is MIGRATION
    assert change.sentence == (
        "Choice: choice 'Legal request' removed; 3 records hold it (2 of them open)"
    )
    assert change.number == 3


def test_open_records_are_called_so(changed):
    (change,) = changed(_without_legal, [(HELD, "open")]).changes
    assert change.sentence.endswith("1 open record holds it")


def test_many_records_are_counted_in_groups_of_digits(changed):
    (change,) = changed(_without_legal, [(HELD, "released")] * 1_200).changes
    assert change.count == "1,200 records hold it (none of them open)"


def test_counting_nothing_lowers_the_class_and_says_so(changed):
    (change,) = changed(_without_legal, [({"reason": "risk"}, "open")] * 5000).changes
    assert (change.impact, change.lowered_from) == (SAFE, MIGRATION)
    assert change.sentence.endswith("0 of 5,000 records affected: safe here")


def test_counting_a_part_lowers_nothing(make_tool, catalog):
    new = make_tool()
    _without_legal(new)
    tally = Tally(compare(make_tool(), new, catalog), complete=False)
    tally.see("hold", [({"reason": "risk"}, "open")])
    (change,) = tally.result().changes
    assert change.impact is MIGRATION
    assert "not all were looked at" in change.sentence


@pytest.mark.parametrize(("case", "record", "number"), [
    ("optional to required", {"count": 1}, 0),
    ("optional to required", {}, 1),
    ("shorter", {"merchant": "x" * 21}, 1),
    ("shorter", {"merchant": "x" * 20}, 0),
    ("minimum raised", {"count": 4}, 1),
    ("field removed", {"count": 4}, 1),
    ("field removed", {}, 0),
    ("asks for more", {}, 1),
])  # fmt: skip
def test_a_record_is_affected_or_not(case, record, number, changed):
    found = changed(CASES[case][0], [(record, "open")])
    assert max(change.number or 0 for change in found.changes) == number


def test_records_that_share_a_value_are_counted(changed):
    records = [({"merchant": name}, "open") for name in ("a", "b", "a", "a")]
    (change,) = changed(CASES["unique"][0], records).changes
    assert change.number == 2


def test_records_in_a_state_that_goes_are_counted(changed):
    found = changed(lambda t: workflow(t)["states"].pop(0), [({}, "open"), ({}, "released")])
    assert next(c for c in found.changes if c.from_state == "open").number == 1


# -- completeness -------------------------------------------------------------------------


def _parts():
    """(title, keywords) of each part of a tool document that is an object."""
    for kind in KINDS:
        if kind in COMPARED_WHOLE:
            continue
        for _pointer, part in subschemas(metaschema(kind)):
            if part.get("properties") and part.get("title") not in _WITHIN:
                yield kind, part["title"], tuple(part["properties"])


_WITHIN = {"Now", "Nothing", "Today", "Distance", "The user", "Layouts", "Rule", "Computed", "Team"}
_WITHIN |= {"Link", "Inverse", "From a list", "From a hook", "From records", "Records", "Subschema"}
_WITHIN |= {"Look"}
"""Parts that the keyword which holds them compares as one."""


@pytest.mark.parametrize("part", [*_parts()], ids=lambda part: f"{part[0]}-{part[1]}")
def test_every_keyword_of_a_spec_is_classified(part):
    _kind, title, keywords = part
    assert set(keywords) - set(TABLES.get(title, ())) == set()


def test_every_keyword_of_json_schema_is_compared():
    parts = (REGISTRY.contents(uri) for uri in REGISTRY if "/2020-12/" in uri)
    vocabulary = {keyword for part in parts for keyword in part.get("properties", {})}
    assert len(vocabulary) > 50
    outdated = {"definitions", "dependencies", "$recursiveAnchor", "$recursiveRef"}
    assert vocabulary - set(KEYWORDS) - ANNOTATIONS == outdated
