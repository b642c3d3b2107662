"""A note in each language: the same facts, whole sentences, nothing left in English, nothing that names a condition."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugin.notes.compose import allowance_text, note_text, notice_text
from plugin.notes.example_note import example
from plugin.notes.note import Allowance
from plugin.notes.rulebook import read_rulebook
from plugin.translations import decimal_mark, languages, named_languages, translation
from plugin.translations.voice import LABELS, WARNINGS, Voice, voice_in
from tests.rules.examples import MONDAY
from tests.rules.test_words import NEXT_TIMES, NOTICES, soreness_notice, told

LANGUAGES = languages()[1:]
ENGLISH = re.compile(r"\b(the|your|you|with|days|than|now|what|keep)\b", re.IGNORECASE)
CONDITIONS = re.compile(
    r"fas[cz][ií]|metatars|s[iyí]n?drom|fra[ct]?tur|neurom|tendin[io]t|itis\b|nite\b", re.IGNORECASE
)


def figures(text: str) -> list[str]:
    return sorted(figure.replace(".", ",") for figure in re.findall(r"\d+(?:[.,]\d+)?", text))


def test_there_are_seven_languages() -> None:
    assert languages() == ("en", "de", "es", "fr", "it", "nl", "pt_BR")
    assert dict(named_languages())["pt_BR"] == "português (Brasil)"
    assert {decimal_mark(one) for one in LANGUAGES} == {","}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: f"{notice.rule}-{notice.level}")
def test_every_sentence_has_the_same_figures_and_no_english(language: str, notice) -> None:
    for leads in (True, False):
        for next_time in NEXT_TIMES:
            for late in (0, 1):
                given = {"next_time": next_time, "leads": leads, "today": notice.day + timedelta(days=late)}
                text, english = told(notice, voice_in(language), **given), told(notice, Voice(), **given)
                assert ENGLISH.findall(text) == []
                assert "!" not in text
                assert "{" not in text
                assert all(re.fullmatch(r"\d+,\d|\d+", one) for one in re.findall(r"([\d.,]+) km\b", text))
                assert figures(text) == figures(english)
                assert text[0].isupper() or text[0].isdigit()
                assert text.endswith((".", ")"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES, ids=lambda one: one.rule)
def test_what_was_seen_is_a_whole_sentence(language: str, notice) -> None:
    said = notice_text(notice, voice_in(language), notice.day)
    assert said.endswith(".")
    assert said.count("(") == said.count(")")
    assert "  " not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_names_a_condition(language: str) -> None:
    say = translation(language)
    for label, words in {**LABELS, **WARNINGS}.items():
        assert say(words) != words, label
        if label not in ("diagnosed", "red_flag"):
            assert not CONDITIONS.search(say(words)), say(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_soreness_below_a_warning_ends_with_what_it_is_not(language: str) -> None:
    last = translation(language)(
        "This isn't a diagnosis. If it's sharp, getting worse, or still there after two weeks, see a doctor or physio."
    )
    for label in LABELS:
        if label not in ("red_flag", "stress_fracture"):
            assert told(soreness_notice(label), voice_in(language)).endswith(last)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_note_reads_as_one(language: str) -> None:
    note, rulebook = example()
    lead, tip = note_text(note, voice_in(language), rulebook, note.day).split("\n")
    assert {"20,0", "43", "30", "14,0"} <= set(figures(lead))
    assert ENGLISH.findall(lead + tip) == []
    assert ": " in tip.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tip_is_translated(language: str) -> None:
    say = translation(language)
    assert [tip.id for tip in read_rulebook().tips if say(tip.words) == tip.words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_run_next_is_said_with_a_days_name_in_the_language(language: str) -> None:
    day = MONDAY + timedelta(days=5)
    voice = voice_in(language)
    allowance = Allowance(day=day, length_m=Decimal(15_490), week_m=Decimal(30_000))
    assert {"15,4", "30,0"} <= set(figures(allowance_text(allowance, voice, day - timedelta(days=1))))
    assert voice.weekday(date(2026, 10, 4)) not in ("Sunday", "")
    assert voice.listed(["1", "2", "3"]) != "1, 2 and 3"
