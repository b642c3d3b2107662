"""One total for all processes, that never goes back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.errors import StoreBroken
from plugin.monitoring.gauges import Gauges
from plugin.monitoring.metrics import MARK, Metrics
from plugin.ports import Budget, Delivery, JobKind, Runner
from plugin.stores.memory import MemoryInbox, MemoryStore
from tests.monitoring.reading import figures

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


class Store(MemoryStore):
    """Cannot be written while `is_full`."""

    is_full = False

    def change_key_value(self, key, change):
        if self.is_full:
            raise StoreBroken("the disk is full")
        return super().change_key_value(key, change)


@dataclass
class Application:
    """Some processes on the same books."""

    store: Store = field(default_factory=Store)
    clock: Clock = field(default_factory=Clock)

    def process(self, **more) -> Metrics:
        return Metrics(self.store, self.clock, **more)


@pytest.fixture
def application():
    return Application()


def test_any_process_shows_what_all_have_counted(application):
    web, worker, other_web = application.process(), application.process(), application.process()
    worker.told("long_run", "private_note", since=None)
    worker.told("ramp", "email", since=None)
    worker.flush()
    web.told("long_run", "private_note", since=None)
    assert figures(web.registry)["footnote_notes_total{channel=private_note,rule=long_run}"] == 2
    seen = figures(other_web.registry)
    assert seen["footnote_notes_total{channel=private_note,rule=long_run}"] == 2
    assert seen["footnote_notes_total{channel=email,rule=ramp}"] == 1


def test_looking_twice_counts_nothing_twice(application):
    metrics = application.process()
    metrics.mailed("note", "sent")
    assert figures(metrics.registry) == figures(metrics.registry)
    assert figures(metrics.registry)["footnote_mails_total{kind=note,outcome=sent}"] == 1


def test_a_restart_goes_on_where_the_total_stood(application):
    before = application.process()
    before.withheld("ramp", "quiet period")
    before.flush()
    after = application.process()
    assert figures(after.registry)["footnote_withheld_total{reason=quiet period,rule=ramp}"] == 1
    after.withheld("ramp", "quiet period")
    assert figures(after.registry)["footnote_withheld_total{reason=quiet period,rule=ramp}"] == 2


def test_durations_of_all_processes_are_one_histogram_in_order(application):
    one, other = application.process(), application.process()
    one.called("activity", "200", 0.07)
    one.called("activity", "200", 30.0)
    other.called("activity", "500", 0.3)
    other.flush()
    seen = figures(one.registry)
    buckets = [value for name, value in seen.items() if name.startswith("footnote_strava_call_seconds_bucket")]
    assert buckets == sorted(buckets)
    assert len(buckets) == 9
    assert seen["footnote_strava_call_seconds_bucket{kind=activity,le=0.1}"] == 1
    assert seen["footnote_strava_call_seconds_bucket{kind=activity,le=+Inf}"] == 3
    assert seen["footnote_strava_call_seconds_count{kind=activity}"] == 3
    assert seen["footnote_strava_call_seconds_sum{kind=activity}"] == pytest.approx(30.37)
    assert seen["footnote_strava_calls_total{kind=activity,outcome=200}"] == 2


def test_from_an_event_to_its_note_is_counted_where_an_event_brought_the_run(application):
    metrics = application.process()
    metrics.told("long_run", "private_note", since=NOW - 2 * MINUTE)
    metrics.told("long_run", "private_note", since=None)
    seen = figures(metrics.registry)
    assert seen["footnote_event_to_note_seconds_count"] == 1
    assert seen["footnote_event_to_note_seconds_sum"] == 120
    assert seen["footnote_event_to_note_seconds_bucket{le=120.0}"] == 1
    assert seen["footnote_event_to_note_seconds_bucket{le=30.0}"] == 0


def test_of_two_moments_the_later_stands_whoever_says_it_last(application):
    early, late = application.process(), application.process()
    early.worked("sweep", "done", is_round=True)
    application.clock.now += MINUTE
    late.worked("sweep", "done", is_round=True)
    late.worked("digest", "again", is_round=True)
    late.worked("sweep", "done", is_round=False)
    late.flush()
    seen = figures(early.registry)
    assert seen["footnote_last_done_timestamp_seconds{why=sweep}"] == (NOW + MINUTE).timestamp()
    assert "footnote_last_done_timestamp_seconds{why=digest}" not in seen
    assert seen["footnote_worked_total{outcome=done,why=sweep}"] == 3


def test_a_full_disk_hides_no_figures_and_loses_none(application):
    metrics = application.process()
    metrics.mailed("note", "sent")
    metrics.flush()
    application.store.is_full = True
    metrics.mailed("note", "sent")
    with pytest.raises(StoreBroken):
        metrics.flush()
    assert figures(metrics.registry)["footnote_mails_total{kind=note,outcome=sent}"] == 1
    application.store.is_full = False
    assert figures(metrics.registry)["footnote_mails_total{kind=note,outcome=sent}"] == 2


def test_who_stops_has_added_everything(application):
    metrics = application.process()
    metrics.start()
    metrics.answered("me", "GET", 200, 0.02)
    metrics.answered("hook", "POST", 200, 0.003)
    metrics.stop()
    seen = figures(application.process().registry)
    assert seen["footnote_requests_total{method=GET,page=me,status=200}"] == 1
    assert seen["footnote_request_seconds_count{part=site}"] == 1
    assert seen["footnote_request_seconds_bucket{le=0.005,part=webhook}"] == 1


def test_nothing_is_kept_where_nobody_reads_it(application):
    metrics = application.process()
    metrics.mailed("note", "sent")
    metrics.stop()
    assert application.store.key_value(MARK) == {}


def test_errors_are_those_of_this_process_since_it_began(application):
    logged = {"waitress": 3}
    metrics = application.process(errors=lambda: logged)
    logged = {"waitress": 3, "footnote.dispatcher": 2}
    assert figures(metrics.registry)["footnote_errors_total{logger=footnote.dispatcher}"] == 2
    assert "footnote_errors_total{logger=waitress}" not in figures(metrics.registry)
    logged = {"waitress": 3, "footnote.dispatcher": 5}
    assert figures(metrics.registry)["footnote_errors_total{logger=footnote.dispatcher}"] == 5


def test_what_an_earlier_version_counted_or_nobody_understands_is_left_out(application):
    metrics = application.process()
    metrics.mailed("note", "sent")
    metrics.flush()
    strange = {'["footnote_gone_total", []]': 4, "what": 1, '["footnote_mails_total", 5]': 2, "[]": 3, "null": "x"}
    application.store.change_key_value(MARK, lambda was: {**was, **strange})
    assert figures(metrics.registry) == {"footnote_mails_total{kind=note,outcome=sent}": 1}


def test_a_bound_that_an_earlier_version_had_is_not_shown_among_others(application):
    metrics = application.process()
    metrics.called("list", "200", 0.1)
    metrics.flush()
    earlier = '["footnote_strava_call_seconds_bucket", [["kind", "list"], ["le", "0.15"]]]'
    application.store.change_key_value(MARK, lambda was: {**was, earlier: 7})
    shown = [name for name in figures(metrics.registry) if "_bucket{kind=list" in name]
    assert len(shown) == 9
    assert not [name for name in shown if "0.15" in name]


# --- what is so at this moment --------------------------------------------------------------------------------------


def standing(application, *, inbox=None, budget=None, workers=1):
    metrics = application.process()
    metrics.registry.register(
        Gauges(
            store=application.store,
            inbox=inbox or MemoryInbox(),
            budget=lambda: budget or Budget(),
            clock=application.clock,
            live_workers=lambda: workers,
            build={"version": "1.2.3", "commit": "abc"},
        )
    )
    return figures(metrics.registry)


def test_what_is_overdue_and_how_old_the_oldest_event_is(application):
    inbox = MemoryInbox()
    assert standing(application, inbox=inbox)["footnote_overdue_seconds"] == 0
    inbox.keep(
        Delivery(id="d1", runner_id=7, run_id=1, why=JobKind.EVENT, received_at=NOW - 9 * MINUTE, due_at=NOW - MINUTE)
    )
    seen = standing(application, inbox=inbox)
    assert seen["footnote_overdue_seconds"] == 60
    assert seen["footnote_oldest_event_seconds"] == 540
    inbox.take(NOW)
    inbox.again("d1", due_at=NOW + MINUTE, reason="later")
    seen = standing(application, inbox=inbox)
    assert seen["footnote_overdue_seconds"] == 0
    assert seen["footnote_oldest_event_seconds"] == 540


def test_runners_live_workers_and_the_build_are_shown_from_the_first_scrape(application):
    seen = standing(application, workers=0)
    assert seen["footnote_runners{state=connected}"] == seen["footnote_runners{state=must_reconnect}"] == 0
    assert seen["footnote_workers"] == 0
    assert seen["footnote_build_info{commit=abc,version=1.2.3}"] == 1
    application.store.enrol(Runner(id=7, connected_at=NOW), limit=2)
    application.store.enrol(Runner(id=8, connected_at=NOW, must_reconnect=True), limit=2)
    seen = standing(application, workers=2)
    assert seen["footnote_runners{state=connected}"] == seen["footnote_runners{state=must_reconnect}"] == 1
    assert seen["footnote_workers"] == 2


def test_the_budget_and_why_strava_is_closed(application):
    open_one = standing(application, budget=Budget(read_used=(12, 340), overall_used=(20, 400)))
    assert open_one["footnote_strava_used{calls=reads,window=quarter}"] == 12
    assert open_one["footnote_strava_used{calls=all,window=day}"] == 400
    assert open_one["footnote_strava_limit{calls=reads,window=day}"] == 1000
    assert open_one["footnote_strava_closed{why=window}"] == open_one["footnote_strava_closed{why=inactive}"] == 0
    closed = Budget(closed_until=NOW + MINUTE, closed_because="full")
    full = standing(application, budget=closed)
    assert (full["footnote_strava_closed{why=window}"], full["footnote_strava_closed{why=inactive}"]) == (1, 0)
    inactive = standing(application, budget=replace(closed, is_inactive=True))
    assert (inactive["footnote_strava_closed{why=window}"], inactive["footnote_strava_closed{why=inactive}"]) == (0, 1)


def test_the_subscription_and_the_last_event(application):
    nothing = standing(application)
    assert nothing["footnote_subscribed"] == 0
    assert "footnote_last_event_timestamp_seconds" not in nothing
    application.store.change_key_value("subscription", lambda _: {"id": 4711})
    application.store.change_key_value("last_event", lambda _: {"at": NOW.isoformat()})
    seen = standing(application)
    assert seen["footnote_subscribed"] == 1
    assert seen["footnote_last_event_timestamp_seconds"] == NOW.timestamp()
    assert not any("4711" in name for name in seen)
    application.store.change_key_value("last_event", lambda _: {"at": "yesterday"})
    assert "footnote_last_event_timestamp_seconds" not in standing(application)
