"""One runner whose data cannot be read stops nobody else, is never written over, and can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
import pytest
from psycopg.types.json import Jsonb

from plugin.activities.intake import StoreIntake
from plugin.errors import StoreBroken, Unreadable
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.retention import purge
from plugin.jobs.scheduler import Scheduler
from plugin.notes.rulebook import read_rulebook
from plugin.ports import UNREADABLE, Inbox, JobKind, Reason, Store, new_delivery
from plugin.stores.each_runner import MOST_NAMED, check_set_apart, each_runner
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.stores.record_json import reseal
from tests.promises.samples import NOON, a_full_look, a_full_runner, a_list, a_runner

HOUR = timedelta(hours=1)
Doc = dict[str, Any]
DAMAGES: dict[str, tuple[str, Callable[[Doc], Any]]] = {
    "a value of a newer version": ("runner", lambda doc: doc["settings"].update(how_much="a whisper")),
    "a part of another shape": ("runner", lambda doc: doc.update(settings=["?"])),
    "a seal of another key": ("runner", lambda doc: doc.update(tokens="gAAAAA" + "x" * 100)),
    "a record of a newer version": ("look", lambda doc: doc.update(telling="whispered")),
    "a record of another shape": ("look", lambda doc: doc.update(day=["?"])),
    "a list of another shape": ("list", lambda doc: doc.update(runs=7)),
}


class SpoiltMemory(MemoryStore):
    """Memory holds no documents, so it is told whom it cannot read."""

    def __init__(self) -> None:
        super().__init__()
        self.spoilt: set[int] = set()

    def forget(self, runner_id: int) -> bool:
        self.spoilt.discard(runner_id)
        return super().forget(runner_id)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in ("runner", "change_runner", "run_records", "snapshot", "change_run_record", "run_record"):
            return found

        def refuse(runner_id: int, *rest: Any, **more: Any) -> Any:
            if runner_id in self.spoilt:
                raise Unreadable(runner_id, "spoilt")
            return found(runner_id, *rest, **more)

        return refuse


class Spoilt(NamedTuple):
    store: Store
    inbox: Inbox
    mend: Callable[[], object]
    raw: Callable[[], Any]


IN_POSTGRES = ("a value of a newer version", "a record of a newer version", "a list of another shape")
"""A database for each test takes its time."""
EVERYWHERE = [("tiny", damage) for damage in DAMAGES] + [("postgres", damage) for damage in IN_POSTGRES]


@pytest.fixture(params=[("memory", "spoilt"), *EVERYWHERE], ids=" ".join)
def spoilt(request: pytest.FixtureRequest, tmp_path) -> Spoilt:
    """Runner 7 cannot be read, runners 6 and 8 can."""
    kind, damage = request.param
    if kind == "memory":
        store, inbox = SpoiltMemory(), MemoryInbox()
    else:
        store, inbox = (request.getfixturevalue(f"{kind}_{name}") for name in ("books", "inbox"))
    for runner_id in (6, 7, 8):
        store.enrol(replace(a_full_runner(runner_id), leaving=None), limit=3)
        store.change_run_record(runner_id, 41, lambda _, runner_id=runner_id: a_full_look(runner_id=runner_id))
        store.keep_snapshot(a_list(runner_id))
    if kind == "memory":
        store.spoilt.add(7)
        return Spoilt(store, inbox, store.spoilt.clear, lambda: "nothing is written anywhere")
    part, change = DAMAGES[damage]
    if kind == "tiny":
        path = tmp_path / "var/runners" / ("7.list.json" if part == "list" else "7.json")
        before = path.read_bytes()
        table, key = {"runner": ("runner", "7"), "look": ("looks", "41"), "list": ("list", "7")}[part]
        tables = orjson.loads(before)
        change(tables[table][key])
        path.write_bytes(orjson.dumps(tables))
        return Spoilt(
            store, inbox, lambda: path.write_bytes(before), lambda: orjson.loads(path.read_bytes())[table][key]
        )
    database = request.getfixturevalue("database")
    table, key = {"runner": ("runners", "id"), "look": ("looks", "runner_id"), "list": ("snapshots", "runner_id")}[part]

    def raw() -> Doc:
        row = database.ask(f"SELECT doc FROM {table} WHERE {key} = 7")
        return row["doc"]

    def put(doc: Doc) -> None:
        with database.transaction() as wire:
            wire.execute(f"UPDATE {table} SET doc = %s WHERE {key} = 7".encode(), (Jsonb(doc),))

    before_it = raw()
    spoilt_doc = raw()
    change(spoilt_doc)
    put(spoilt_doc)
    return Spoilt(store, inbox, lambda: put(before_it), raw)


def test_a_loop_over_runners_goes_on_and_notes_who_cannot_be_read(spoilt):
    seen = []

    def work(runner_id):
        spoilt.store.runner(runner_id), spoilt.store.run_records(runner_id), spoilt.store.snapshot(runner_id)
        seen.append(runner_id)

    (apart,) = each_runner(spoilt.store, work)
    assert (seen, apart.runner_id) == ([6, 8], 7)
    assert list(spoilt.store.key_value(UNREADABLE)) == ["7"]


def test_the_purge_deletes_what_is_old_of_all_others(spoilt):
    changed, apart = purge(spoilt.store, spoilt.inbox, read_rulebook(), NOON + timedelta(days=70))
    assert [one.runner_id for one in apart] == [7]
    assert changed >= 4
    assert (spoilt.store.run_records(6), spoilt.store.run_records(8)) == ([], [])
    assert (spoilt.store.snapshot(6), spoilt.store.snapshot(8)) == (None, None)


def test_the_evening_sweep_and_the_weekly_mail_are_asked_for_of_all_others(spoilt):
    for runner_id in (6, 8):
        spoilt.store.change_runner(runner_id, lambda was: a_runner(was.id))
    scheduler_of(spoilt, NOON + timedelta(days=1)).tick()
    asked = {one.runner_id for one in spoilt.inbox.everything() if one.why is JobKind.SWEEP}
    assert {6, 8} <= asked


def test_what_is_done_now_is_done_for_all_others(spoilt):
    apart = scheduler_of(spoilt, NOON).do_now("look", NOON)
    assert [one.runner_id for one in apart] == [7]
    assert [one.runner_id for one in spoilt.inbox.everything()] == []


def test_nothing_is_written_over_what_cannot_be_read(spoilt):
    before, store = spoilt.raw(), spoilt.store
    for work in (
        lambda: store.change_runner(7, lambda was: was),
        lambda: store.enrol(a_full_runner(7), limit=9),
        lambda: store.change_run_record(7, 41, lambda was: was),
        lambda: reseal(store),
        lambda: purge(store, spoilt.inbox, read_rulebook(), NOON),
    ):
        with suppress(Unreadable):
            work()
    assert spoilt.raw() == before
    with pytest.raises(Unreadable):
        read_all(store, 7)


def test_what_comes_for_who_cannot_be_read_waits_and_goes_on_once_they_can(spoilt):
    delivery = new_delivery(7, 50, JobKind.EVENT, NOON, NOON)
    assert StoreIntake(spoilt.store, spoilt.inbox).accept(delivery, subscription_id=None)
    handled = []
    scheduler = scheduler_of(spoilt, NOON, handled)
    each_runner(spoilt.store, lambda runner_id: read_all(spoilt.store, runner_id))
    dispatcher_of(spoilt, handled).run_all_due(lambda: NOON)
    (waits,) = [one for one in spoilt.inbox.everything() if one.run_id == 50]
    assert (waits.reason, waits.tries, waits.due_at > NOON) == (Reason.UNREADABLE, 0, True)
    spoilt.mend()
    scheduler.tick()
    assert spoilt.store.key_value(UNREADABLE) == {}
    dispatcher_of(spoilt, handled).run_all_due(lambda: NOON)
    assert 50 in handled


def test_who_cannot_be_read_can_be_forgotten(spoilt):
    each_runner(spoilt.store, lambda runner_id: read_all(spoilt.store, runner_id))
    assert spoilt.store.forget(7)
    assert spoilt.store.runner_ids() == [6, 8]
    check_set_apart(spoilt.store)
    assert spoilt.store.key_value(UNREADABLE) == {}


def test_a_bug_in_the_work_for_one_stops_nobody_else_and_is_raised(store):
    for runner_id in (6, 7, 8):
        store.enrol(a_full_runner(runner_id), limit=3)
    seen = []

    def work(runner_id):
        if runner_id == 6:
            raise ZeroDivisionError
        seen.append(runner_id)

    with pytest.raises(ZeroDivisionError):
        each_runner(store, work)
    assert seen == [7, 8]


def test_a_store_that_is_away_ends_the_loop_at_once(store):
    seen = []

    def work(runner_id):
        seen.append(runner_id)
        raise StoreBroken("away")

    with pytest.raises(StoreBroken):
        each_runner(store, work, runner_ids=[1, 2])
    assert seen == [1]


def test_of_many_a_hundred_are_named(store, caplog):
    def work(runner_id):
        raise Unreadable(runner_id, "another key")

    each_runner(store, work, runner_ids=range(1, 300))
    each_runner(store, work, runner_ids=range(1, 300))
    assert len(store.key_value(UNREADABLE)) == MOST_NAMED


def read_all(store, runner_id):
    store.runner(runner_id), store.run_records(runner_id), store.snapshot(runner_id)


class Handles:
    """Reads everything of the runner, as real work would."""

    def __init__(self, store, handled):
        self.store, self.handled = store, handled

    def handle(self, delivery, runner, now):
        read_all(self.store, runner.id)
        self.handled.append(delivery.run_id)

    run = handle


def dispatcher_of(spoilt, handled):
    work = Handles(spoilt.store, handled)
    return Dispatcher(store=spoilt.store, inbox=spoilt.inbox, workflow=work, runner_jobs=work, mailer=None)


def scheduler_of(spoilt, now, handled=None):
    return Scheduler(
        store=spoilt.store,
        inbox=spoilt.inbox,
        dispatcher=dispatcher_of(spoilt, [] if handled is None else handled),
        rulebook=read_rulebook(),
        clock=lambda: now,
        hours=Hours(check_hour=20, digest_day="sunday"),
    )
