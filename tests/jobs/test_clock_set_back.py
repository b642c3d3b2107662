"""An event that was received while the clock ran ahead does not wait until that time comes again."""

from __future__ import annotations

from datetime import timedelta

from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.scheduler import Scheduler
from plugin.notes.rulebook import read_rulebook
from plugin.ports import JobKind, new_delivery
from plugin.stores.memory import MemoryInbox, MemoryStore
from tests.promises.samples import NOON

AHEAD = NOON + timedelta(days=30)
SETTLE = timedelta(minutes=2)


def scheduler(inbox, now):
    return Scheduler(
        store=MemoryStore(),
        inbox=inbox,
        dispatcher=None,
        rulebook=read_rulebook(),
        clock=lambda: now[0],
        hours=Hours(check_hour=20, digest_day="sunday"),
    )


def test_after_a_clock_is_set_back_what_came_meanwhile_is_due_by_the_right_clock():
    inbox, now = MemoryInbox(), [AHEAD]
    running = scheduler(inbox, now)
    running.tick()
    inbox.keep(new_delivery(7, 1, JobKind.EVENT, AHEAD, AHEAD + SETTLE))
    later = NOON + timedelta(hours=3)
    inbox.keep(new_delivery(7, 2, JobKind.REREAD, NOON, later))
    now[0] = NOON
    running.tick()
    assert {one.run_id: one.due_at for one in inbox.everything()} == {1: NOON + SETTLE, 2: later}


def test_at_a_start_too():
    inbox = MemoryInbox()
    inbox.keep(new_delivery(7, 1, JobKind.EVENT, AHEAD, AHEAD + SETTLE))
    scheduler(inbox, [NOON]).tick()
    assert [one.due_at for one in inbox.everything()] == [NOON + SETTLE]
