import pytest
from werkzeug.datastructures import MultiDict

from components.base import ABSENT
from components.forms import form_class
from components.registry import Registry
from form_specs.load import field_spec

REGISTRY = Registry.discover()


def _form(**types):
    return form_class(
        REGISTRY.field(field_spec(key, {"title": key, "x-ops": {"type": type_}}, required=False))
        for key, type_ in types.items()
    )


def test_fields_may_be_called_like_anything_in_a_form():
    form = _form(data="text", errors="text", process="integer", meta="text")
    bound = form(MultiDict({"data": "a", "errors": "b", "process": "3"}))
    assert bound.posted() == {"data": "a", "errors": "b", "process": 3}


def test_what_was_not_in_the_post_keeps_its_value():
    form = _form(a="text", b="text")(MultiDict({"a": "new"}), {"a": "old", "b": "kept"})
    assert form.posted() == {"a": "new"}
    assert form.control("b").data == "kept"
    assert form.control("b").texts == ["kept"]


def test_a_form_without_a_post_shows_its_values():
    form = _form(a="integer", b="integer")(None, {"a": 1234})
    assert form.control("a").texts == ["1234"]
    assert form.control("a").text == "1234"
    assert form.control("b").texts == []
    assert form.control("b").text == ""
    assert form.posted() == {}


def test_an_emptied_field_is_posted_as_no_value():
    form = _form(a="text")(MultiDict({"a": ""}), {"a": "old"})
    assert form.posted() == {"a": ABSENT}
    assert form.control("a").text == ""


def test_wrong_text_leaves_the_value_and_is_shown_again():
    form = _form(a="integer")(MultiDict({"a": "ten"}), {"a": 5})
    control = form.control("a")
    assert control.errors == ["Write a whole number in digits, like 1234"]
    assert (control.text, control.data) == ("ten", 5)
    assert not form.validate()


def test_the_server_may_add_its_own_errors():
    control = _form(a="text")(MultiDict({"a": "x"})).control("a")
    control.add_error("Too late")
    control.add_error("Too late")
    assert control.errors == ["Too late"]


def test_thousands_of_values_under_one_name_are_refused():
    post = MultiDict([("a", "x")] * 1_001)
    assert _form(a="tags")(post).control("a").errors == ["At most 1,000 values"]


def test_controls_know_their_type_and_label():
    control = _form(a="text")().control("a")
    assert control.field_type.name == "text"
    assert control.label.text == "a"
    assert control.names == ("a",)


def test_a_form_has_no_other_controls():
    with pytest.raises(KeyError):
        _form(a="text")().control("b")


def test_forms_of_one_class_do_not_share_anything():
    form = _form(a="integer")
    first, second = form(MultiDict({"a": "x"})), form(MultiDict({"a": "1"}))
    assert first.control("a").errors
    assert not second.control("a").errors
