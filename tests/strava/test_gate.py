"""When Strava is left alone, for how long, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from plugin.errors import StoreBroken, StravaClosed
from plugin.stores.memory import MemoryStore
from plugin.strava.call_gate import SPREAD, TRIAL, Gate
from plugin.strava.rate_limits import LATE

START = datetime(2026, 11, 22, 12, 7, tzinfo=UTC)
QUARTER, MIDNIGHT = datetime(2026, 11, 22, 12, 15, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


class Hands:
    """A clock to be turned by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def gate(store: MemoryStore, hands: Hands) -> Gate:
    return Gate(store, hands, jitter=lambda: 0.0)


def used(overall: str, read: str) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": "200,2000",
        "X-RateLimit-Usage": overall,
        "X-ReadRateLimit-Limit": "100,1000",
        "X-ReadRateLimit-Usage": read,
    }


def is_open(gate: Gate, *, urgent: bool = True) -> bool:
    try:
        with gate.permit(urgent=urgent):
            return True
    except StravaClosed:
        return False


def closed_until(gate: Gate, *, urgent: bool = True) -> datetime:
    with pytest.raises(StravaClosed) as closed, gate.permit(urgent=urgent):
        pass
    return closed.value.until


def test_it_is_open_before_anything_is_known(gate: Gate) -> None:
    assert is_open(gate)
    assert gate.budget().closed_until is None


def test_a_429_closes_until_the_quarter_turns(gate: Gate, hands: Hands) -> None:
    gate.note_headers(used("60,100", "101,120"), "GET")
    assert gate.too_many().until == QUARTER + LATE
    assert closed_until(gate) == QUARTER + LATE
    hands.now = QUARTER
    assert not is_open(gate)
    hands.now = QUARTER + LATE
    assert is_open(gate)
    assert gate.budget().closed_until is None


def test_a_429_of_a_full_day_closes_until_midnight_utc(gate: Gate, hands: Hands) -> None:
    gate.note_headers(used("60,2001", "50,900"), "GET")
    assert gate.too_many().until == MIDNIGHT + LATE
    hands.now = MIDNIGHT - timedelta(seconds=1)
    assert not is_open(gate)
    hands.now = MIDNIGHT + LATE
    assert is_open(gate)


def test_a_429_that_does_not_say_why_closes_everything_for_the_quarter(gate: Gate) -> None:
    assert gate.too_many().until == QUARTER + LATE
    assert not is_open(gate)


def test_a_window_that_is_full_is_left_alone_before_strava_has_to_say_so(gate: Gate) -> None:
    gate.note_headers(used("100,100", "100,100"), "GET")
    assert closed_until(gate) == QUARTER + LATE


def test_what_is_not_urgent_stops_earlier(gate: Gate) -> None:
    gate.note_headers(used("70,100", "70,100"), "GET")
    assert closed_until(gate, urgent=False) == QUARTER + LATE
    assert is_open(gate)
    assert gate.budget().closed_until is None


def test_callers_come_back_one_after_another_within_two_minutes_of_the_turn(store: MemoryStore, hands: Hands) -> None:
    last = Gate(store, hands, jitter=lambda: 0.999)
    last.too_many()
    assert QUARTER + LATE + SPREAD * 0.99 < closed_until(last) < QUARTER + timedelta(minutes=1)


def test_calls_under_way_are_counted_in(gate: Gate) -> None:
    gate.note_headers(used("10,10", "99,99"), "GET")
    with gate.permit(urgent=True):
        assert not is_open(gate)
    assert is_open(gate)


def test_a_call_that_fails_is_no_longer_under_way(gate: Gate) -> None:
    gate.note_headers(used("10,10", "99,99"), "GET")
    with pytest.raises(ZeroDivisionError), gate.permit(urgent=True):
        raise ZeroDivisionError
    assert is_open(gate)


def test_every_process_keeps_away_and_the_operator_sees_why(gate: Gate, store: MemoryStore, hands: Hands) -> None:
    gate.note_headers(used("60,100", "101,120"), "GET")
    gate.too_many()
    other = Gate(store, hands, jitter=lambda: 0.0)
    assert not is_open(other)
    budget = other.budget()
    assert (budget.closed_until, budget.read_used) == (QUARTER + LATE, (101, 120))
    assert "rate window is full" in budget.closed_because


def test_what_is_nearly_used_up_is_known_to_every_process_at_once(gate: Gate, store: MemoryStore, hands: Hands) -> None:
    for count in range(60, 100):
        gate.note_headers(used(f"{count},{count}", f"{count},{count}"), "GET")
    assert Gate(store, hands).budget().read_used == (99, 99)


def test_counts_are_written_once_a_second_while_there_is_plenty(gate: Gate, store: MemoryStore, hands: Hands) -> None:
    gate.note_headers(used("1,1", "1,1"), "GET")
    gate.note_headers(used("2,2", "2,2"), "GET")
    assert store.key_value("gate")["read_used"] == [1, 1]
    assert gate.budget().read_used == (2, 2)
    hands.now += timedelta(seconds=1)
    gate.note_headers(used("3,3", "3,3"), "GET")
    assert store.key_value("gate")["read_used"] == [3, 3]


