from hypothesis import given
from hypothesis import strategies as st

from runtime.storage.words import words_of


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_split_like_all_others(text: str):
    assert words_of([text]) == words_of([f"{text} –"])


def test_words_have_no_accents_and_one_case():
    assert words_of(["Ștefan_Müller, ſ-3", "stefan"]) == ["stefan", "muller", "s", "3"]


@given(st.lists(st.text()))
def test_several_texts_have_the_words_of_each(texts: list[str]):
    each = [word for text in texts for word in words_of([text])]
    assert words_of(texts) == list(dict.fromkeys(each))
