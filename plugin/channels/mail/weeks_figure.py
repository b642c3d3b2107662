"""The weeks as a letter shows them: the picture, and in words all that is in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plugin.channels.mail.layout import NO_BREAK
from plugin.channels.mail.letter import Figure
from plugin.channels.mail.weeks_picture import as_png, weeks_svg
from plugin.summary.model import WeekSummary
from plugin.translations import short_day
from plugin.translations.voice import Voice


def weeks_figure(seen: Sequence[WeekSummary], voice: Voice, *, is_last_week: bool = False) -> Figure | None:
    """The weeks that are known; None without any. `is_last_week`: the last of them is over."""
    weeks = [week for week in seen if week.metres is not None]
    if not weeks:
        return None
    listed = ", ".join(voice.distance(week.metres) for week in weeks if week.metres is not None)
    return Figure(
        png=as_png(weeks_svg(weeks)),
        alt=voice.say("Your last {count} weeks, the oldest first: {listed}.", count=len(weeks), listed=listed),
        left=bound_day(weeks[0].first_day, voice),
        right=voice.say("last week") if is_last_week else voice.say("this week"),
        caption=voice.say("A bar is a week; the band behind it is what that week allowed."),
    )


def bound_day(day: date, voice: Voice) -> str:
    """A day that stays on one line."""
    return short_day(day, voice.language).replace(" ", NO_BREAK)
