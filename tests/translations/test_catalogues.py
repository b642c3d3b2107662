"""The catalogues: whole, exact, in one tone, and what the program reads is what is written."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from plugin.notes.rulebook import read_rulebook
from plugin.translations import (
    CATALOGUES,
    decimal_mark,
    languages,
    short_day,
    spoken,
    translation,
    translation_of_counts,
)
from plugin.translations.voice import LABELS
from tests.paths import ROOT

LANGUAGES = [path.name for path in sorted(CATALOGUES.iterdir()) if (path / "LC_MESSAGES").is_dir()]
NAMES_OF_STRAVA = {"Connect with Strava", "Powered by Strava", "View on Strava"}
"""As Strava's guidelines write them."""
ALIKE = NAMES_OF_STRAVA | {"Status", "Id"}
SPOKEN = re.search(r"^SPOKEN = (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def in_sources(tmp_path_factory) -> Catalog:
    """Every sentence in the sources, as `make words` finds them."""
    assert SPOKEN is not None
    pot = tmp_path_factory.mktemp("words") / "words.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
    subprocess.run([*command, *SPOKEN[1].split(), "-o", str(pot), "."], cwd=ROOT, check=True, timeout=120)
    with pot.open("rb") as file:
        return read_po(file)


def sentences(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def braces(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def percents(sentence: str) -> list[str]:
    return sorted(set(re.findall(r"%\(\w+\)\w", sentence)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_sentence_of_the_sources_and_no_other(language, in_sources):
    wanted = {message.id if isinstance(message.id, str) else tuple(message.id) for message in sentences(in_sources)}
    there = {
        message.id if isinstance(message.id, str) else tuple(message.id) for message in sentences(catalogue(language))
    }
    assert there == wanted, "run `make words` and translate what is new"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_a_guess(language):
    for message in sentences(catalogue(language)):
        assert not message.fuzzy, message.id
        for words in forms(message.string):
            assert words.strip(), message.id
            assert words not in forms(message.id) or words in ALIKE | {"{most} and {last}"}, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_figures(language):
    for message in sentences(catalogue(language)):
        of, to = forms(message.id), forms(message.string)
        if len(to) > 1:
            figures = [(percents(one), braces(one)) for one in of]
            assert all((percents(one), braces(one)) in figures for one in to), message.id
            continue
        assert braces(to[0]) == braces(of[0]), message.id
        assert percents(to[0]) == percents(of[0]), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_shouts_and_figures_in_it_stay(language):
    for message in sentences(catalogue(language)):
        for of, to in zip(forms(message.id), forms(message.string), strict=False):
            assert "!" not in to, message.id
            assert of.endswith("?") == to.endswith("?"), message.id
            if of != "EEEE d MMMM":
                assert re.findall(r"\d+", of.replace("5,200", "5.200")) == re.findall(r"\d+", to), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_reads_is_what_the_catalogue_says(language):
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    there = (CATALOGUES / language / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert there == compiled.getvalue(), "run `make words`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_one_in_no_language(language):
    """The sentence for one says "one", so 0 takes the other, whatever the language's grammar allows."""
    assert translation_of_counts(language)("{count} run", "{count} runs", 0) == "{count} runs"
    for message in sentences(catalogue(language)):
        if not isinstance(message.id, str):
            assert translation_of_counts(language)(*message.id, 0) == message.string[1], message.id


def test_german_speaks_to_one_runner_informally():
    formal = re.compile(r"\b(Ihr|Ihre|Ihrem|Ihren|Ihrer|Ihnen)\b(?! „Authorization)")
    for message in sentences(catalogue("de")):
        assert not any(formal.search(words) for words in forms(message.string)), message.string


def test_no_label_of_soreness_becomes_the_name_of_a_condition():
    german = translation("de")
    for label, words in LABELS.items():
        assert german(words) != words, label
        assert not re.search(r"fasz|metatars|syndrom|fraktur|bruch|neurom|entzünd|tendin|itis", german(words).lower())
    assert "keine Diagnose" in german(
        "This isn't a diagnosis. If it's sharp, getting worse, or still there after two weeks, see a doctor or physio."
    )


def test_every_tip_is_in_the_catalogue():
    german = translation("de")
    assert [tip.id for tip in read_rulebook().tips if german(tip.words) == tip.words] == []


def test_a_language_is_offered_once_its_catalogue_is_there_and_no_sooner():
    assert languages() == ("en", *LANGUAGES)
    assert spoken("de") == "de"
    assert [spoken(unknown) for unknown in ("xx", "", None, "../de", "en")] == ["en"] * 5


def test_days_and_decimal_marks_follow_the_language():
    assert (decimal_mark("en"), decimal_mark("de")) == (".", ",")
    day = date(2026, 10, 4)
    assert [short_day(day, language) for language in ("en", "de")] == ["4 Oct", "4. Okt."]
