"""A pair's odometer: with the new run in it or not yet, and each limit told once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from plugin.ports import ChannelName, JobKind
from plugin.training.runs import ShoeKind
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage

CROSSED = "Your Ghost 15 has"


@pytest.fixture
def pairs(stage: Stage) -> Stage:
    stage.strava.add_pair("g1", "Ghost 15", km=480)
    stage.strava.add_pair("g2", "Pegasus", km=100)
    for days_ago in (27, 20, 13, 6):
        stage.record(10, days_ago=days_ago, shoe="g2")
    stage.happens(stage.record(9, days_ago=4, shoe="g1"))
    return stage


def lag(stage: Stage, gear: str, metres: int) -> None:
    """Strava has not added the last run to the pair yet."""
    stage.strava.pairs[gear] = replace(
        stage.strava.pairs[gear], odometer_m=stage.strava.pairs[gear].odometer_m - metres
    )


def test_a_limit_crossed_is_told_with_the_pairs_name(pairs):
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    assert f"{CROSSED} 501 km on it." in pairs.note(run)


def test_a_figure_without_the_new_run_is_read_again_ten_minutes_later(pairs):
    run = pairs.record(12, shoe="g1")
    lag(pairs, "g1", 12000)
    pairs.happens(run)
    assert CROSSED not in pairs.private_note(run)
    assert pairs.run_record(run).odometer_is_late
    lag(pairs, "g1", -12000)
    pairs.later(11 * MINUTE)
    assert f"{CROSSED} 501 km on it." in pairs.note(run)
    assert not pairs.run_record(run).odometer_is_late


def test_a_figure_that_never_grows_is_not_asked_for_for_ever(pairs):
    run = pairs.record(12, shoe="g1")
    lag(pairs, "g1", 12000)
    pairs.happens(run)
    pairs.price()
    pairs.later(3 * DAY)
    assert pairs.price()[0] <= 6
    assert not pairs.run_record(run).odometer_is_late


def test_with_the_later_look_turned_off_a_late_figure_is_still_read_again():
    stage = Stage(reread=None)
    stage.connect()
    stage.strava.add_pair("g1", "Ghost 15", km=480)
    stage.happens(stage.record(9, days_ago=4, shoe="g1"))
    run = stage.record(12, shoe="g1")
    lag(stage, "g1", 12000)
    stage.happens(run)
    lag(stage, "g1", -12000)
    stage.later(11 * MINUTE)
    assert CROSSED in stage.note(run)
    assert stage.waiting() == []


def test_a_crossing_is_told_once_whatever_comes_later(pairs):
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    pairs.later(4 * HOUR)
    for km in (11, 9, 10):
        other = pairs.record(km, shoe="g1")
        pairs.happens(other)
        assert CROSSED not in pairs.private_note(other)
        pairs.later(DAY)
    assert pairs.runner().told_once == {"worn_shoe/g1:500000": run}


def test_a_crossing_stays_on_its_run_when_the_run_is_looked_at_again(pairs):
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    other = pairs.record(8, shoe="g1", at=pairs.now - 10 * MINUTE)
    pairs.happens(other)
    pairs.strava.change(run, distance_m=Decimal(12100))
    pairs.happens(run)
    assert CROSSED in pairs.note(run)
    pairs.strava.change(other, distance_m=Decimal(8100))
    pairs.happens(other)
    assert CROSSED not in pairs.private_note(other)
    assert CROSSED in pairs.note(run)


def test_a_crossing_on_the_later_of_two_runs_stays_there_when_both_are_looked_at_again(pairs):
    first = pairs.record(8, shoe="g1", at=pairs.now - 3 * HOUR)
    pairs.happens(first)
    second = pairs.record(6, shoe="g1", at=pairs.now - HOUR)
    pairs.happens(second)
    assert CROSSED in pairs.note(second)
    pairs.strava.change(first, distance_m=Decimal(8100))
    pairs.happens(first)
    pairs.strava.change(second, distance_m=Decimal(6100))
    pairs.happens(second)
    pairs.later(4 * HOUR)
    assert CROSSED not in pairs.private_note(first)
    assert CROSSED in pairs.note(second)


def test_two_runs_whose_events_come_in_the_wrong_order_cross_once(pairs):
    first = pairs.record(8, shoe="g1", at=pairs.now - 3 * HOUR)
    second = pairs.record(6, shoe="g1", at=pairs.now - HOUR)
    pairs.happens(second)
    pairs.happens(first)
    pairs.later(4 * HOUR)
    assert [CROSSED in pairs.private_note(one) for one in (first, second)].count(True) == 1


def test_walks_since_the_last_run_belong_to_the_next_runs_crossing(pairs):
    pairs.record(15, days_ago=2, shoe="g1", sport="Walk")
    run = pairs.record(5, shoe="g1")
    pairs.happens(run)
    assert f"{CROSSED} 509 km on it." in pairs.note(run)


def test_a_walk_after_the_run_is_not_the_runs_crossing(pairs):
    run = pairs.record(5, shoe="g1", at=pairs.now - 5 * HOUR)
    pairs.record(15, shoe="g1", sport="Walk", at=pairs.now - HOUR)
    pairs.happens(run)
    assert pairs.private_note(run) == ""


def test_kilometres_from_before_strava_knew_the_pair_count(pairs):
    pairs.change_runner(
        pairs={**pairs.runner().pairs, "g1": replace(pairs.runner().pairs["g1"], start_m=Decimal(300_000))}
    )
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    assert "Your Ghost 15 has 801 km on it." in pairs.note(run)


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ({"replace_m": Decimal(495_000)}, True),
        ({"look_m": Decimal(600_000)}, False),
        ({"kind": ShoeKind.LIGHT}, False),
        ({"kind": ShoeKind.MINIMALIST}, False),
        ({"kind": ShoeKind.MINIMALIST, "look_m": Decimal(495_000)}, True),
        ({"kind": ShoeKind.TRAIL}, True),
    ],
)
def test_the_runners_own_kind_and_limits_win(pairs, words, is_told):
    pair = pairs.runner().pairs["g1"]
    pairs.change_runner(pairs={**pairs.runner().pairs, "g1": replace(pair, shoe=replace(pair.shoe, **words))})
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    assert (CROSSED in pairs.private_note(run)) is is_told


def test_a_crossing_is_told_once_across_connecting_again(pairs):
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    pairs.change_runner(must_reconnect=True)
    pairs.change_runner(must_reconnect=False)
    pairs.event(0, JobKind.PREVIEW)
    pairs.deliver()
    other = pairs.record(9, shoe="g1")
    pairs.happens(other)
    assert CROSSED not in pairs.private_note(other)


def test_the_first_list_reads_each_pair_in_use_once(empty):
    empty.connect(ago=0 * DAY)
    for number in range(3):
        empty.strava.add_pair(f"g{number}", f"Pair {number}", km=100)
        empty.record(8, days_ago=number, shoe=f"g{number}")
    empty.event(0, JobKind.PREVIEW)
    empty.deliver()
    assert empty.price() == (4, 0)
    assert set(empty.runner().pairs) == {"g0", "g1", "g2"}
    assert empty.store.snapshot(ANA).progress == "done"


def test_a_pair_that_cannot_be_read_does_not_stop_the_first_list(empty):
    empty.connect(ago=0 * DAY)
    empty.record(8, shoe="gone")
    empty.event(0, JobKind.PREVIEW)
    empty.deliver()
    assert empty.store.snapshot(ANA).progress == "done"
    assert empty.inbox.everything() == []


def test_figures_are_read_again_before_they_must_go_and_quiet_days_cost_one_read(pairs):
    reads = []
    for _ in range(14):
        pairs.price()
        pairs.evening()
        pairs.purge()
        reads.append(pairs.price()[0])
        pairs.later(DAY)
    assert pairs.runner().pairs["g1"].odometer_m == Decimal(489_000)
    assert reads.count(1) >= 10
    assert max(reads) <= 3


def test_a_limit_passed_without_a_run_we_saw_is_told_on_the_last_run_in_the_evening(pairs):
    run = pairs.record(5, shoe="g1")
    pairs.happens(run)
    pairs.later(2 * DAY)
    pairs.price()
    pairs.strava.pairs["g1"] = replace(pairs.strava.pairs["g1"], odometer_m=Decimal(490_000))
    pair = pairs.runner().pairs["g1"]
    pairs.change_runner(pairs={**pairs.runner().pairs, "g1": replace(pair, seen_at=pairs.now - 6.5 * DAY)})
    pairs.evening()
    assert CROSSED in pairs.private_note(run)
    pairs.evening()
    assert pairs.strava.writes == 1


def test_a_pair_told_of_by_mail_is_not_mailed_again(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    empty.strava.add_pair("g1", "Ghost 15", km=495)
    run = empty.record(8, shoe="g1")
    empty.happens(run)
    empty.later(4 * HOUR)
    empty.happens(empty.record(8, shoe="g1"))
    assert len(empty.post.notes) == 1


def test_a_retired_pair_is_still_counted(pairs):
    pairs.strava.pairs["g1"] = replace(pairs.strava.pairs["g1"], is_retired=True)
    run = pairs.record(12, shoe="g1")
    pairs.happens(run)
    assert pairs.runner().pairs["g1"].shoe.is_retired
    assert pairs.runner().pairs["g1"].odometer_m == Decimal(501_000)
    assert CROSSED not in pairs.private_note(run)


@pytest.mark.parametrize("figure_km", [489, 520])
def test_a_pair_retired_without_a_run_is_retired_at_the_next_look_at_it_and_costs_one_read(pairs, figure_km):
    run = pairs.record(5, shoe="g1")
    pairs.happens(run)
    before = pairs.private_note(run)
    pairs.evening()
    pairs.later(2 * DAY)
    pairs.strava.pairs["g1"] = replace(pairs.strava.pairs["g1"], odometer_m=Decimal(figure_km * 1000), is_retired=True)
    pair = pairs.runner().pairs["g1"]
    pairs.change_runner(pairs={**pairs.runner().pairs, "g1": replace(pair, seen_at=pairs.now - 6.5 * DAY)})
    pairs.price()
    pairs.evening()
    assert pairs.price() == (2, 0), "the list and the pair"
    assert pairs.runner().pairs["g1"].shoe.is_retired
    assert pairs.private_note(run) == before
    assert not pairs.runner().pairs["g2"].shoe.is_retired
