"""Windows, shares and turns as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.ports import Budget
from plugin.strava.rate_limits import (
    LATE,
    Closure,
    as_json,
    as_of,
    day_turns,
    from_json,
    full_until,
    merged,
    quarter_of,
    quarter_turns,
    updated,
)

NOW = datetime(2026, 11, 22, 12, 7, tzinfo=UTC)
QUARTER, MIDNIGHT = datetime(2026, 11, 22, 12, 15, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


def told(overall: str = "10,100", read: str = "5,50", limit: str = "200,2000", read_limit: str = "100,1000") -> Budget:
    headers = {
        "X-RateLimit-Usage": overall,
        "x-ratelimit-limit": limit,
        "X-READRATELIMIT-USAGE": read,
        "X-ReadRateLimit-Limit": read_limit,
    }
    return updated(Budget(), headers, NOW)


def test_headers_are_read_whatever_their_case() -> None:
    budget = told()
    assert (budget.overall_used, budget.read_used) == ((10, 100), (5, 50))
    assert (budget.overall_limit, budget.read_limit) == ((200, 2000), (100, 1000))
    assert budget.seen_at == NOW


@pytest.mark.parametrize("odd", ["", "5", "5,", "a,b", "-1,2", "1,2,3", "1.5,2", "²,³", "1;2"])
def test_headers_that_cannot_be_read_change_nothing(odd: str) -> None:
    assert updated(told(), {"X-RateLimit-Usage": odd, "X-ReadRateLimit-Usage": odd}, NOW) == told()


def test_an_answer_that_was_overtaken_takes_nothing_back() -> None:
    later = updated(told("12,102"), {"X-RateLimit-Usage": "11,101"}, NOW + timedelta(seconds=1))
    assert later.overall_used == (12, 102)


def test_a_quarter_that_turned_starts_at_nothing_and_the_day_goes_on() -> None:
    turned = as_of(told(), QUARTER + LATE)
    assert (turned.overall_used, turned.read_used) == ((0, 100), (0, 50))
    assert as_of(told(), QUARTER).overall_used == (10, 100)
    assert updated(told(), {"X-RateLimit-Usage": "1,101"}, QUARTER + LATE).overall_used == (1, 101)


def test_a_day_that_turned_starts_at_nothing() -> None:
    assert as_of(told(), MIDNIGHT + LATE).overall_used == (0, 0)
    assert as_of(told(), NOW + timedelta(days=1)).read_used == (0, 0)


def test_turns_are_a_little_late_and_never_more_than_a_window_away() -> None:
    assert quarter_turns(NOW) == QUARTER + LATE
    assert quarter_turns(QUARTER) == QUARTER + LATE
    assert quarter_turns(QUARTER + LATE) == QUARTER + timedelta(minutes=15) + LATE
    assert day_turns(NOW) == MIDNIGHT + LATE
    assert day_turns(MIDNIGHT) == MIDNIGHT + LATE


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_a_turn_lies_ahead_on_a_quarter_of_an_hour(now: datetime) -> None:
    for turn, most in ((quarter_turns(now), timedelta(minutes=15)), (day_turns(now), timedelta(days=1))):
        assert timedelta(0) < turn - now <= most
        assert (turn - LATE).minute % 15 == 0
    assert quarter_of(quarter_turns(now)) > quarter_of(now)


@pytest.mark.parametrize(
    ("overall", "read", "expected"),
    [
        ("10,100", "5,50", None),
        ("150,100", "100,50", QUARTER + LATE),
        ("200,100", "5,50", QUARTER + LATE),
        ("200,100", "100,50", QUARTER + LATE),
        ("10,100", "5,1000", MIDNIGHT + LATE),
        ("200,2000", "100,1000", MIDNIGHT + LATE),
        ("200,100", "5,1001", MIDNIGHT + LATE),
    ],
)
def test_what_is_full_and_until_when(overall: str, read: str, expected: datetime | None) -> None:
    assert full_until(told(overall, read), NOW) == expected


@pytest.mark.parametrize(("read", "may"), [("69,50", True), ("70,50", False), ("5,899", True), ("5,900", False)])
def test_what_is_not_urgent_leaves_a_reserve_that_live_runs_may_use(read: str, may: bool) -> None:
    assert (full_until(told(read=read), NOW, urgent=False) is None) is may
    assert full_until(told(read=read), NOW) is None


def test_calls_on_their_way_count() -> None:
    assert full_until(told(read="97,97"), NOW, in_flight=2) is None
    assert full_until(told(read="97,97"), NOW, in_flight=3) == QUARTER + LATE


def test_a_limit_of_nothing_is_not_believed() -> None:
    assert full_until(told(limit="0,0", read_limit="0,0"), NOW) is None


def test_two_processes_know_the_larger_counts_and_the_newer_limits() -> None:
    mine = told("10,100", "9,50")
    theirs = updated(told("12,100", "5,50", limit="400,4000"), {"X-RateLimit-Usage": "12,100"}, NOW + LATE)
    for both in (merged(mine, theirs, NOW + LATE), merged(theirs, mine, NOW + LATE)):
        assert (both.overall_used, both.read_used, both.overall_limit) == ((12, 100), (9, 50), (400, 4000))


def test_it_is_written_and_read_back() -> None:
    assert from_json({}) == (Budget(), Closure.NOTHING)
    assert from_json(as_json(told(), Closure.FULL)) == (told(), Closure.FULL)
    refused = replace(told(), inactive_at=told().seen_at)
    assert from_json(as_json(refused, Closure.INACTIVE)) == (refused, Closure.INACTIVE)
    written_before = {name: value for name, value in as_json(told(), Closure.FULL).items() if name != "inactive_at"}
    assert from_json(written_before) == (told(), Closure.FULL)
    assert from_json(as_json(told(), Closure.FULL) | {"shut": "reads"}) == (told(), Closure.FULL)
    assert from_json(as_json(Budget(), Closure.NOTHING)) == (Budget(), Closure.NOTHING)
