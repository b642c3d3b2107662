"""The inbox in one small file: waiting, taken and parked deliveries and the counts. Done ones are removed at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document

from plugin.ports import Delivery, State
from plugin.stores import record_json
from plugin.stores.inbox_order import COUNTED, LIVE, by_due_time, joined, merged, waits_again, waits_at_once
from plugin.stores.tiny import storage
from plugin.stores.tiny.file_cache import Cache
from plugin.stores.tiny.locks import make_folder

Row = Mapping[Any, Any]


class TinyInbox:
    """Inbox in `folder`. A delivery is safely on disk when `keep` returns."""

    def __init__(self, folder: Path, keyring: record_json.Seals) -> None:
        # Nothing in the inbox is secret; the keyring is taken so that all stores are made alike.
        self._path = folder / "inbox.json"
        self._lock = folder / "inbox.lock"
        self._cache = Cache()

    def keep(self, delivery: Delivery) -> Delivery:
        with self._changing() as desk:
            known = desk.find(delivery.id)
            if known is None and delivery.state is State.WAITING:
                known = desk.waiting_for(delivery)
            if known is not None:
                there = record_json.read_delivery(known)
                both = there if there.id == delivery.id else joined(there, delivery)
                if both != there:
                    desk.put(both)
                desk.count("joined")
                return both
            desk.rows.insert(record_json.delivery_doc(delivery))
            desk.count("kept")
            return delivery

    def take(self, now: datetime) -> Delivery | None:
        with self._changing() as desk:
            due = desk.due(now)
            return desk.take(min(due, key=_urgency), now) if due else None

    def take_this(self, delivery_id: str, now: datetime) -> Delivery | None:
        with self._changing() as desk:
            row = next((row for row in desk.due(now) if row["id"] == delivery_id), None)
            return None if row is None else desk.take(row, now)

    def done(self, delivery_id: str) -> None:
        with self._changing() as desk:
            desk.remove(lambda row: row["id"] == delivery_id, counted="done")

    def again(self, delivery_id: str, *, due_at: datetime, reason: str, tried: bool = True) -> None:
        with self._changing() as desk:
            row = desk.find(delivery_id)
            if row is not None:
                delivery = record_json.read_delivery(row)
                desk.let_wait(waits_again(delivery, due_at=due_at, reason=reason, tried=tried))

    def park(self, delivery_id: str, *, reason: str) -> None:
        with self._changing() as desk:
            row = desk.find(delivery_id)
            if row is not None:
                desk.put(replace(record_json.read_delivery(row), state=State.PARKED, reason=reason, taken_at=None))
                desk.count("parked")

    def retry(self, delivery_id: str, now: datetime) -> bool:
        with self._changing() as desk:
            row = desk.find(delivery_id)
            if row is None or row["state"] == State.TAKEN:
                return False
            desk.let_wait(waits_at_once(record_json.read_delivery(row), now))
            desk.count("retried")
            return True

    def drop(self, delivery_id: str) -> bool:
        with self._changing() as desk:
            return desk.remove(lambda row: row["id"] == delivery_id, counted="dropped")

    def everything(self) -> list[Delivery]:
        with storage.reading(self._path, self._cache, lock=self._lock) as db:
            return sorted(map(record_json.read_delivery, db.table("deliveries")), key=by_due_time)

    def of_runner(self, runner_id: int) -> list[Delivery]:
        with storage.reading(self._path, self._cache, lock=self._lock) as db:
            rows = db.table("deliveries").search(lambda row: row["runner_id"] == runner_id)
        return sorted(map(record_json.read_delivery, rows), key=by_due_time)

    def forget(self, runner_id: int) -> None:
        with self._changing() as desk:
            desk.remove(lambda row: row["runner_id"] == runner_id, counted="dropped")
        for copy in storage.damaged(self._path):
            copy.unlink(missing_ok=True)  # it may hold deliveries of that runner

    def release_taken(self, *, before: datetime | None = None) -> int:
        with self._changing() as desk:
            taken = [record_json.read_delivery(row) for row in desk.rows if row["state"] == State.TAKEN]
            freed = [one for one in taken if before is None or one.taken_at is None or one.taken_at < before]
            for delivery in freed:
                desk.let_wait(replace(delivery, state=State.WAITING, taken_at=None))
            return len(freed)

    def next_due(self) -> datetime | None:
        with storage.reading(self._path, self._cache, lock=self._lock) as db:
            return min((_time(row["due_at"]) for row in _waiting(db)), default=None)

    def waiting_since(self) -> datetime | None:
        with storage.reading(self._path, self._cache, lock=self._lock) as db:
            return min((_time(row["received_at"]) for row in _waiting(db) if row["why"] in LIVE), default=None)

    def counts(self) -> Mapping[str, int]:
        with storage.reading(self._path, self._cache, lock=self._lock) as db:
            now = Counter(row["state"] for row in db.table("deliveries"))
            counted: Row = db.table("counts").get(doc_id=1) or {}
        return {name: counted.get(name, 0) for name in COUNTED} | {f"now_{state}": now[state] for state in State}

    def put_counts(self, counts: Mapping[str, int]) -> None:
        """Replace what was counted since the store began: for `footnote move`."""
        with self._changing() as desk:
            desk.put_counts({name: counts.get(name, 0) for name in COUNTED})

    @contextmanager
    def _changing(self) -> Iterator[_Desk]:
        make_folder(self._path.parent)
        with storage.changing(self._path, self._cache, lock=self._lock) as db:
            yield _Desk(db)


class _Desk:
    """The file's tables during one operation."""

    def __init__(self, db: TinyDB) -> None:
        self._db = db
        self.rows = db.table("deliveries")

    def find(self, delivery_id: str) -> Document | None:
        found: Document | None = self.rows.get(lambda row: row["id"] == delivery_id)
        return found

    def waiting_for(self, delivery: Delivery) -> Document | None:
        """Another delivery that waits for the same work."""
        same: Document | None = self.rows.get(
            lambda row: (
                row["run_id"] == delivery.run_id
                and row["runner_id"] == delivery.runner_id
                and row["why"] == delivery.why
                and row["state"] == State.WAITING
                and row["id"] != delivery.id
            )
        )
        return same

    def due(self, now: datetime) -> list[Document]:
        """Waiting deliveries that are due and whose runner has none taken."""
        busy = {row["runner_id"] for row in self.rows if row["state"] == State.TAKEN}
        return [row for row in _waiting(self._db) if row["runner_id"] not in busy and _time(row["due_at"]) <= now]

    def take(self, row: Row, now: datetime) -> Delivery:
        taken = replace(record_json.read_delivery(row), state=State.TAKEN, taken_at=now)
        self.put(taken)
        return taken

    def put(self, delivery: Delivery) -> None:
        self.rows.upsert(record_json.delivery_doc(delivery), lambda row: row["id"] == delivery.id)

    def let_wait(self, delivery: Delivery) -> None:
        """Put it back to waiting; another waiting delivery for the same work replaces it."""
        stays = self.waiting_for(delivery)
        if stays is None:
            self.put(delivery)
            return
        self.remove(lambda row: row["id"] == delivery.id, counted="done")
        self.put(merged(record_json.read_delivery(stays), delivery))

    def remove(self, which: QueryLike, *, counted: str) -> bool:
        """Remove it and count the reason."""
        gone = [row.doc_id for row in self.rows.search(which)]
        if gone:
            self.rows.remove(doc_ids=gone)
            self.count(counted, len(gone))
        return bool(gone)

    def put_counts(self, counts: Mapping[str, int]) -> None:
        self._db.table("counts").upsert(Document(dict(counts), doc_id=1))

    def count(self, what: str, many: int = 1) -> None:
        counts = self._db.table("counts")
        so_far: Row = counts.get(doc_id=1) or {}
        counts.upsert(Document({what: so_far.get(what, 0) + many}, doc_id=1))


def _waiting(db: TinyDB) -> list[Document]:
    return db.table("deliveries").search(lambda row: row["state"] == State.WAITING)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _urgency(row: Row) -> tuple[bool, datetime, datetime, str]:
    """Like `inbox_order.urgency`, without building a Delivery for each row."""
    return (row["why"] not in LIVE, _time(row["due_at"]), _time(row["received_at"]), row["id"])
