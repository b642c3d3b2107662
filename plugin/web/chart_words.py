"""The words in and around the charts of the runner's page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plugin.summary.charts import Sessions, Span, Weeks
from plugin.summary.model import SessionSummary, WeekSummary
from plugin.web.template_filters import day, down, far, in_units, long_day, number
from plugin.web.wording import _


class ChartWords:
    """Figures and days as the runner of this request reads them."""

    each_session = True

    def figure(self, metres: Decimal) -> str:
        return number(in_units(metres), 0)

    def day(self, value: date) -> str:
        return day(value, "MMMd")

    def week(self, week: WeekSummary) -> str:
        first_day = day(week.first_day, "MMMd")
        if week.metres is None:
            return _("Week of %(day)s: not known", day=first_day)
        if week.ceiling_m is None:
            return _("Week of %(day)s: %(far)s", day=first_day, far=far(week.metres))
        return _(
            "Week of %(day)s: %(far)s, allowed %(most)s",
            day=first_day,
            far=far(week.metres),
            most=down(week.ceiling_m),
        )

    def session(self, session: SessionSummary) -> str:
        said = f"{day(session.day)}: {far(session.metres)}"
        if session.ceiling_m is None:
            return said
        return _("%(session)s, suggested up to %(most)s", session=said, most=down(session.ceiling_m))

    def weeks_title(self, row: Weeks) -> str:
        """What a row of weeks shows."""
        return _("Weeks from %(first)s to %(last)s", **_ends(row.span))

    def sessions_title(self, row: Sessions) -> str:
        """What a row of sessions shows."""
        return _("Sessions from %(first)s to %(last)s", **_ends(row.span))


def note_on(value: date) -> str:
    """The name of a mark that leads to a note."""
    return _("Note on %(day)s", day=long_day(value))


def _ends(span: Span) -> dict[str, str]:
    return {"first": day(span.first, "yMMMd"), "last": day(span.last, "yMMMd")}
