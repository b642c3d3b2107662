"""cadence: few steps for the speed, over many ordinary runs."""

from decimal import Decimal

from plugin.training.history import Memory, Soreness
from tests.rules.examples import MONDAY, level, run


def easy(count=5, leg=74, minutes=33, **more):
    return [run(3 * number, 6, minutes=minutes, cadence=Decimal(leg), **more) for number in range(count)]


def test_five_runs_with_few_steps_are_noticed():
    assert level("cadence", *easy()) == 1  # 148 a minute at 3.03 m/s


def test_four_runs_are_too_few_and_a_usual_cadence_is_silent():
    assert level("cadence", *easy(4)) is None
    assert level("cadence", *easy(leg=78)) is None


def test_a_figure_that_counts_both_feet_is_left_out():
    assert level("cadence", *easy(leg=148)) is None


def test_trails_races_hills_treadmills_and_stop_and_go_do_not_count():
    assert level("cadence", *easy(sport="trail")) is None
    assert level("cadence", *easy(is_race=True)) is None
    assert level("cadence", *easy(is_treadmill=True)) is None
    assert level("cadence", *easy(is_workout=True)) is None
    assert level("cadence", *easy(climb_m=Decimal(90))) is None
    assert level("cadence", *easy(climb_m=Decimal(89))) == 1


def test_not_while_the_achilles_is_sore():
    memory = Memory(soreness=(Soreness(run_id="1", day=MONDAY, labels=frozenset({"achilles"})),))
    assert level("cadence", *easy(), memory=memory) is None
