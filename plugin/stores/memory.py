"""Store and Inbox in memory, for tests. They keep the same promises as the others and end with the process."""

from __future__ import annotations

import copy
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from plugin.ports import Delivery, Runner, RunRecord, Snapshot, State
from plugin.stores.bounds import BOUNDS, Bounds, bounded
from plugin.stores.each_runner import each_runner
from plugin.stores.inbox_order import (
    COUNTED,
    LIVE,
    by_due_time,
    joined,
    merged,
    same_work,
    urgency,
    waits_again,
    waits_at_once,
)
from plugin.stores.record_json import json_copy


class MemoryStore:
    """Store in dictionaries, one lock around each operation."""

    def __init__(self, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self._runners: dict[int, Runner] = {}
        self._looks: dict[int, dict[int, RunRecord]] = defaultdict(dict)
        self._snapshots: dict[int, Snapshot] = {}
        self._marks: dict[str, dict[str, Any]] = {}
        self._used: dict[str, datetime] = {}
        self._holds: dict[tuple[int, str], threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.RLock()

    def runner(self, runner_id: int) -> Runner | None:
        return self._runners.get(runner_id)

    def runner_ids(self) -> list[int]:
        with self._lock:
            return sorted(self._runners)

    def runner_counts(self) -> Mapping[str, int]:
        with self._lock:
            lost = sum(runner.must_reconnect for runner in self._runners.values())
            return {"connected": len(self._runners) - lost, "must_reconnect": lost}

    def enrol(self, runner: Runner, *, limit: int) -> bool:
        with self._lock:
            if runner.id not in self._runners and len(self._runners) >= limit:
                return False
            self._runners[runner.id] = bounded(runner, self._bounds)
            return True

    def change_runner(self, runner_id: int, change: Callable[[Runner], Runner]) -> Runner | None:
        with self._lock:
            runner = self._runners.get(runner_id)
            if runner is None:
                return None
            self._runners[runner_id] = bounded(change(runner), self._bounds)
            return self._runners[runner_id]

    def forget(self, runner_id: int) -> bool:
        with self._lock:
            self._looks.pop(runner_id, None)
            self._snapshots.pop(runner_id, None)
            return self._runners.pop(runner_id, None) is not None

    def run_records(self, runner_id: int) -> list[RunRecord]:
        with self._lock:
            run_records = list(self._looks.get(runner_id, {}).values())
        return sorted(run_records, key=lambda run_record: (run_record.day, run_record.run_id))

    def run_record(self, runner_id: int, run_id: int) -> RunRecord | None:
        return self._looks.get(runner_id, {}).get(run_id)

    def change_run_record(
        self, runner_id: int, run_id: int, change: Callable[[RunRecord | None], RunRecord | None]
    ) -> RunRecord | None:
        with self._lock:
            if runner_id not in self._runners:
                return None
            run_record = change(self._looks[runner_id].get(run_id))
            if run_record is None:
                self._looks[runner_id].pop(run_id, None)
            else:
                self._looks[runner_id][run_id] = run_record
            return run_record

    def snapshot(self, runner_id: int) -> Snapshot | None:
        return self._snapshots.get(runner_id)

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        with self._lock:
            if snapshot.runner_id in self._runners:
                self._snapshots[snapshot.runner_id] = snapshot

    def drop_snapshot(self, runner_id: int) -> None:
        self._snapshots.pop(runner_id, None)

    def key_value(self, key: str) -> Mapping[str, Any]:
        with self._lock:
            return copy.deepcopy(self._marks.get(key, {}))

    def change_key_value(self, key: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Mapping[str, Any]:
        with self._lock:
            self._marks[key] = json_copy(change(copy.deepcopy(self._marks.get(key, {}))))
            return copy.deepcopy(self._marks[key])

    def use_once(self, token: str, *, until: datetime, now: datetime) -> bool:
        with self._lock:
            self._used = {used: its_until for used, its_until in self._used.items() if its_until > now}
            if token in self._used:
                return False
            oldest = sorted(self._used, key=lambda used: self._used[used])
            for used in oldest[: max(0, len(oldest) + 1 - self._bounds.used)]:
                del self._used[used]
            self._used[token] = until
            return True

    @contextmanager
    def lock(self, runner_id: int, *, purpose: str) -> Iterator[None]:
        with self._lock:
            lock = self._holds[runner_id, purpose]
        with lock:
            yield

    def visit_due(self, now: datetime, visit: Callable[[Runner], datetime], *, anew: bool = False) -> None:
        def visit_one(runner_id: int) -> None:
            runner = self.runner(runner_id)
            if runner is not None:
                visit(runner)

        each_runner(self, visit_one)

    def drop_set_aside(self, *, before: datetime) -> None:
        return None

    def is_there(self, *, tries_writing: bool = False) -> None:
        return None


class MemoryInbox:
    """Inbox in a dictionary, one lock around each operation."""

    def __init__(self) -> None:
        self._kept: dict[str, Delivery] = {}
        self._counts: Counter[str] = Counter()
        self._lock = threading.RLock()

    def keep(self, delivery: Delivery) -> Delivery:
        with self._lock:
            there = self._kept.get(delivery.id)
            if there is None and delivery.state is State.WAITING and (waits := self._waiting_for(delivery)):
                there = self._kept[waits.id] = joined(waits, delivery)
            if there is not None:
                self._counts["joined"] += 1
                return there
            self._kept[delivery.id] = delivery
            self._counts["kept"] += 1
            return delivery

    def take(self, now: datetime) -> Delivery | None:
        with self._lock:
            due = [one for one in self._kept.values() if self._may_be_taken(one, now)]
            return self._taken(min(due, key=urgency), now) if due else None

    def take_this(self, delivery_id: str, now: datetime) -> Delivery | None:
        with self._lock:
            delivery = self._kept.get(delivery_id)
            return self._taken(delivery, now) if delivery is not None and self._may_be_taken(delivery, now) else None

    def done(self, delivery_id: str) -> None:
        with self._lock:
            if self._kept.pop(delivery_id, None) is not None:
                self._counts["done"] += 1

    def again(self, delivery_id: str, *, due_at: datetime, reason: str, tried: bool = True) -> None:
        with self._lock:
            delivery = self._kept.get(delivery_id)
            if delivery is not None:
                self._let_wait(waits_again(delivery, due_at=due_at, reason=reason, tried=tried))

    def park(self, delivery_id: str, *, reason: str) -> None:
        with self._lock:
            delivery = self._kept.get(delivery_id)
            if delivery is not None:
                self._kept[delivery_id] = replace(delivery, state=State.PARKED, reason=reason, taken_at=None)
                self._counts["parked"] += 1

    def retry(self, delivery_id: str, now: datetime) -> bool:
        with self._lock:
            delivery = self._kept.get(delivery_id)
            if delivery is None or delivery.state is State.TAKEN:
                return False
            self._let_wait(waits_at_once(delivery, now))
            self._counts["retried"] += 1
            return True

    def drop(self, delivery_id: str) -> bool:
        with self._lock:
            is_known = self._kept.pop(delivery_id, None) is not None
            self._counts["dropped"] += is_known
            return is_known

    def everything(self) -> list[Delivery]:
        with self._lock:
            return sorted(self._kept.values(), key=by_due_time)

    def of_runner(self, runner_id: int) -> list[Delivery]:
        return [delivery for delivery in self.everything() if delivery.runner_id == runner_id]

    def forget(self, runner_id: int) -> None:
        with self._lock:
            for delivery in self.of_runner(runner_id):
                self.drop(delivery.id)

    def release_taken(self, *, before: datetime | None = None) -> int:
        with self._lock:
            freed = [
                one
                for one in self._kept.values()
                if one.state is State.TAKEN and (before is None or one.taken_at is None or one.taken_at < before)
            ]
            for delivery in freed:
                self._let_wait(replace(delivery, state=State.WAITING, taken_at=None))
            return len(freed)

    def next_due(self) -> datetime | None:
        with self._lock:
            return min((one.due_at for one in self._kept.values() if one.state is State.WAITING), default=None)

    def waiting_since(self) -> datetime | None:
        with self._lock:
            waiting = [one for one in self._kept.values() if one.state is State.WAITING and one.why in LIVE]
        return min((one.received_at for one in waiting), default=None)

    def counts(self) -> Mapping[str, int]:
        with self._lock:
            now = Counter(one.state for one in self._kept.values())
            counted = {name: self._counts[name] for name in COUNTED}
        return counted | {f"now_{state}": now[state] for state in State}

    def _waiting_for(self, delivery: Delivery) -> Delivery | None:
        waiting = (one for one in self._kept.values() if one.state is State.WAITING and one.id != delivery.id)
        return next((one for one in waiting if same_work(one, delivery)), None)

    def _may_be_taken(self, delivery: Delivery, now: datetime) -> bool:
        if delivery.state is not State.WAITING or delivery.due_at > now:
            return False
        return not any(one.state is State.TAKEN and one.runner_id == delivery.runner_id for one in self._kept.values())

    def _taken(self, delivery: Delivery, now: datetime) -> Delivery:
        self._kept[delivery.id] = replace(delivery, state=State.TAKEN, taken_at=now)
        return self._kept[delivery.id]

    def _let_wait(self, delivery: Delivery) -> None:
        """Put it back to waiting; another waiting delivery for the same work replaces it."""
        stays = self._waiting_for(delivery)
        if stays is None:
            self._kept[delivery.id] = delivery
            return
        del self._kept[delivery.id]
        self._kept[stays.id] = merged(stays, delivery)
        self._counts["done"] += 1
