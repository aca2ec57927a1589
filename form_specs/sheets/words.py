"""Words that say what a column holds, in the languages in which sheets are often written."""

import re
from collections.abc import Sequence
from typing import Final

BLANKS: Final = frozenset(
    (
        "n/a", "n.a.", "#n/a", "#n/v", "#nv", "-", "--", "---", "–", "—", "?", ".", "null", "(blank)",
        "(leer)", "(empty)", "k.a.", "k. a.", "keine angabe", "tbd", "t.b.d.", "nan", "n.d.", "s.o.",
        "-/-", "./.", "#value!", "#ref!", "#div/0!", "#name?", "#wert!", "#bezug!",
    )
)  # fmt: skip
"""What people write into a cell that has no value."""

PAIRS: Final = (
    ("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("on", "off"), ("ja", "nein"), ("j", "n"),
    ("wahr", "falsch"), ("oui", "non"), ("o", "n"), ("vrai", "faux"), ("sí", "no"), ("sì", "no"), ("si", "no"), ("s", "n"),
    ("verdadero", "falso"), ("vero", "falso"), ("sim", "não"), ("da", "nu"), ("tak", "nie"), ("ano", "ne"),
    ("ja", "nee"), ("ja", "nej"), ("evet", "hayır"), ("да", "нет"), ("active", "inactive"), ("aktiv", "inaktiv"),
    ("enabled", "disabled"), ("checked", "unchecked"), ("igen", "nem"), ("ναι", "όχι"), ("kyllä", "ei"), ("ja", "nei"), ("áno", "nie"),
    ("da", "ne"), ("так", "ні"), ("да", "не"), ("jah", "ei"), ("taip", "ne"), ("jā", "nē"),
    ("כן", "לא"), ("نعم", "لا"), ("はい", "いいえ"), ("예", "아니오"), ("예", "아니요"), ("是", "否"), ("có", "không"), ("ya", "tidak"), ("हाँ", "नहीं"),
    ("t", "n"), ("☑", "☐"), ("✅", "❌"), ("✓", "✗"), ("✔", "✘"), ("1", "0"),
)  # fmt: skip
TICKS: Final = frozenset(
    (
        "y",
        "yes",
        "ja",
        "j",
        "oui",
        "sí",
        "sì",
        "sim",
        "tak",
        "да",
        "true",
        "✅",
        "x",
        "✓",
        "✔",
        "☑",
        "•",
    )
)
"""What ticks a cell that is else empty."""
MEANT: Final = frozenset(("active", "aktiv", "enabled", "on"))
"""Words for yes that say more than yes: what is called a status keeps them."""

_HINTS: Final = {
    "status": "status state stage phase progress zustand statut état etat estado etapa stato stadio stare stan etap fase "
              "tila durum situação situación situation situația állapot κατάσταση الحالة 상태 статус этап ステータス 状態 状态 状態 状态 状況 進捗 stav faza bearbeitungsstand",
    # What a state of affairs and a part of a country are both called.
    "place": "state stato estado état etat staat stan stat",
    "key": "id ids nr nr. no no. num number nummer numéro numero número număr code ref reference referenz référence "
           "referencia riferimento key uuid guid sku ticket aktenzeichen kennung kennzeichen matricule folio ean isin "
           "nº n° číslo szám αριθμός κωδικός رقم wbs "
           "identifier case order invoice bill booking rechnung auftrag vorgang fall dossier facture belegnummer rechnungsnummer auftragsnummer kundennummer personalnummer vorgangsnummer cod index 番号 编号 編號",
    "account": "account konto compte cuenta conto rekening",
    "title": "name title subject titel bezeichnung betreff nom titre objet nombre título titulo asunto nome denominazione "
             "nume titlu nazwa naam navn namn merchant company firma customer client kunde kundenname vendor supplier "
             "lieferant product produkt item artikel account task project projekt summary employee mitarbeiter person "
             "klient zákazník müşteri πελάτης العميل kund klant ügyfél cliente partner guest ospite huésped patient paciente "
             "payee policyholder donor subscriber "
             "empfänger auftraggeber counterparty description beschreibung 氏名 名前 名称 件名 姓名 标题",
    "name": "name title subject titel bezeichnung betreff nom titre nombre título asunto nome nume nazwa naam navn namn",
    "money": "amount price cost total sum revenue salary fee balance budget value betrag preis kosten summe umsatz gehalt "
             "saldo netto brutto net gross montant prix coût total salaire importe precio coste saldo importo prezzo "
             "sumă suma pret preț valoare kwota cena bedrag belopp debit credit soll haben débit crédit subtotal tax vat mwst 金額 金额 価格 价格",
    "date": "date datum due deadline birthday born geburtstag geburtsdatum fällig eingang created updated "
            "closed opened fecha día data dată échéance buchung valuta wertstellung "
            "buchungstag dato päivä tarih дата termin hired joined expires expiry "
            "purchased signed registered renewal warranty start end beginn ende début fin inicio 日付 日期 期日 締切",
    "phone": "phone telephone tel tel. mobile cell fax telefon telefonnummer handy mobil téléphone portable teléfono "
             "telefono móvil cellulare telefoon telefone telefonu celular",
    "country": "country land pays país pais paese țara tara kraj nation nationality nationalität staat ország страна kraj",
    "city": "city town ort stadt wohnort ville ciudad città cidade oraș localitate miasto stad county region province",
    "postal": "zip postcode postal plz postleitzahl cp cap cep",
    "year": "year jahr année annee año ano anno an rok år geschäftsjahr baujahr",
    "notes": "note notes comment comments remark remarks description details bemerkung bemerkungen kommentar notiz "
             "anmerkung beschreibung verwendungszweck commentaire remarque nota notas comentario observaciones "
             "observatii observații descriere reason text message feedback 備考 备注",
    "currency": "currency währung waehrung devise moneda divisa valuta monedă waluta ccy cur",
    "person": "analyst assigned reviewer reviewed approver approved prepared requester reporter operator user inspector "
              "employee technician salesperson rep mitarbeiter besitzer prüfer betreuer propriétaire vendeur técnico agente operatore "
              "proprietar angajat opiekun właściciel pracownik ansvarig handläggare medarbejder eier behandelaar medewerker 担当 担当者 담당자 负责人 ответственный "
              "owner assignee responsible agent manager handler zuständig bearbeiter verantwortlich sachbearbeiter "
              "responsable responsabile responsabil gestor",
    "duration": "hours duration dauer stunden std durée heures duración horas durata ore duur uren godziny czas",
    "several": "tags labels keywords categories skills products services topics languages schlagworte schlagwörter "
               "étiquettes mots-clés etiquetas palabras etichette etichete tagi",
    "percent": "percent percentage rate share prozent anteil quote pourcentage porcentaje percentuale procent %",
}  # fmt: skip
_WORDS: Final = {topic: frozenset(words.casefold().split()) for topic, words in _HINTS.items()}
_APART: Final = re.compile(r"[\s_\-/:()\[\]#.,;|]+")
_HUMPS: Final = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-Z])")


