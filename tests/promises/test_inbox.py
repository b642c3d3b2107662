"""What the inbox promises, whoever keeps it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.ports import JobKind, State
from tests.promises.samples import MINUTE, NOON, a_delivery


def the_ids(deliveries):
    return [delivery.id for delivery in deliveries]


def everything_is_accounted_for(inbox) -> bool:
    counts = inbox.counts()
    now = counts["now_waiting"] + counts["now_taken"] + counts["now_parked"]
    return counts["kept"] == counts["done"] + counts["dropped"] + now


def test_an_empty_inbox_gives_nothing(inbox):
    assert inbox.take(NOON) is None
    assert inbox.take_this("d1", NOON) is None
    assert inbox.everything() == []
    assert inbox.of_runner(7) == []
    assert inbox.next_due() is None
    assert set(inbox.counts().values()) == {0}


def test_a_delivery_comes_back_as_kept(inbox):
    delivery = a_delivery(run_id=2**50, tries=2, reason="503", event_time=NOON - MINUTE)
    assert inbox.keep(delivery) == delivery
    assert inbox.everything() == [delivery]
    assert inbox.take(NOON) == replace(delivery, state=State.TAKEN, taken_at=NOON)


def test_a_second_one_for_the_same_is_joined_and_the_first_ones_id_and_time_stand(inbox):
    inbox.keep(a_delivery("d1", due=2))
    assert inbox.keep(a_delivery("d2", due=9)) == a_delivery("d1", due=2)
    assert inbox.everything() == [a_delivery("d1", due=2)]
    assert (inbox.counts()["kept"], inbox.counts()["joined"]) == (1, 1)


def test_what_joins_makes_it_no_later_and_what_is_new_stays_new(inbox):
    inbox.keep(a_delivery("d1", due=9))
    both = replace(a_delivery("d1", due=2), is_new=True)
    assert inbox.keep(replace(a_delivery("d2", due=2), is_new=True)) == both
    assert inbox.keep(a_delivery("d3", due=5)) == both
    assert inbox.everything() == [both]


@pytest.mark.parametrize("other", [{"runner_id": 8}, {"run_id": 42}, {"why": JobKind.REREAD}])
def test_what_asks_for_something_else_is_kept_beside(inbox, other):
    inbox.keep(a_delivery("d1"))
    assert inbox.keep(a_delivery("d2", **other)).id == "d2"
    assert len(inbox.everything()) == 2


def test_what_comes_while_the_same_is_taken_waits_for_itself(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    assert inbox.keep(a_delivery("d2")).id == "d2"
    inbox.done("d1")
    assert inbox.take(NOON).id == "d2"


def test_what_comes_while_the_same_is_parked_waits_for_itself(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.park("d1", reason="poisoned")
    assert inbox.keep(a_delivery("d2")).id == "d2"


def test_the_very_same_delivery_kept_twice_is_there_once(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    assert inbox.keep(a_delivery("d1")).state is State.TAKEN
    assert the_ids(inbox.everything()) == ["d1"]


def test_of_many_that_come_at_once_for_the_same_one_is_kept(inbox):
    crowd = [threading.Thread(target=lambda number=number: inbox.keep(a_delivery(f"d{number}"))) for number in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(inbox.everything()) == 1
    assert (inbox.counts()["kept"], inbox.counts()["joined"]) == (1, 5)


def test_nothing_is_taken_before_it_is_due(inbox):
    inbox.keep(a_delivery("d1", due=5))
    assert inbox.take(NOON + 4 * MINUTE) is None
    assert inbox.take_this("d1", NOON + 4 * MINUTE) is None
    assert inbox.next_due() == NOON + 5 * MINUTE
    assert inbox.take(NOON + 5 * MINUTE).id == "d1"
    assert inbox.next_due() is None


def test_live_ones_go_before_others_and_then_the_due_time_decides(inbox):
    whys = [JobKind.PREVIEW, JobKind.SWEEP, JobKind.REREAD, JobKind.DEAUTHORISED, JobKind.DELETED, JobKind.EVENT]
    for number, why in enumerate(whys):
        inbox.keep(a_delivery(f"{why}", runner_id=number + 1, why=why, due=number))
    inbox.keep(a_delivery("late event", runner_id=20, due=9))
    taken = [inbox.take(NOON + 9 * MINUTE).id for _ in range(7)]
    assert taken == ["deauthorised", "deleted", "event", "late event", "preview", "sweep", "reread"]


def test_however_much_one_runner_has_waiting_what_was_due_before_goes_before(inbox):
    for number in range(20):
        inbox.keep(a_delivery(f"much {number}", runner_id=7, run_id=number, due=1 + number))
    inbox.keep(a_delivery("little", runner_id=8, due=3))
    order = []
    while (taken := inbox.take(NOON + 60 * MINUTE)) is not None:
        order.append(taken.id)
        inbox.done(taken.id)
    assert order.index("little") == 2 or order.index("little") == 3
    assert len(order) == 21


def test_two_deliveries_of_one_runner_are_never_taken_at_once(inbox):
    inbox.keep(a_delivery("d1", run_id=41))
    inbox.keep(a_delivery("d2", run_id=42, due=1))
    inbox.keep(a_delivery("d3", runner_id=8, due=2))
    later = NOON + 9 * MINUTE
    assert inbox.take(later).id == "d1"
    assert inbox.take(later).id == "d3"
    assert inbox.take(later) is None
    assert inbox.take_this("d2", later) is None
    inbox.done("d1")
    assert inbox.take_this("d2", later).id == "d2"


def test_one_delivery_is_taken_by_one_of_many(inbox):
    for number in range(12):
        inbox.keep(a_delivery(f"d{number}", runner_id=number % 4 + 1, run_id=number))
    taken, held, overlaps = [], set(), []

    def work() -> None:
        while inbox.everything():
            delivery = inbox.take(NOON)
            if delivery is None:
                continue
            if delivery.runner_id in held:
                overlaps.append(delivery)
            held.add(delivery.runner_id)
            taken.append(delivery.id)
            held.discard(delivery.runner_id)
            inbox.done(delivery.id)

    crowd = [threading.Thread(target=work) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(timeout=60)
    assert sorted(taken) == sorted(f"d{number}" for number in range(12))
    assert overlaps == []
    assert inbox.counts()["done"] == 12


def test_one_known_by_its_id_is_taken_once(inbox):
    inbox.keep(a_delivery("d1"))
    assert inbox.take_this("d1", NOON) == a_delivery("d1", state=State.TAKEN, taken_at=NOON)
    assert inbox.take_this("d1", NOON) is None


def test_a_parked_one_is_not_taken(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.park("d1", reason="poisoned")
    assert inbox.take(NOON) is None
    assert inbox.take_this("d1", NOON) is None
    assert inbox.next_due() is None


def test_the_oldest_that_waits_counts_from_when_it_came_whatever_it_was_put_off_to(inbox):
    assert inbox.waiting_since() is None
    inbox.keep(replace(a_delivery("d1", runner_id=1, why=JobKind.REREAD), received_at=NOON - 9 * MINUTE))
    assert inbox.waiting_since() is None, "what we look for ourselves may wait for hours"
    inbox.keep(replace(a_delivery("d2", runner_id=2), received_at=NOON - 5 * MINUTE))
    inbox.keep(replace(a_delivery("d3", runner_id=3, why=JobKind.DELETED), received_at=NOON - 3 * MINUTE))
    assert inbox.take(NOON).id == "d2"
    assert inbox.waiting_since() == NOON - 3 * MINUTE
    inbox.again("d2", due_at=NOON + 60 * MINUTE, reason="Strava is away")
    assert inbox.waiting_since() == NOON - 5 * MINUTE
    inbox.park("d2", reason="poisoned")
    assert inbox.waiting_since() == NOON - 3 * MINUTE


def test_what_is_done_is_gone_and_counted_once(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    inbox.done("d1")
    inbox.done("d1")
    assert inbox.everything() == []
    assert inbox.counts()["done"] == 1


def test_what_is_put_back_waits_with_its_reason_and_tries(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    inbox.again("d1", due_at=NOON + MINUTE, reason="503")
    assert inbox.everything() == [a_delivery("d1", due=1, tries=1, reason="503")]
    assert inbox.take(NOON) is None
    inbox.take(NOON + MINUTE)
    inbox.again("d1", due_at=NOON + 2 * MINUTE, reason="window closed", tried=False)
    assert inbox.everything() == [a_delivery("d1", due=2, tries=1, reason="window closed")]


def test_one_that_waits_for_its_next_try_keeps_no_other_from_its_runner(inbox):
    inbox.keep(a_delivery("d1", run_id=41))
    inbox.keep(a_delivery("d2", run_id=42))
    inbox.take(NOON)
    inbox.again("d1", due_at=NOON + 60 * MINUTE, reason="404")
    assert inbox.take(NOON).id == "d2"


def test_what_is_put_back_joins_another_that_came_for_the_same(inbox):
    inbox.keep(a_delivery("d1", event_time=NOON - MINUTE))
    inbox.take(NOON)
    inbox.keep(a_delivery("d2", due=30))
    inbox.again("d1", due_at=NOON + MINUTE, reason="503")
    (left,) = inbox.everything()
    assert left == a_delivery("d2", due=1, tries=1, reason="503", event_time=NOON - MINUTE)
    assert everything_is_accounted_for(inbox)
    inbox.done("d1")
    assert the_ids(inbox.everything()) == ["d2"]


def test_parked_ones_keep_their_reason(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    inbox.park("d1", reason="odd answer")
    assert inbox.everything() == [a_delivery("d1", state=State.PARKED, reason="odd answer")]
    assert (inbox.counts()["parked"], inbox.counts()["now_parked"]) == (1, 1)


def test_a_parked_one_that_is_retried_is_due_at_once_and_starts_anew(inbox):
    inbox.keep(a_delivery("d1", tries=8))
    inbox.park("d1", reason="odd answer")
    assert inbox.retry("d1", NOON + MINUTE)
    assert inbox.everything() == [a_delivery("d1", due=1)]
    assert inbox.take(NOON + MINUTE).id == "d1"
    assert inbox.counts()["retried"] == 1


def test_a_waiting_one_that_is_retried_is_due_at_once(inbox):
    inbox.keep(a_delivery("d1", due=90, tries=3, reason="503"))
    assert inbox.retry("d1", NOON)
    assert inbox.everything() == [a_delivery("d1", due=0)]


def test_retrying_what_is_being_worked_on_or_unknown_does_nothing(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    assert not inbox.retry("d1", NOON)
    assert not inbox.retry("d9", NOON)
    assert inbox.everything() == [a_delivery("d1", state=State.TAKEN, taken_at=NOON)]


def test_a_parked_one_that_is_retried_joins_another_for_the_same(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.park("d1", reason="odd answer")
    inbox.keep(a_delivery("d2", due=30))
    assert inbox.retry("d1", NOON)
    assert inbox.everything() == [a_delivery("d2", due=0)]
    assert everything_is_accounted_for(inbox)


def test_what_is_dropped_is_gone_and_counted_so(inbox):
    inbox.keep(a_delivery("d1"))
    assert inbox.drop("d1")
    assert not inbox.drop("d1")
    assert inbox.everything() == []
    assert inbox.counts()["dropped"] == 1


def test_everything_is_listed_by_due_time(inbox):
    for number, due in enumerate((3, 1, 2)):
        inbox.keep(a_delivery(f"d{due}", runner_id=number + 1, due=due))
    inbox.keep(a_delivery("d0", runner_id=1, run_id=50, due=0))
    assert the_ids(inbox.everything()) == ["d0", "d1", "d2", "d3"]
    assert the_ids(inbox.of_runner(1)) == ["d0", "d3"]


def test_fractions_of_a_second_count_in_the_order(inbox):
    half = timedelta(milliseconds=500)
    inbox.keep(replace(a_delivery("later", runner_id=1), due_at=NOON + half))
    inbox.keep(replace(a_delivery("sooner", runner_id=2), due_at=NOON))
    inbox.keep(replace(a_delivery("latest", runner_id=3), due_at=NOON + MINUTE))
    assert the_ids(inbox.everything()) == ["sooner", "later", "latest"]
    assert inbox.next_due() == NOON
    assert [inbox.take(NOON + half).id for _ in range(2)] == ["sooner", "later"]
    assert inbox.take(NOON + half) is None


def test_forgetting_a_runner_takes_all_of_theirs_and_counts_it(inbox):
    for number in range(3):
        inbox.keep(a_delivery(f"d{number}", run_id=number))
    inbox.keep(a_delivery("other", runner_id=8))
    inbox.take(NOON)
    inbox.park("d2", reason="odd answer")
    inbox.forget(7)
    assert the_ids(inbox.everything()) == ["other"]
    assert inbox.counts()["dropped"] == 3
    assert everything_is_accounted_for(inbox)


def test_what_was_forgotten_while_taken_does_not_come_back(inbox):
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    inbox.forget(7)
    inbox.again("d1", due_at=NOON, reason="503")
    inbox.park("d1", reason="odd answer")
    inbox.done("d1")
    assert inbox.everything() == []
    assert everything_is_accounted_for(inbox)


def test_what_dead_processes_had_taken_waits_again(inbox):
    inbox.keep(a_delivery("d1", runner_id=1))
    inbox.keep(a_delivery("d2", runner_id=2))
    inbox.take_this("d1", NOON)
    inbox.take_this("d2", NOON + 10 * MINUTE)
    assert inbox.release_taken(before=NOON + 5 * MINUTE) == 1
    assert [delivery.state for delivery in inbox.everything()] == [State.WAITING, State.TAKEN]
    assert inbox.release_taken() == 1
    assert inbox.everything() == [a_delivery("d1", runner_id=1), a_delivery("d2", runner_id=2)]
    assert inbox.release_taken() == 0


def test_what_is_freed_joins_another_that_came_for_the_same(inbox):
    inbox.keep(a_delivery("d1", tries=2))
    inbox.take(NOON)
    inbox.keep(a_delivery("d2", due=30))
    assert inbox.release_taken() == 1
    assert inbox.everything() == [a_delivery("d2", due=0, tries=2)]
    assert everything_is_accounted_for(inbox)


def test_counts_tell_what_is_there_now(inbox):
    for number in range(4):
        inbox.keep(a_delivery(f"d{number}", runner_id=number + 1))
    inbox.take(NOON)
    inbox.park("d3", reason="odd answer")
    counts = inbox.counts()
    assert (counts["now_waiting"], counts["now_taken"], counts["now_parked"]) == (2, 1, 1)
    assert everything_is_accounted_for(inbox)
