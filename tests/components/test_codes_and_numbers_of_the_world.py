"""What is special to countries, languages, telephone numbers and bank accounts."""

import pytest

from components.base import InvalidValueError


def test_countries_are_typed_by_code_or_by_name_in_the_tools_language(make_field):
    country = make_field("country", locale="de")
    assert country.parse_text(["österreich"]) == "AT"
    assert country.parse_text(["AT"]) == "AT"
    assert country.display("AT") == "Österreich"


def test_countries_are_offered_as_one_looks_for_them(make_field):
    titles = [choice.title for choice in make_field("country").offered()]
    assert titles.index("Åland Islands") < titles.index("Albania")
    assert len(titles) > 240
    assert not {"European Union", "United Nations"} & set(titles)


def test_a_country_that_is_none_is_refused(make_field):
    country = make_field("country")
    for wrong in ("EU", "Atlantis", "ro", "XX"):
        with pytest.raises(InvalidValueError, match="Choose a country, such as RO"):
            country.parse(wrong)


def test_countries_may_be_few(make_field):
    country = make_field("country", {"only": ["RO", "DE"]})
    assert [choice.key for choice in country.offered()] == ["DE", "RO"]
    with pytest.raises(InvalidValueError):
        country.parse("FR")


def test_a_spec_that_offers_what_there_is_not_is_refused(make_field):
    with pytest.raises(ValueError, match="no country 'XX'"):
        make_field("country", {"only": ["XX"]})


def test_languages_know_more_than_they_offer(make_field):
    language = make_field("language")
    assert language.parse("pt-BR") == "pt-BR"
    assert language.display("pt-BR") == "Brazilian Portuguese"
    assert "pt-BR" not in {choice.key for choice in language.offered()}
    assert "pt-BR" in {choice.key for choice in language.offered("pt-BR")}


@pytest.mark.parametrize("locale", ["en", "ro", "nl", "pt", "kk"])
def test_which_languages_there_are_does_not_depend_on_that_of_the_reader(make_field, locale):
    here, english = make_field("language", locale=locale), make_field("language")
    tags = {choice.key for choice in english.offered("pt-BR")} | {"bal-Latn", "zh-Hant", "es-419"}
    assert [tag for tag in sorted(tags) if here.parse(tag) != tag] == []
    make_field("language", {"only": sorted(tags)}, locale=locale)


def test_a_language_without_a_name_is_called_by_those_of_its_parts(make_field):
    assert make_field("language", locale="ro").display("pt-BR") == "portugheză (Brazilia)"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("021 314 4700", "+40213144700"),
        ("+49 (30) 123-45678", "+493012345678"),
        ("0049 30 12345678", "+493012345678"),
    ],
)
def test_telephone_numbers_are_typed_as_one_dials_them(make_field, typed, kept):
    assert make_field("phone", {"country": "RO"}).parse_text([typed]) == kept


def test_telephone_numbers_are_written_short_at_home(make_field):
    phone = make_field("phone", {"country": "RO"})
    assert phone.display("+40213144700") == "021 314 4700"
    assert phone.display("+493012345678") == "+49 30 12345678"


@pytest.mark.parametrize(
    "typed", ["021 314 4700", "+40 12", "call me", "+" + "9" * 30, "1-800-FLOWERS"]
)
def test_what_is_no_telephone_number_is_refused(make_field, typed):
    with pytest.raises(InvalidValueError):
        make_field("phone").parse_text([typed])


def test_bank_accounts_are_typed_in_groups_and_kept_without(make_field):
    iban = make_field("iban")
    assert iban.parse_text([" de89 3704 0044 0532 0130 00 "]) == "DE89370400440532013000"
    assert iban.to_text("DE89370400440532013000") == ["DE89 3704 0044 0532 0130 00"]


def test_lists_show_the_ends_of_a_bank_account_only(make_field):
    iban = make_field("iban")
    assert iban.display("DE89370400440532013000") == "DE89 … 3000"
    assert iban.search_text("DE89370400440532013000") == ""


@pytest.mark.parametrize(
    "wrong", ["DE88370400440532013000", "DE8937040044053201300", "XX89370400440532013000"]
)
def test_bank_accounts_that_cannot_be_are_refused(make_field, wrong):
    with pytest.raises(InvalidValueError, match="Write an IBAN like"):
        make_field("iban").parse(wrong)
