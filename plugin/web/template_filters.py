"""How values look to this runner: distances in their unit, days and numbers in their language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask, request
from flask_babel import Babel
from jinja2 import pass_context
from jinja2.runtime import Context

from plugin.notes.next_time import HARDLY_ANYTHING_M
from plugin.ports import Runner
from plugin.settings.formats import WEEKDAYS
from plugin.training.calendar import zone_of
from plugin.translations import CATALOGUES, ENGLISH, languages, locale_of, short_day, spoken
from plugin.translations.voice import UNITS, read_off
from plugin.web.dependencies import parts
from plugin.web.login import here, language_here
from plugin.web.wording import (
    _,
    channel_name,
    dismissed_words,
    how_much_name,
    hurt,
    hurt_advice,
    job_name,
    kind_name,
    mentioned,
    note_check_words,
    reason,
    remark,
    rule_name,
    set_aside,
    state_name,
)

MILES = frozenset({"US", "LR", "MM"})
"""Countries whose roads are measured in miles by law and custom (CLDR's measurement system `US`)."""


def today_of(runner: Runner, now: datetime) -> date:
    """The runner's own date at this moment."""
    return now.astimezone(runner.zone).date()


def browsers_language() -> str:
    """What the browser prefers among the languages there are, whatever the country, else English."""
    offered = {offer.partition("_")[0]: offer for offer in languages()}
    for wanted, quality in request.accept_languages:
        if quality > 0 and (found := offered.get(wanted.lower().partition("-")[0])):
            return found
    return ENGLISH


def language() -> str:
    """The runner's setting, else the browser's preference, else English."""
    chosen = language_here()
    return spoken(chosen) if chosen else browsers_language()


def as_read(runner: Runner) -> Runner:
    """The runner with the language of this page: who chose none is spoken to here as the browser wishes."""
    return replace(runner, settings=replace(runner.settings, language=language()))


def _locale() -> Locale:
    return locale_of(language())


def number(value: Decimal | float, digits: int = 1) -> str:
    """A number with this many decimals, in the runner's language."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=_locale())


def decimal_mark() -> str:
    """Comma or point, in the runner's language."""
    return str(get_decimal_symbol(_locale()))


def browsers_units() -> str:
    """Miles where the browser's first language is that of a country that measures in them, else kilometres."""
    first = next(iter(request.accept_languages.values()), "")
    return "mi" if first.replace("_", "-").rpartition("-")[2].upper() in MILES else "km"


def units() -> str:
    """`km` or `mi`, as the runner chose, else as the browser suggests."""
    runner = here()
    return runner.settings.units if runner else browsers_units()


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
    """Whether a ceiling leaves enough to name a number: notes name none below it either."""
    return ceiling_m is not None and ceiling_m >= HARDLY_ANYTHING_M


def percent(share: Decimal) -> str:
    """A share as whole percents, written as the notes beside it write them."""
    return f"{number(share * 100, 0)}\u00a0%"


def day(value: date, form: str = "MMMEd") -> str:
    """A day, short, by a skeleton of CLDR: `MMMEd`, `MMMd`, `yMMMd`."""
    return short_day(value, language(), form)


def long_day(value: date) -> str:
    """A day with the names of weekday and month in full, without its year."""
    # CLDR has no such form for every language, so the pattern is in the catalogue.
    return format_date(value, _("EEEE d MMMM"), locale=_locale())


def moment(value: datetime | None, zone: str = "") -> str:
    """A moment in the runner's zone, or in the one that is named; a dash for never."""
    runner = here()
    if value is None:
        return "–"
    there = value.astimezone(runner.zone if runner and not zone else zone_of(zone or "UTC"))
    return f"{day(there.date(), 'yMMMd')} {there:%H:%M}"


def when(value: datetime) -> str:
    """A moment in the runner's zone: the time alone today, else with its day."""
    runner = here()
    zone = runner.zone if runner else zone_of("UTC")
    there = value.astimezone(zone)
    if there.date() == parts().clock().astimezone(zone).date():
        return f"{there:%H:%M}"
    return f"{day(there.date())}, {there:%H:%M}"


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


READ_THE_REQUEST: tuple[Callable[..., Any], ...] = (
    far,
    in_units,
    down,
    is_open,
    day,
    long_day,
    moment,
    when,
    percent,
    number,
    age,
    weekday,
    rule_name,
    reason,
    set_aside,
    mentioned,
    hurt,
    hurt_advice,
    dismissed_words,
    channel_name,
    kind_name,
    state_name,
    job_name,
    note_check_words,
    how_much_name,
    remark,
)
"""Filters whose answer depends on who asks: units, language, time zone."""


def _for_each_request(show: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, computed for every page. Jinja computes `3000 | far` once, when a template is compiled: then the
    first viewer's units and language would be everybody's. It never does so with a filter that takes the context."""

    @pass_context
    @wraps(show)
    def shown(_context: Context, *given: Any, **named: Any) -> Any:
        return show(*given, **named)

    return shown


def teach(app: Flask) -> None:
    """Register the filters and the style sheet's version with the templates."""
    Babel(app, locale_selector=language, default_translation_directories=str(CATALOGUES))
    style = Path(__file__).parent / "static" / "footnote.css"
    version = hashlib.sha256(style.read_bytes()).hexdigest()[:10]
    for show in READ_THE_REQUEST:
        app.jinja_env.filters[show.__name__] = _for_each_request(show)
    for show in (plain, capitalize_first, on_strava):
        app.jinja_env.filters[show.__name__] = show
    app.jinja_env.globals.update(style_version=version, units=units, here=here, language=language)
