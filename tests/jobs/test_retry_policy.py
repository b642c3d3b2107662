from __future__ import annotations

from plugin.jobs.retry_policy import FIRST_RETRY_S, LONGEST_PAUSE_S, LONGEST_RETRY_S, retry_wait_s, store_pause_s


def test_the_pause_of_a_broken_store_grows_to_a_minute_and_stays_there_for_days() -> None:
    pauses = [store_pause_s(failures) for failures in range(1, 5000)]
    assert pauses[0] == FIRST_RETRY_S
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S


def test_the_wait_of_a_failed_delivery_grows_to_an_hour() -> None:
    waits = [retry_wait_s(tries, 0.5) for tries in range(16)]
    assert waits[0] == FIRST_RETRY_S
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_RETRY_S
