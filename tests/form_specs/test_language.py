"""Sentences in the reader's language."""

from gettext import NullTranslations

from form_specs.language import _, counted, speak, speaking


class Shouting(NullTranslations):
    def gettext(self, message):
        return message.upper().replace("%(NAME)S", "%(name)s")

    def ngettext(self, msgid1, msgid2, n):
        return f"{n % 10}: {self.gettext(msgid1 if n == 1 else msgid2)}".replace(
            "%(NUM)S", "%(num)s"
        )


def test_without_a_catalogue_texts_are_as_they_are_written():
    assert _("Not set") == "Not set"
    assert _("100 %") == "100 %"
    assert _("%(name)s is missing", name="Reason") == "Reason is missing"
    assert counted("%(num)s row", "%(num)s rows", 1) == "1 row"
    assert counted("%(num)s row", "%(num)s rows", 3) == "3 rows"


def test_a_catalogue_speaks_as_long_as_it_is_asked_to():
    with speaking(Shouting()):
        assert _("%(name)s is missing", name="Reason") == "Reason IS MISSING"
        assert counted("%(num)s row", "%(num)s rows", 12) == "2: 12 ROWS"
    assert _("Not set") == "Not set"


def test_no_catalogue_is_english_again():
    speak(Shouting())
    speak(None)
    assert _("Not set") == "Not set"