def topics(heading: str) -> frozenset[str]:
    """What a heading says its column is about: `status`, `key`, `money`, …."""
    spaced = _HUMPS.sub(" ", heading)
    words = {word for word in _APART.split(spaced.casefold()) if word}
    words.add(heading.casefold().strip())
    found = {topic for topic, known in _WORDS.items() if words & known}
    found |= {topic for topic, ends in _ENDS.items() if any(word.endswith(ends) for word in words)}
    return frozenset(found)


_ENDS: Final = {
    # German puts words together, and column names leave the spaces out.
    "key": ("nummer", "nr", "szám", "kennzeichen", "_id", "-id", "番号"),
    "date": ("datum", "date", "fecha", "日"),
    "money": ("betrag", "preis", "kosten", "umsatz", "amount", "price"),
    "status": ("status", "zustand", "状況", "状态", "状態", "ステータス", "상태"),
    "phone": ("telefon", "phone"),
    "title": ("name", "名", "명"),
    "name": ("name", "名", "명"),
    "notes": ("beschreibung", "bemerkung"),
}


_CATEGORIES: Final = {
    "cancelled": "cancel cancelled canceled rejected declined lost void withdrawn abgelehnt storniert abgebrochen verloren "
                 "annulé refusé perdu cancelado rechazado annullato rifiutato anulat respins geannuleerd zamítnuto odrzucone reddedildi afvist avslag duplicate refused denied dismissed expired abandoned failed abgelaufen abgewiesen expiré expirat",
    "done": "done closed resolved complete completed finished released paid won shipped delivered approved archived erledigt "
            "geschlossen abgeschlossen fertig bezahlt gelöst beendet terminé fermé payé livré résolu clos cerrado "
            "completado pagado resuelto chiuso completato pagato închis finalizat plătit rezolvat gesloten afgerond "
            "zugestellt vyřízeno vybaveno lezárva teslim tamamlandı 완료 完了 已完成 مغلق κλειστό concluído fechado "
            "zamknięte klar avslutad signed active aktiv inactive left answered replied "
            "settled refunded fulfilled cleared verified beantwortet erstattet répondu remboursé răspuns rambursat",
    "waiting": "waiting pending hold paused blocked deferred wartet wartend rückfrage pausiert blockiert attente pendiente "
               "attesa așteptare wacht",
    "new": "new open opened todo backlog received draft lead neu offen eingegangen entwurf nouveau ouvert nuevo abierto "
           "angenommen nová nový nowy uusi yeni 접수 未対応 受付 جديد ανοιχτό novo aberto "
           "nuovo aperto nou deschis nieuw ny nowe",
}  # fmt: skip
_CATEGORY_WORDS: Final = {name: frozenset(words.split()) for name, words in _CATEGORIES.items()}


_HALFWAY: Final = frozenset(("approved", "signed", "shipped", "won", "verified", "cleared"))
"""What ends some work and is a step of other work: an approved invoice is paid after that."""


def category_of(state: str) -> str:
    """What kind of state one is by its name: new, open, waiting, done or cancelled."""
    words = _parts(state)
    if words & {"not", "nicht", "non", "no", "un", "re", "partially"}:
        return "open"
    return next((name for name, known in _CATEGORY_WORDS.items() if words & known), "open")


def categories_of(states: Sequence[str]) -> dict[str, str]:
    """What kind of state each is: one that is done is on its way still where another is further."""
    found = {state: category_of(state) for state in states}
    done = [state for state, category in found.items() if category == "done"]
    further = [state for state in done if not _parts(state) & _HALFWAY]
    return found | {state: "open" for state in done if further and state not in further}


def _parts(state: str) -> set[str]:
    return {word for word in _APART.split(state.casefold()) if word}


def names_a_category(state: str) -> bool:
    """Whether a state is called by a word that says how far something is."""
    words = _parts(state)
    return any(words & known for known in _CATEGORY_WORDS.values())
