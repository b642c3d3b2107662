"""A German note: the same facts in the same tone, decimal commas, whole sentences, nothing left in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from plugin.notes.compose import allowance_text, note_text, notice_text
from plugin.notes.example_note import example
from plugin.notes.note import Allowance
from plugin.ports import Runner, Settings
from plugin.translations.voice import LABELS, Voice
from plugin.wiring import voice_of
from tests.rules.examples import MONDAY
from tests.rules.test_words import NEXT_TIMES, NOTICES, soreness_notice, told

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ENGLISH = re.compile(r"\b(the|your|you|and|with|run|runs|days|week|than|of|last|now|is)\b", re.IGNORECASE)
NO_DIAGNOSIS = (
    "Das ist keine Diagnose. Wenn es sticht, schlimmer wird oder nach zwei Wochen noch da ist, geh in eine Arzt- oder "
    "Physiopraxis."
)


def voice(language: str | None = "de", **settings) -> Voice:
    return voice_of(Runner(id=1, connected_at=NOW, settings=Settings(language=language, **settings)))


def figures(text: str) -> list[str]:
    return sorted(figure.replace(".", ",") for figure in re.findall(r"\d+(?:[.,]\d+)?", text))


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: f"{notice.rule}-{notice.level}")
def test_every_sentence_is_german_with_the_same_figures(notice):
    for leads in (True, False):
        for next_time in NEXT_TIMES:
            for late in (0, 1):
                given = {"next_time": next_time, "leads": leads, "today": notice.day + timedelta(days=late)}
                text, english = told(notice, voice(), **given), told(notice, Voice(), **given)
                assert ENGLISH.findall(text) == []
                assert "!" not in text
                assert "{" not in text
                assert all(re.fullmatch(r"\d+,\d|\d+", one) for one in re.findall(r"([\d.,]+) km\b", text))
                assert figures(text) == figures(english)


@pytest.mark.parametrize("label", [label for label in LABELS if label not in ("red_flag", "stress_fracture")])
def test_soreness_below_a_warning_ends_with_what_it_is_not(label):
    text = told(soreness_notice(label), voice())
    assert text.endswith(NO_DIAGNOSIS)
    assert not re.search(r"du (hast|leidest) .*(itis|syndrom|bruch)", text.lower())


def test_a_whole_note_reads_as_one():
    note, rulebook = example()
    lead, tip = note_text(note, voice(), rulebook, note.day).split("\n")
    assert lead.startswith(
        "Heute 20,0 km, 43 % länger als dein längster Lauf der letzten 30 Tage (14,0 km). Solche Sprünge gehen im "
        "Schnitt mit mehr Überlastungsverletzungen einher. Ein, zwei lockere Tage, und den nächsten Lauf höchstens "
    )
    assert tip.startswith("Tipp: ")
    assert ENGLISH.findall(tip) == []


@pytest.mark.parametrize("notice", NOTICES, ids=lambda one: one.rule)
def test_what_was_seen_is_a_whole_sentence(notice):
    """It is a mail's subject as well: no figure of a date or an abbreviation cuts it short."""
    said = notice_text(notice, voice(), notice.day)
    assert said.endswith(".")
    assert said.count("(") == said.count(")")
    assert not re.search(r"\. [A-ZÄÖÜ]", said)


def test_a_late_run_is_called_by_its_day():
    assert told(NOTICES[0], voice(), today=NOTICES[0].day + timedelta(days=2)).startswith("Deine 17,0 km vom Montag")


def test_what_may_be_run_next_is_said_in_every_case():
    def said(length_m, week_m):
        day = MONDAY + timedelta(days=5)
        allowance = Allowance(day=day, length_m=Decimal(length_m), week_m=Decimal(week_m))
        return allowance_text(allowance, voice(), day - timedelta(days=1))

    assert (
        said(15_490, 30_000)
        == "Dein nächster Lauf kann bis zu 15,4 km lang sein, und diese Woche sind noch 30,0 km drin."
    )
    assert said(15_490, 9_990) == "Diese Woche sind noch 9,9 km drin."
    assert said(15_490, 0) == (
        "Das war es so ziemlich für diese Woche; wenn du vor Montag noch läufst, dann kurz und locker."
    )


def test_lists_of_labels_are_joined_as_one_says_it():
    assert voice().listed(["eins", "zwei", "drei"]) == "eins, zwei und drei"


@pytest.mark.parametrize("language", [None, "en", "xx", "sv"])
def test_without_a_catalogue_a_runner_is_spoken_to_in_english(language):
    speaks = voice(language)
    assert (speaks.language, speaks.decimal_mark) == ("en", ".")
    assert speaks.say("A note on your run") == "A note on your run"


def test_miles_are_miles_in_german_too():
    assert "12,4 mi" in told(NOTICES[1], voice(units="mi"))
