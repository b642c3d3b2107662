"""The words of site, notes and mails in the runner's language: one catalogue each, `<language>/LC_MESSAGES`.

English is what the sources say; a language is offered as soon as its catalogue is here. `make words` brings the
catalogues up to date.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import get_decimal_symbol

CATALOGUES = Path(__file__).parent
ENGLISH = "en"


@cache
def languages() -> tuple[str, ...]:
    """English, and every language there is a catalogue for."""
    return (ENGLISH, *sorted(found.parts[-3] for found in CATALOGUES.glob("*/LC_MESSAGES/messages.mo")))


def spoken(language: str | None) -> str:
    """The language, or English where there is no catalogue for it."""
    return language if language in languages() else ENGLISH


@cache
def translation(language: str) -> Callable[[str], str]:
    """Sentence to sentence; what the catalogue lacks stays English. The catalogue is read once."""
    return gettext.translation("messages", CATALOGUES, [language], fallback=True).gettext


@cache
def translation_of_counts(language: str) -> Callable[[str, str, int], str]:
    """A sentence for one and one for more, and a number, to the sentence in the language."""
    return gettext.translation("messages", CATALOGUES, [language], fallback=True).ngettext


@cache
def locale_of(language: str) -> Locale:
    """Whose numbers and dates go with a language. English days come before their months, as on the pages."""
    return Locale("en", "GB") if language == ENGLISH else Locale.parse(language)


def named_languages() -> list[tuple[str, str]]:
    """Each language and what it calls itself: Deutsch, português (Brasil)."""
    return [(language, Locale.parse(language).display_name or language) for language in languages()]


@cache
def decimal_mark(language: str) -> str:
    """Comma or point (CLDR)."""
    return str(get_decimal_symbol(locale_of(language)))


def short_day(day: date, language: str, form: str = "MMMd") -> str:
    """A day as the language writes it; `form` is a skeleton of CLDR: `MMMd` is 4 Oct, 4. Okt., 4 oct."""
    return str(format_skeleton(form, day, locale=locale_of(language)))


def day_name(day: date, language: str) -> str:
    """The weekday in full."""
    return str(format_date(day, "EEEE", locale=locale_of(language)))
