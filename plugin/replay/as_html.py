"""The replay as one page that needs nothing else: no network, no script, readable on a phone and on paper."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from plugin.replay import pictures as drawn
from plugin.replay import years as seen
from plugin.replay.play import Replay
from plugin.rules import RULES, worn_shoe
from plugin.training.runs import Metres, Shoe

TEMPLATES = Path(__file__).parent / "templates"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LEVELS = ("tip", "note", "caution", "strong caution", "see a professional")
REASONS = {
    "coming back": "coming back from a break, which is looked at by itself",
    "turned off": "turned off",
    "snoozed": "snoozed",
    "quiet period": "it was said only days before",
    "weekly budget": "two notes a week are enough",
    "less important": "something else mattered more",
}
ASIDE = {
    "flagged": "flagged on Strava",
    "too fast": "too fast for a run",
    "no distance": "without a distance",
    "no time": "without moving time",
    "copy": "recorded a second time",
}


def as_html(replay: Replay) -> str:
    """The whole page. Everything from the source is escaped by the template."""
    years = seen.years(replay)
    top_week_m = drawn.scale_of(week.metres for year in years for week in year.weeks)
    top_session_m = drawn.scale_of(session.metres for year in years for session in year.sessions)
    first, last = replay.days or (None, None)
    page = _template().render(
        replay=replay,
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        name=Path(replay.archive.source).name,
        first=first,
        last=last,
        aside=Counter(one.aside.value for one in replay.aside if one.aside is not None),
        years=[
            (year, drawn.weeks_of(year, top_week_m), drawn.sessions_of(year, top_session_m)) for year in reversed(years)
        ],
        pairs=[(pair, drawn.strip_of(pair, first, last)) for pair in seen.pairs(replay)] if first and last else [],
        shoe_limits=worn_shoe.shoe_limits(Shoe(id=""), replay.rulebook.limits[worn_shoe.NAME]),
        levels=LEVELS,
        rules={rule.NAME: replay.voice.translate(rule.TITLE) for rule in RULES},
        reasons=REASONS,
        why_aside=ASIDE,
        far=replay.voice.distance,
        km=_km,
        day=_day,
    )
    # A name may hold anything; printed to a terminal, it must not steer it.
    return _CONTROLS.sub("", page)


def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def _km(metres: Metres) -> str:
    """Whole kilometres, thousands apart."""
    return f"{metres / 1000:,.0f}".replace(",", "\u202f") + " km"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
