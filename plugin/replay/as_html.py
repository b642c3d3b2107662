"""The replay as one page that needs nothing else: no network, no script, readable on a phone and on paper."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from plugin.replay import pictures as drawn
from plugin.replay import years as seen
from plugin.replay.conclusion import conclude
from plugin.replay.output import without_marks
from plugin.replay.play import Replay
from plugin.replay.wording import (
    ASIDE,
    LEVELS,
    WITHHELD,
    injury_sentences,
    long_day,
    months_short,
    title,
    verdict_sentence,
)
from plugin.rules import BY_NAME, worn_shoe
from plugin.training.runs import Metres, Shoe
from plugin.translations.voice import UNITS, Voice

TEMPLATES = Path(__file__).parent / "templates"
NEAR = Decimal("0.8")
"""A pair is shown from this share of its first limit on."""


def as_html(replay: Replay) -> str:
    """The whole page. Everything from the source is escaped by the template."""
    years = seen.years(replay)
    pictures = drawn.Pictures(replay, years)
    first, last = replay.days or (None, None)
    conclusion, voice = conclude(replay), replay.voice
    pairs = seen.pairs(replay)
    limits = worn_shoe.shoe_limits(Shoe(id=""), replay.rulebook.limits[worn_shoe.NAME])
    shown = [pair for pair in pairs if pair.crossings or (limits[0] is not None and pair.metres >= NEAR * limits[0])]
    page = _template().render(
        replay=replay,
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8") + _filters()),  # noqa: S704 - our own words
        name=Path(replay.archive.source).name,
        first=first,
        last=last,
        aside=Counter(one.aside.value for one in replay.aside if one.aside is not None),
        pictures=pictures,
        years=[(year, pictures.weeks_of(year), pictures.sessions_of(year)) for year in reversed(years)],
        pairs=[(pair, drawn.strip_of(pair, first, last)) for pair in shown] if first and last else [],
        small_pairs=len(pairs) - len(shown),
        shoe_limits=limits,
        verdict=verdict_sentence(conclusion, voice),
        injuries=[list(injury_sentences(one, voice)) for one in conclusion.injuries],
        most_important=conclusion.most_important,
        led=conclusion.led_by,
        silent_rules=", ".join(title(rule, voice) for rule, counted in replay.by_rule.items() if not counted.found),
        levels=[voice.translate(level) for level in LEVELS],
        rules={rule: title(rule, voice) for rule in BY_NAME},
        reasons={reason: voice.translate(words) for reason, words in WITHHELD.items()},
        why_aside={reason: voice.translate(words) for reason, words in ASIDE.items()},
        far=voice.distance,
        km=partial(_whole, voice),
        day=lambda day: long_day(day, voice),
        month=lambda day: f"{months_short(voice)[day.month - 1]} {day.year}",
        short=lambda day: f"{day.day} {months_short(voice)[day.month - 1]}",
        count=voice.count,
        _=voice.say,
    )
    # A name may hold anything; printed to a terminal, it must not steer it.
    return without_marks(page)


def _filters() -> str:
    """Without a script: while a rule is picked, years are open to its notes alone."""
    return "".join(f"body:has(#f-{rule}:checked) .year article:not(.of-{rule}){{display:none}}" for rule in BY_NAME)


def _template() -> Template:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("plugin.replay"), PackageLoader("plugin.summary")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def _whole(voice: Voice, metres: Metres) -> str:
    """Whole kilometres or miles, thousands apart."""
    return f"{metres / UNITS[voice.units]:,.0f}".replace(",", "\u202f") + f" {voice.units}"
