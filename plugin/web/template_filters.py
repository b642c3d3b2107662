"""How values look to this runner: distances in their unit, days and numbers in their language."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask, request
from flask_babel import Babel

from plugin.ports import Runner
from plugin.settings.formats import WEEKDAYS
from plugin.training.calendar import zone_of
from plugin.translations import CATALOGUES, ENGLISH, languages, locale_of, short_day, spoken
from plugin.translations.voice import UNITS, read_off
from plugin.web.login import here
from plugin.web.wording import _, channel_name, kind_name, reason, remark, rule_name


def today_of(runner: Runner, now: datetime) -> date:
    """The runner's own date at this moment."""
    return now.astimezone(zone_of(runner.timezone)).date()


def browsers_language() -> str:
    """What the browser prefers among the languages there are, else English."""
    return request.accept_languages.best_match(languages()) or ENGLISH


def language() -> str:
    """The runner's setting, else the browser's preference, else English."""
    runner = here()
    chosen = runner.settings.language if runner else None
    return spoken(chosen) if chosen else browsers_language()


def _locale() -> Locale:
    return locale_of(language())


def number(value: Decimal | float, digits: int = 1) -> str:
    """A number with this many decimals, in the runner's language."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=_locale())


def decimal_mark() -> str:
    """Comma or point, in the runner's language."""
    return str(get_decimal_symbol(_locale()))


def units() -> str:
    """`km` or `mi`, as the runner chose."""
    runner = here()
    return runner.settings.units if runner else "km"


def in_units(metres: Decimal) -> Decimal:
    """Metres in the runner's unit."""
    return metres / UNITS[units()]


def far(metres: Decimal | int | None, digits: int = 1) -> str:
    """A distance with its unit; a dash for none."""
    return "–" if metres is None else f"{number(in_units(Decimal(metres)), digits)}\u00a0{units()}"


def down(metres: Decimal | None) -> str:
    """A ceiling with its unit, rounded down: what is read off is itself silent."""
    return "–" if metres is None else f"{number(read_off(metres, units()))}\u00a0{units()}"


def is_open(ceiling_m: Decimal | None) -> bool:
    """Whether a ceiling, as it is read off, leaves anything to run."""
    return ceiling_m is not None and read_off(ceiling_m, units()) > 0


def percent(share: Decimal) -> str:
    """A share as whole percents, written as the notes beside it write them."""
    return f"{number(share * 100, 0)}\u00a0%"


def day(value: date, form: str = "MMMEd") -> str:
    """A day, short, by a skeleton of CLDR: `MMMEd`, `MMMd`, `yMMMd`."""
    return short_day(value, language(), form)


def long_day(value: date) -> str:
    """A day with the names of weekday and month in full, without its year."""
    # CLDR has no such form for every language, so the pattern stands in the catalogue.
    return format_date(value, _("EEEE d MMMM"), locale=_locale())


def moment(value: datetime | None) -> str:
    """A moment in the runner's zone; a dash for never."""
    runner = here()
    zone = zone_of(runner.timezone if runner else "UTC")
    if value is None:
        return "–"
    there = value.astimezone(zone)
    return f"{day(there.date(), 'yMMMd')} {there:%H:%M}"


def plain(metres: Decimal, metres_in: Decimal) -> str:
    """A distance as a form field holds it: no unit, no grouping, at most two decimals."""
    return f"{(metres / metres_in).quantize(Decimal('0.01')).normalize():f}"


def age(seconds: int) -> str:
    """How long something has been waiting."""
    return format_timedelta(timedelta(seconds=seconds), locale=_locale())


def weekday(name: str) -> str:
    """An English weekday's name in the runner's language."""
    number_of_day = WEEKDAYS.index(name)
    return str(_locale().days["stand-alone"]["wide"][number_of_day])


def capitalize_first(words: str) -> str:
    """The first letter large, the rest as it is."""
    return words[:1].upper() + words[1:]


def on_strava(run_id: int | str) -> str:
    """The activity's address on Strava."""
    return f"https://www.strava.com/activities/{quote(str(run_id), safe='')}"


def teach(app: Flask) -> None:
    """Give the templates these words, and the style sheet's version."""
    Babel(app, locale_selector=language, default_translation_directories=str(CATALOGUES))
    style = Path(__file__).parent / "static" / "footnote.css"
    version = hashlib.sha256(style.read_bytes()).hexdigest()[:10]
    for show in (
        far,
        down,
        is_open,
        day,
        long_day,
        moment,
        percent,
        number,
        plain,
        age,
        weekday,
        capitalize_first,
        on_strava,
    ):
        app.jinja_env.filters[show.__name__] = show
    for name in (rule_name, reason, channel_name, kind_name, remark):
        app.jinja_env.filters[name.__name__] = name
    app.jinja_env.globals.update(style_version=version, units=units, here=here, language=language)
