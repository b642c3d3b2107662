"""When the evening sweep and the weekly mail are due: nothing that was due before the runner connected is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.ports import Runner, Settings

HOURS = Hours(check_hour=20, digest_day="sunday")
SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_runner(connected_at: datetime, **settings: object) -> Runner:
    return Runner(id=7, connected_at=connected_at, settings=Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("hour", [20.1, 21, 23.9])
def test_who_connects_after_the_hour_is_not_swept_for_that_evening(hour: float) -> None:
    connected = SUNDAY + hour * HOUR
    runner = a_runner(connected)
    assert HOURS.evening_due(runner, connected + HOUR / 20) is None
    assert HOURS.digest_due(runner, connected + HOUR / 20) is None
    assert HOURS.evening_due(runner, SUNDAY + DAY + 19.9 * HOUR) is None
    assert HOURS.evening_due(runner, SUNDAY + DAY + 20 * HOUR) == date(2026, 11, 23)


@pytest.mark.parametrize("hour", [0, 12, 19.9])
def test_who_connects_before_the_hour_is_swept_that_evening(hour: float) -> None:
    runner = a_runner(SUNDAY + hour * HOUR)
    assert HOURS.evening_due(runner, SUNDAY + 19.95 * HOUR) is None
    assert HOURS.evening_due(runner, SUNDAY + 20 * HOUR) == date(2026, 11, 22)
    assert HOURS.digest_due(runner, SUNDAY + 20 * HOUR) == date(2026, 11, 22)


def test_the_hour_is_that_of_the_zone_the_runner_fixed() -> None:
    runner = a_runner(SUNDAY - 3 * DAY, timezone="Asia/Tokyo")
    assert HOURS.last_evening(runner, SUNDAY + 10.9 * HOUR) == date(2026, 11, 21)
    assert HOURS.last_evening(runner, SUNDAY + 11 * HOUR) == date(2026, 11, 22)
