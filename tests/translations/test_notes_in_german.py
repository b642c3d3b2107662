"""A German note: the same facts in the same tone, decimal commas, whole sentences, nothing left in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from plugin.notes.choice import Allowance
from plugin.notes.compose import allowance_text, note_text, notice_text, subject_of
from plugin.ports import Runner, Settings
from plugin.translations.voice import LABELS, Voice
from plugin.wiring import voice_of
from tests.rules.examples import BOOK, MONDAY, evaluate_history, found, history_of, run
from tests.rules.test_words import every_notice, soreness_notice

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ENGLISH = re.compile(r"\b(the|your|you|and|with|run|runs|days|week|than|of|last|now|is)\b", re.IGNORECASE)
NO_DIAGNOSIS = (
    "Das ist keine Diagnose. Wenn es sticht, schlimmer wird oder nach zwei Wochen noch da ist, geh in eine Arzt- oder "
    "Physiopraxis."
)

NOT_SORE = [one for one in every_notice() if one.rule != "soreness"]


def voice(language: str | None = "de", **settings) -> Voice:
    return voice_of(Runner(id=1, connected_at=NOW, settings=Settings(language=language, **settings)))


@pytest.mark.parametrize("notice", list(every_notice()), ids=lambda notice: f"{notice.rule}-{notice.level}")
def test_every_sentence_is_german_with_the_same_figures(notice):
    text, english = notice_text(notice, voice()), notice_text(notice, Voice())
    assert ENGLISH.findall(text) == []
    assert "!" not in text
    assert "{" not in text
    assert all(re.fullmatch(r"\d+,\d", one) for one in re.findall(r"([\d.,]+) km\b", text))
    figures = re.findall(r"\d+(?:[.,]\d+)?", english)
    assert sorted(figure.replace(".", ",") for figure in figures) == sorted(re.findall(r"\d+(?:,\d+)?", text))


@pytest.mark.parametrize("label", LABELS)
def test_every_soreness_note_ends_with_what_it_is_not(label):
    text = notice_text(soreness_notice(label), voice())
    assert text.endswith(NO_DIAGNOSIS)
    assert not re.search(r"du (hast|leidest) .*(itis|syndrom|bruch)", text.lower())


def test_a_whole_note_reads_as_one():
    *_, (_, _, choice) = evaluate_history(history_of(run(0, 14), run(2, 14), run(7, 20)), BOOK)
    lead, tip = note_text(choice.note, voice(), BOOK).split("\n")
    assert lead == (
        "Heute 20,0 km, 43 % länger als dein längster Lauf der letzten 30 Tage (14,0 km). Solche Sprünge gehen im "
        "Schnitt mit mehr Überlastungsverletzungen einher. Ein, zwei lockere Tage, und beim nächsten Mal nicht länger: "
        "So beugst du mit wenig Aufwand vor. Dein nächster Lauf kann bis zu 22,0 km lang sein."
    )
    assert tip.startswith("Tipp: ")
    assert ENGLISH.findall(tip) == []


@pytest.mark.parametrize("notice", NOT_SORE, ids=lambda one: one.rule)
def test_a_mails_subject_is_a_whole_sentence(notice):
    """The first sentence of the note: no figure of a date or an abbreviation may cut it short."""

    class Choice:
        note = type("Note", (), {"leader": notice})

    said = notice_text(notice, voice())
    subject = subject_of(Choice, {notice.rule: said}, voice())
    assert said.startswith(subject)
    assert subject.count("(") == subject.count(")")
    assert re.fullmatch(r"\.?|\. [A-ZÄÖÜ].*", said.removeprefix(subject))
    assert not re.search(r"\d\. [a-zäöü]|\b[a-zäöü]\. ", said)


def test_what_next_time_is_silent_is_said_in_every_case():
    allowance = Allowance(day=MONDAY, by_length_m=Decimal(15_490), by_week_m=Decimal(9_990))
    assert (
        allowance_text(allowance, voice())
        == "Dein nächster Lauf kann bis zu 9,9 km lang sein, und in dieser Woche sind noch 9,9 km frei."
    )
    assert allowance_text(Allowance(day=MONDAY, by_length_m=Decimal(15_490), by_week_m=Decimal(0)), voice()).startswith(
        "Diese Woche ist"
    )


def test_lists_of_labels_are_joined_as_one_says_it():
    assert voice().listed(["eins", "zwei", "drei"]) == "eins, zwei und drei"


@pytest.mark.parametrize("language", [None, "en", "xx", "fr"])
def test_without_a_catalogue_a_runner_is_spoken_to_in_english(language):
    speaks = voice(language)
    assert (speaks.language, speaks.decimal_mark) == ("en", ".")
    assert speaks.say("A note on your run") == "A note on your run"


def test_miles_are_miles_in_german_too():
    notice = found("long_run", run(0, 14), run(7, 20))
    assert "12,4 mi" in notice_text(notice, voice(units="mi"))
