"""The evening look and the weekly mail: by the runner's own clock, once, caught up, whatever clocks do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.errors import NotTold, Refused, StravaTrouble
from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.ports import ChannelName, JobKind, Runner, Settings
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage

HOURS = Hours(check_hour=20, digest_day="sunday")


def a_runner(zone: str = "UTC", *, looked: date | None = None, digested: date | None = None, **settings) -> Runner:
    return Runner(
        id=1,
        connected_at=datetime(2026, 1, 1, tzinfo=UTC),
        timezone=zone,
        looked_on=looked,
        digested_on=digested,
        settings=Settings(**settings),
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "before", "due"),
    [
        ("UTC", "2026-11-18 19:59", "2026-11-18 20:00"),
        ("Europe/Berlin", "2026-11-18 18:59", "2026-11-18 19:00"),
        ("America/Los_Angeles", "2026-11-19 03:59", "2026-11-19 04:00"),
        ("Asia/Kathmandu", "2026-11-18 14:14", "2026-11-18 14:15"),
        ("Pacific/Kiritimati", "2026-11-18 05:59", "2026-11-18 06:00"),
        ("nowhere", "2026-11-18 19:59", "2026-11-18 20:00"),
    ],
)
def test_the_evening_is_the_runners_own(zone, before, due):
    runner = a_runner(zone, looked=date(2026, 11, 17))
    assert HOURS.evening_due(runner, at(before)) is None
    assert HOURS.evening_due(runner, at(due)) == date(2026, 11, 18)
    assert HOURS.next_evening(runner, at(before)) == at(due)


def test_the_runners_own_hour_wins():
    runner = a_runner(looked=date(2026, 11, 17), check_hour=6)
    assert HOURS.evening_due(runner, at("2026-11-18 06:00")) == date(2026, 11, 18)


def test_a_missed_evening_is_caught_up_in_the_morning_and_tonights_still_comes():
    runner = a_runner(looked=date(2026, 11, 16))
    morning = at("2026-11-18 08:00")
    assert HOURS.evening_due(runner, morning) == date(2026, 11, 17)
    done = replace(runner, looked_on=HOURS.last_evening(runner, morning))
    assert HOURS.evening_due(done, morning) is None
    assert HOURS.evening_due(done, at("2026-11-18 20:00")) == date(2026, 11, 18)


def test_a_week_of_downtime_is_one_evening():
    runner = a_runner(looked=date(2026, 11, 8))
    now = at("2026-11-18 21:00")
    assert HOURS.evening_due(runner, now) == date(2026, 11, 18)
    assert HOURS.evening_due(replace(runner, looked_on=date(2026, 11, 18)), now) is None


def test_a_clock_set_back_does_nothing_twice():
    runner = a_runner(looked=date(2026, 11, 18), digested=date(2026, 11, 22))
    assert HOURS.evening_due(runner, at("2026-11-17 21:00")) is None
    assert HOURS.digest_due(runner, at("2026-11-15 21:00")) is None


@pytest.mark.parametrize(
    ("day", "zone", "hour"),
    [
        ("2026-10-25", "Europe/Berlin", 2),  # the hour comes twice
        ("2026-03-29", "Europe/Berlin", 2),  # the hour does not come
        ("2026-11-01", "America/New_York", 1),
        ("2026-03-08", "America/New_York", 2),
        ("2026-04-05", "Australia/Lord_Howe", 1),
    ],
)
def test_an_hour_that_comes_twice_or_not_at_all_is_one_evening(day, zone, hour):
    the_day = date.fromisoformat(day)
    runner = a_runner(zone, looked=the_day - DAY, check_hour=hour)
    done = []
    now = datetime.combine(the_day, datetime.min.time(), tzinfo=UTC) - 14 * HOUR
    for _ in range(38 * 12):
        now += 5 * MINUTE
        if (due := HOURS.evening_due(runner, now)) is not None:
            done.append(due)
            runner = replace(runner, looked_on=due)
    assert done.count(the_day) == 1
    assert done == sorted(set(done))


def test_the_weekly_mail_is_due_on_its_evening_and_two_days_after():
    runner = a_runner(digested=date(2026, 11, 15))
    assert HOURS.digest_due(runner, at("2026-11-22 19:59")) is None
    for now in ("2026-11-22 20:00", "2026-11-23 09:00", "2026-11-24 23:00", "2026-11-25 19:00"):
        assert HOURS.digest_due(runner, at(now)) == date(2026, 11, 22)
    assert HOURS.digest_due(runner, at("2026-11-25 20:00")) is None


def test_the_runners_own_weekday_wins():
    runner = a_runner(digested=date(2026, 11, 15), digest_day="friday")
    assert HOURS.digest_due(runner, at("2026-11-20 20:00")) == date(2026, 11, 20)
    assert HOURS.digest_due(runner, at("2026-11-22 20:00")) == date(2026, 11, 20)
    assert HOURS.digest_due(replace(runner, digested_on=date(2026, 11, 20)), at("2026-11-22 20:00")) is None


@pytest.fixture
def mailed() -> Stage:
    """A Wednesday; the last weekly mail went on Sunday."""
    stage = Stage()
    stage.connect(mail=True)
    stage.change_runner(digested_on=date(2026, 11, 15))
    stage.history()
    return stage


def tick(stage: Stage) -> None:
    stage.scheduler.tick()
    stage.later(timedelta(0))


def through(stage: Stage, end: datetime, step: timedelta = 30 * MINUTE) -> None:
    while stage.now < end:
        stage.later(step)
        tick(stage)


def test_a_week_has_seven_evenings_and_one_mail(mailed):
    through(mailed, mailed.now + 7 * DAY)
    assert len(mailed.post.digests) == 1
    assert mailed.post.digests[0].day == date(2026, 11, 22)
    assert mailed.price()[0] == 7 + 1


def test_a_mail_caught_up_on_tuesday_is_about_the_week_it_was_due_in(mailed):
    mailed.record(9, at=datetime(2026, 11, 21, 9, tzinfo=UTC))
    mailed.record(5, at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    mailed.now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    tick(mailed)
    (digest,) = mailed.post.digests
    assert digest.day == date(2026, 11, 22)
    assert digest.weeks[-1].first_day == date(2026, 11, 16)
    assert digest.week_m == 9000
    assert digest.allowance.day >= date(2026, 11, 24)
    tick(mailed)
    through(mailed, mailed.now + DAY)
    assert len(mailed.post.digests) == 1


def test_the_list_read_for_the_weekly_mail_tells_the_time_zone_as_any_other_does(empty):
    empty.connect(mail=True)
    empty.change_runner(digested_on=date(2026, 11, 15))
    empty.record(9, days_ago=1, timezone="Europe/Berlin")
    empty.now += 4 * DAY
    empty.event(0, JobKind.DIGEST)
    empty.later(timedelta(0))
    assert len(empty.post.digests) == 1
    assert empty.runner().timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("week_starts", "digest_day", "sent", "first", "week_km"),
    [
        ("monday", "sunday", date(2026, 11, 22), date(2026, 11, 16), 49),
        ("monday", "monday", date(2026, 11, 23), date(2026, 11, 16), 49),
        ("monday", "wednesday", date(2026, 11, 25), date(2026, 11, 16), 49),
        ("sunday", "sunday", date(2026, 11, 22), date(2026, 11, 15), 49),
        ("sunday", "saturday", date(2026, 11, 21), date(2026, 11, 15), 49),
        ("saturday", "sunday", date(2026, 11, 22), date(2026, 11, 14), 49),
    ],
)
def test_the_weekly_mail_is_about_a_whole_week_whatever_its_day(empty, week_starts, digest_day, sent, first, week_km):
    empty.connect(mail=True, week_starts=week_starts, digest_day=digest_day)
    empty.change_runner(digested_on=date(2026, 11, 18))
    for ahead in range(-40, 8):
        empty.record(7, at=datetime(2026, 11, 18, 8, tzinfo=UTC) + ahead * DAY)
    empty.now = datetime.combine(sent, datetime.min.time(), tzinfo=UTC) + 20 * HOUR
    tick(empty)
    (digest,) = empty.post.digests
    assert (digest.day, digest.weeks[-1].first_day, digest.week_m) == (sent, first, week_km * 1000)
    assert digest.is_last_week is (first + 6 * DAY < sent)


def test_shoes_worn_out_and_coming_due_are_named_the_soonest_first(mailed):
    for pair_id, name, km in (
        ("g1", "Often", 0),
        ("g2", "Nearly done", 789),
        ("g3", "Past", 830),
        ("g4", "At rest", 900),
        ("g5", "Years to go", 100),
        ("g6", "Soon", 700),
    ):
        mailed.strava.add_pair(pair_id, name, km=km)
    mailed.record(3, days_ago=40, shoe="g4")
    for days_ago in range(1, 26):
        mailed.record(9, days_ago=days_ago, shoe="g1")
        mailed.record(2, days_ago=days_ago + 0.3, shoe="g6")
        if days_ago % 5 == 0:
            for number, pair_id in enumerate(("g2", "g3", "g5")):
                mailed.record(1, days_ago=days_ago + 0.4 + number / 10, shoe=pair_id)
    mailed.event(0, JobKind.PREVIEW)
    mailed.deliver()
    mailed.scheduler.do_now("digest", mailed.now)
    (digest,) = mailed.post.digests
    assert [pair.name for pair in digest.pairs] == ["Past", "Soon", "Nearly done"]


def test_a_pair_retired_on_strava_is_not_in_the_mail(mailed):
    for pair_id, name, is_retired in (("g1", "In use", False), ("g2", "Retired", True)):
        mailed.strava.add_pair(pair_id, name, km=830, is_retired=is_retired)
        mailed.record(5, days_ago=3, shoe=pair_id)
    mailed.event(0, JobKind.PREVIEW)
    mailed.deliver()
    mailed.scheduler.do_now("digest", mailed.now)
    (digest,) = mailed.post.digests
    assert [pair.name for pair in digest.pairs] == ["In use"]


def test_a_mail_that_the_server_puts_off_is_sent_later_and_once(mailed):
    mailed.post.trouble = NotTold("busy", for_good=False)
    mailed.now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    tick(mailed)
    mailed.later(MINUTE)
    mailed.post.trouble = None
    through(mailed, mailed.now + DAY)
    assert len(mailed.post.digests) == 1


def test_a_mail_that_may_have_left_is_not_sent_again(mailed):
    mailed.post.trouble = NotTold("dropped", for_good=False, may_have_left=True)
    mailed.now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    tick(mailed)
    mailed.post.trouble = None
    through(mailed, mailed.now + DAY)
    assert mailed.post.digests == []
    assert mailed.parked() == []


def test_a_weekly_mail_that_bounces_turns_the_address_off(mailed):
    mailed.post.trouble = NotTold("no such mailbox", for_good=True)
    mailed.now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    tick(mailed)
    assert mailed.runner().settings.email_bounced
    assert mailed.parked() == []


@pytest.mark.parametrize("settings", [{"digest": False}, {"email_confirmed": False}, {"email": None}, {"paused": True}])
def test_nobody_who_did_not_want_it_gets_the_weekly_mail(mailed, settings):
    mailed.choose(**settings)
    through(mailed, mailed.now + 7 * DAY, 3 * HOUR)
    mailed.scheduler.do_now("digest", mailed.now)
    assert mailed.post.digests == []


def test_what_cannot_be_done_is_not_asked_for_every_half_minute(mailed):
    mailed.strava.fail(Refused("a scope is missing"), times=None)
    mailed.now = datetime(2026, 11, 18, 20, tzinfo=UTC)
    for _ in range(200):
        tick(mailed)
        mailed.later(MINUTE / 2)
    assert len(mailed.parked()) == 1
    assert mailed.strava.reads == 1
    mailed.strava.mend()
    through(mailed, mailed.now + DAY)
    assert mailed.runner().looked_on == date(2026, 11, 19)


def test_a_runner_who_must_connect_again_is_left_alone(mailed):
    mailed.change_runner(must_reconnect=True)
    through(mailed, mailed.now + 7 * DAY, 3 * HOUR)
    assert mailed.strava.calls == []
    assert mailed.inbox.everything() == []


def test_the_missed_evening_of_a_process_that_was_down_is_caught_up(mailed):
    mailed.now += 3 * DAY
    run = mailed.record(20)
    tick(mailed)
    tick(mailed)
    assert mailed.note(run)


@pytest.mark.parametrize("work", ["sweep", "look"])
def test_now_sweep_finds_a_missed_run_at_once(stage, work):
    run = stage.too_long()
    stage.scheduler.do_now(work, stage.now)
    assert stage.note(run)
    assert stage.waiting(JobKind.SWEEP) == []


def test_now_sweep_in_the_morning_does_not_stand_for_tonights(stage):
    stage.history()
    stage.scheduler.do_now("sweep", stage.now)
    stage.now = datetime(2026, 11, 18, 20, 1, tzinfo=UTC)
    stage.price()
    tick(stage)
    assert stage.price() == (1, 0)


def test_now_digest_sends_it_today_and_not_twice(mailed):
    mailed.scheduler.do_now("digest", mailed.now)
    mailed.scheduler.do_now("digest", mailed.now)
    assert [digest.day for digest in mailed.post.digests] == [date(2026, 11, 18)]
    mailed.now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    tick(mailed)
    assert [digest.day for digest in mailed.post.digests][1:] == [date(2026, 11, 22)]


def test_now_reread_looks_at_the_last_three_days_at_once(empty):
    empty.connect(reads_soreness=True)
    run = empty.too_long()
    empty.happens(run)
    empty.later(5 * HOUR)
    empty.strava.change(run, distance_m=empty.strava.activities[run].distance_m + 5000)
    empty.scheduler.do_now("reread", empty.now)
    assert "25.0 km" in empty.note(run)


def test_now_purge_takes_out_what_is_too_old(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(8 * DAY)
    stage.scheduler.do_now("purge", stage.now)
    assert stage.run_record(run).facts is None


def test_an_evening_with_strava_down_is_done_when_it_is_back(mailed):
    run = mailed.record(20)
    mailed.now = datetime(2026, 11, 18, 20, tzinfo=UTC)
    mailed.strava.fail(StravaTrouble("down"), times=3)
    tick(mailed)
    mailed.later(10 * MINUTE)
    assert mailed.note(run)
    assert mailed.runner().looked_on == date(2026, 11, 18)


def test_each_runner_has_their_own_evening(empty):
    for number, zone in enumerate(("Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles")):
        empty.connect(number + 1, channel=ChannelName.PAGE)
        empty.change_runner(number + 1, timezone=zone, looked_on=date(2026, 11, 17))
    empty.now = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)  # 20:30 in Tokyo
    tick(empty)
    assert [empty.runner(number).looked_on for number in (1, 2, 3)] == [
        date(2026, 11, 18),
        date(2026, 11, 17),
        date(2026, 11, 17),
    ]
    assert empty.store.runner_ids() == [1, 2, 3]
    assert ANA not in empty.store.runner_ids()
