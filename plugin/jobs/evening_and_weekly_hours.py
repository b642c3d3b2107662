"""When the evening sweep and the weekly mail are due, by the runner's own clock. Pure.

What was last done is kept as the day it was due: a sweep made up for in the morning does not count as the next
evening's, and after a clock is set back nothing is done twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from plugin.ports import Runner

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)
LATE_DAYS = 2
"""A missed weekly mail is sent up to this many days later; after that it would no longer be about last week."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The installation's hour and weekday (CHECK_HOUR, DIGEST_DAY; `settings/environment.py` has the defaults). The
    runner's own win."""

    check_hour: int
    digest_day: str

    def last_evening(self, runner: Runner, now: datetime) -> date:
        """The runner's latest day whose hour has come."""
        local = now.astimezone(runner.zone)
        own = runner.settings.check_hour
        return local.date() if local.hour >= (self.check_hour if own is None else own) else local.date() - DAY

    def next_evening(self, runner: Runner, now: datetime) -> datetime:
        """When the runner's hour comes next, UTC. On a night without that hour, when the clock has passed it."""
        own = runner.settings.check_hour
        hour = time(self.check_hour if own is None else own)
        day = self.last_evening(runner, now) + DAY
        return datetime.combine(day, hour, tzinfo=runner.zone).astimezone(UTC)

    def evening_due(self, runner: Runner, now: datetime) -> date | None:
        """The day whose evening sweep is due; None if it was done."""
        day = self.last_evening(runner, now)
        return day if self._done(runner, runner.looked_on) < day else None

    def digest_due(self, runner: Runner, now: datetime) -> date | None:
        """The day whose weekly mail is due; None if it was sent, or is missed for good."""
        evening = self.last_evening(runner, now)
        late = (evening.weekday() - self._weekday(runner)) % 7
        day = evening - late * DAY
        return day if late <= LATE_DAYS and self._done(runner, runner.digested_on) < day else None

    def _done(self, runner: Runner, last: date | None) -> date:
        """The last day whose work is done. What was due before the runner connected is not due."""
        return last or self.last_evening(runner, runner.connected_at)

    def _weekday(self, runner: Runner) -> int:
        own = runner.settings.digest_day
        return WEEKDAYS.index(own if own in WEEKDAYS else self.digest_day)