def test_an_inactive_app_is_tried_once_in_ten_minutes(gate: Gate, hands: Hands) -> None:
    assert gate.is_inactive().until == START + TRIAL
    assert closed_until(gate) == START + TRIAL
    assert "paid Strava subscription" in gate.budget().closed_because
    hands.now = START + TRIAL
    assert is_open(gate)
    assert closed_until(gate) == START + 2 * TRIAL


def test_whoever_asks_in_between_does_not_put_the_trial_off(gate: Gate, hands: Hands) -> None:
    gate.is_inactive()
    for minute in range(1, 10):
        hands.now = START + timedelta(minutes=minute)
        assert closed_until(gate) == START + TRIAL
    hands.now = START + TRIAL
    assert is_open(gate)


def test_of_many_threads_and_processes_one_tries(store: MemoryStore, hands: Hands) -> None:
    gates = [Gate(store, hands) for _ in range(2)]
    gates[0].is_inactive()
    hands.now = START + TRIAL
    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(lambda number: is_open(gates[number % 2]), range(64)))
    assert passed.count(True) == 1


def test_callers_at_one_moment_share_the_last_calls_of_a_window(gate: Gate) -> None:
    gate.note_headers(used("60,100", "97,120"), "GET")
    all_have_asked = Barrier(8)

    def call(number: int) -> bool:
        with ExitStack() as under_way:
            try:
                under_way.enter_context(gate.permit(urgent=True))
            except StravaClosed:
                return False
            finally:
                all_have_asked.wait()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(call, range(8))).count(True) == 3


def test_connecting_waits_for_the_trial_too(gate: Gate) -> None:
    gate.is_inactive()
    with pytest.raises(StravaClosed), gate.permit(urgent=True, is_counted=False):
        pass


def test_connecting_does_not_wait_for_a_full_window(gate: Gate) -> None:
    gate.too_many()
    with gate.permit(urgent=True, is_counted=False):
        assert not is_open(gate)


def test_the_first_answer_opens_for_all(gate: Gate, store: MemoryStore, hands: Hands) -> None:
    gate.is_inactive()
    hands.now = START + TRIAL
    with gate.permit(urgent=True):
        gate.is_active()
    assert is_open(gate)
    assert is_open(Gate(store, hands))
    assert (gate.budget().closed_until, gate.budget().closed_because) == (None, "")
    assert gate.budget().inactive_at == START  # whoever looks now and then still learns that it was


def test_a_server_that_starts_asks_at_once(gate: Gate, store: MemoryStore, hands: Hands) -> None:
    gate.is_inactive()
    started = Gate(store, hands)
    assert not is_open(started)
    started.forget_inactive()
    assert is_open(started)
    assert not is_open(gate)  # one trial for all: until it is answered the others wait
    started.is_active()
    assert is_open(gate)


def test_a_trial_taken_a_moment_ago_by_a_later_look_at_the_clock_is_taken(
    gate: Gate, store: MemoryStore, hands: Hands
) -> None:
    gate.is_inactive()
    hands.now = START + TRIAL + timedelta(milliseconds=5)
    assert is_open(gate)
    hands.now = START + TRIAL
    assert not is_open(Gate(store, hands))


def test_a_restart_does_not_open_a_full_window(gate: Gate, store: MemoryStore, hands: Hands) -> None:
    gate.too_many()
    started = Gate(store, hands)
    started.forget_inactive()
    assert not is_open(started)


def test_an_answer_does_not_open_a_full_window(gate: Gate) -> None:
    gate.too_many()
    gate.is_active()
    assert not is_open(gate)


def test_inactive_is_not_forgotten_over_a_429(gate: Gate) -> None:
    gate.is_inactive()
    gate.too_many()
    assert "paid Strava subscription" in gate.budget().closed_because


def test_a_clock_that_was_wrong_does_not_close_for_long(gate: Gate, hands: Hands) -> None:
    hands.now = START + timedelta(days=400)
    gate.too_many()
    gate.is_inactive()
    hands.now = START
    assert is_open(gate)
    assert closed_until(gate) == START + TRIAL


class FullDisk(MemoryStore):
    """Marks can be read and not written."""

    def change_key_value(self, key: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        raise StoreBroken("the disk is full")


def test_a_full_disk_makes_no_failure_of_a_call_that_went_well(hands: Hands) -> None:
    gate = Gate(FullDisk(), hands)
    with gate.permit(urgent=True):
        gate.note_headers(used("1,1", "1,1"), "GET")
        gate.is_active()
    assert gate.budget().read_used == (1, 1)


def test_the_operator_reads_in_the_log_what_to_do(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    gate.is_inactive()
    gate.is_active()
    gate.too_many()
    said = [record.getMessage() for record in caplog.records if record.levelname != "INFO"]
    assert len(said) == 2
    assert "https://www.strava.com/settings/api" in said[0]
    assert said[1].endswith("It turns at 12:15 UTC.")
