"""Store in small files: one for each runner with their run records, one for the cached list, one for key-values.

    DATA_DIR/runners/<id>.json        the runner and run records      + .bak
    DATA_DIR/runners/<id>.key         the key that seals the runner's names
    DATA_DIR/runners/<id>.list.json   Strava's last list              + .bak
    DATA_DIR/house.json               key-values, used tokens         + .bak
    DATA_DIR/holds/<id>.<purpose>.lock  while a process holds a runner

The cost of an event depends on its runner's file alone, not on the number of runners. A `change` runs while the store
is locked: it must not call the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.table import Document

from plugin.errors import StoreBroken, Unreadable
from plugin.ports import Runner, RunRecord, Snapshot
from plugin.stores import record_json
from plugin.stores.bounds import BOUNDS, Bounds, bounded
from plugin.stores.each_runner import each_runner
from plugin.stores.runner_keys import RunnerSeals, key_to_keep
from plugin.stores.tiny import key_file, storage
from plugin.stores.tiny.file_cache import Cache
from plugin.stores.tiny.locks import alone, make_folder, sweep


class TinyStore:
    """Store in `folder`, sealed by the keyring. The folder is made when something is first kept."""

    def __init__(self, folder: Path, keyring: record_json.Seals, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self._folder = folder
        self._keyring = keyring
        self._cache = Cache()
        self._lock = folder / "books.lock"
        self._key_values = folder / "house.json"

    def runner(self, runner_id: int) -> Runner | None:
        with self._reading(self._file(runner_id), of=runner_id) as db:
            doc = db.table("runner").get(doc_id=runner_id)
        # The key after the document: a first key is kept before the document that needs it.
        return None if doc is None else self._read_runner(runner_id, doc)

    def runner_ids(self) -> list[int]:
        # A file that is gone while its copy is there was lost, not forgotten.
        names = [path.name.removesuffix(".bak") for path in (self._folder / "runners").glob("*.json*")]
        return sorted({int(name[:-5]) for name in names if name.endswith(".json") and name[:-5].isdigit()})

    def runner_counts(self) -> Mapping[str, int]:
        counts = {"connected": 0, "must_reconnect": 0}
        for runner_id in self.runner_ids():
            with suppress(StoreBroken), self._reading(self._file(runner_id)) as db:
                doc = db.table("runner").get(doc_id=runner_id)
                if doc is not None:
                    counts["must_reconnect" if doc.get("must_reconnect") else "connected"] += 1
        return counts

    def enrol(self, runner: Runner, *, limit: int) -> bool:
        with self._changing(self._file(runner.id), of=runner.id) as db:
            ids = self.runner_ids()
            if runner.id not in ids:
                if len(ids) >= limit:
                    return False
                key_file.destroy(self._key_file(runner.id))  # left by a process that was killed
            doc = db.table("runner").get(doc_id=runner.id)
            if doc is not None:
                self._read_runner(runner.id, doc)  # what cannot be read is not written over
            self._put_runner(db, runner.id, bounded(runner, self._bounds))
            return True

    def change_runner(self, runner_id: int, change: Callable[[Runner], Runner]) -> Runner | None:
        with self._changing(self._file(runner_id), of=runner_id) as db:
            doc = db.table("runner").get(doc_id=runner_id)
            if doc is None:
                return None
            runner = bounded(change(self._read_runner(runner_id, doc)), self._bounds)
            self._put_runner(db, runner_id, runner)
            return runner

    def forget(self, runner_id: int) -> bool:
        with alone(self._lock):
            was_known = runner_id in self.runner_ids()
            storage.remove(self._list_file(runner_id), self._cache)
            storage.remove(self._file(runner_id), self._cache)
            key_file.destroy_orphans(self._folder / "runners")
        sweep((self._folder / "holds").glob(f"{runner_id}.*.lock"))
        return was_known

    def run_records(self, runner_id: int) -> list[RunRecord]:
        with self._reading(self._file(runner_id), of=runner_id) as db:
            docs = list(db.table("looks"))
        run_records = [self._read_look(runner_id, doc) for doc in docs]
        return sorted(run_records, key=lambda run_record: (run_record.day, run_record.run_id))

    def run_record(self, runner_id: int, run_id: int) -> RunRecord | None:
        with self._reading(self._file(runner_id), of=runner_id) as db:
            doc = db.table("looks").get(doc_id=run_id)
        return None if doc is None else self._read_look(runner_id, doc)

    def change_run_record(
        self, runner_id: int, run_id: int, change: Callable[[RunRecord | None], RunRecord | None]
    ) -> RunRecord | None:
        with self._changing(self._file(runner_id), of=runner_id) as db:
            if not db.table("runner").contains(doc_id=runner_id):
                return None
            run_records = db.table("looks")
            doc = run_records.get(doc_id=run_id)
            run_record = change(None if doc is None else self._read_look(runner_id, doc))
            if run_record is not None:
                run_records.upsert(Document(record_json.look_doc(run_record, self._keyring), doc_id=run_id))
            elif doc is not None:
                run_records.remove(doc_ids=[run_id])
            return run_record

    def snapshot(self, runner_id: int) -> Snapshot | None:
        with self._reading(self._list_file(runner_id), of=runner_id) as db:
            doc = db.table("list").get(doc_id=runner_id)
        with record_json.reading_of(runner_id):
            return None if doc is None else record_json.read_snapshot(doc)

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        with self._changing(self._list_file(snapshot.runner_id), of=snapshot.runner_id) as db:
            if self._file(snapshot.runner_id).exists():
                db.table("list").upsert(Document(record_json.snapshot_doc(snapshot), doc_id=snapshot.runner_id))

    def drop_snapshot(self, runner_id: int) -> None:
        with alone(self._lock):
            storage.remove(self._list_file(runner_id), self._cache)

    def key_value(self, key: str) -> Mapping[str, Any]:
        with self._reading(self._key_values) as db:
            doc = db.table("marks").get(lambda row: row["key"] == key)
        return {} if doc is None else record_json.json_copy(doc["value"])

    def change_key_value(self, key: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Mapping[str, Any]:
        with self._changing(self._key_values) as db:
            marks = db.table("marks")
            doc = marks.get(lambda row: row["key"] == key)
            value = record_json.json_copy(change({} if doc is None else record_json.json_copy(doc["value"])))
            marks.upsert({"key": key, "value": record_json.json_copy(value)}, lambda row: row["key"] == key)
            return value

    def use_once(self, token: str, *, until: datetime, now: datetime) -> bool:
        digest = hashlib.sha256(token.encode()).hexdigest()
        with self._changing(self._key_values) as db:
            used = db.table("used_once")
            rows = sorted((datetime.fromisoformat(row["until"]), row.doc_id, row["digest"]) for row in used)
            if any(its_until > now and known == digest for its_until, _, known in rows):
                return False
            too_many = len(rows) + 1 - self._bounds.used
            old = [row_id for place, (its_until, row_id, _) in enumerate(rows) if its_until <= now or place < too_many]
            if old:
                used.remove(doc_ids=old)
            used.insert({"digest": digest, "until": until.isoformat()})
            return True

    def marks(self) -> dict[str, Mapping[str, Any]]:
        """All key-values, by key: for `footnote move`."""
        with self._reading(self._key_values) as db:
            return {row["key"]: record_json.json_copy(row["value"]) for row in db.table("marks")}

    def used(self) -> dict[str, datetime]:
        """Digests of tokens that were used, and until when they are remembered: for `footnote move`."""
        with self._reading(self._key_values) as db:
            return {row["digest"]: datetime.fromisoformat(row["until"]) for row in db.table("used_once")}

    def put_house(self, marks: Mapping[str, Mapping[str, Any]], used: Mapping[str, datetime]) -> None:
        """Replace all key-values and used tokens: for `footnote move`."""
        with self._changing(self._key_values) as db:
            db.drop_tables()
            db.table("marks").insert_multiple({"key": key, "value": dict(value)} for key, value in marks.items())
            db.table("used_once").insert_multiple(
                {"digest": digest, "until": until.isoformat()} for digest, until in used.items()
            )

    def lock(self, runner_id: int, *, purpose: str) -> AbstractContextManager[None]:
        return alone(self._folder / "holds" / f"{runner_id}.{purpose}.lock", leaves_file=False)

    def visit_due(self, now: datetime, visit: Callable[[Runner], datetime], *, anew: bool = False) -> None:
        # Files are for about ten runners: all are visited each time, and no due time is stored.
        def visit_one(runner_id: int) -> None:
            runner = self.runner(runner_id)
            if runner is not None:
                visit(runner)

        each_runner(self, visit_one)

    def drop_set_aside(self, *, before: datetime) -> None:
        for path in (*self._folder.glob(f"*{storage.ASIDE}*"), *self._folder.glob(f"runners/*{storage.ASIDE}*")):
            at_ns = path.name.rpartition(storage.ASIDE)[2]
            if not at_ns.isdigit() or int(at_ns) < before.timestamp() * 1e9:
                path.unlink(missing_ok=True)

    def is_there(self, *, tries_writing: bool = False) -> None:
        probe = self._folder / "probe.json"
        with alone(self._lock):
            file = storage.SafeJsonStorage(probe, self._cache)
            file.write({})
            try:
                file.commit()
            finally:
                storage.remove(probe, self._cache)
        with self._reading(self._key_values) as db:
            db.tables()

    def _file(self, runner_id: int) -> Path:
        return self._folder / "runners" / f"{runner_id}.json"

    def _list_file(self, runner_id: int) -> Path:
        return self._folder / "runners" / f"{runner_id}.list.json"

    def _key_file(self, runner_id: int) -> Path:
        return self._folder / "runners" / f"{runner_id}.key"

    def _seals_of(self, runner_id: int) -> RunnerSeals:
        return RunnerSeals(self._keyring, key_file.read(self._key_file(runner_id)))

    def _put_runner(self, db: TinyDB, runner_id: int, runner: Runner) -> None:
        path = self._key_file(runner_id)
        before = key_file.read(path)
        wrapped = key_to_keep(before, self._keyring)
        if wrapped != before:
            key_file.write(path, wrapped)
        seals = RunnerSeals(self._keyring, wrapped)
        db.table("runner").upsert(Document(record_json.runner_doc(runner, seals), doc_id=runner_id))

    def _read_runner(self, runner_id: int, doc: Mapping[str, Any]) -> Runner:
        with record_json.reading_of(runner_id):
            return record_json.read_runner(doc, self._seals_of(runner_id))

    def _read_look(self, runner_id: int, doc: Mapping[str, Any]) -> RunRecord:
        with record_json.reading_of(runner_id):
            return record_json.read_look(doc, self._keyring)

    @contextmanager
    def _reading(self, path: Path, *, of: int | None = None) -> Iterator[TinyDB]:
        """`of`: the runner whose file it is, and who alone is concerned if it is damaged."""
        with _alone_concerned(of), storage.reading(path, self._cache, lock=self._lock) as db:
            yield db

    @contextmanager
    def _changing(self, path: Path, *, of: int | None = None) -> Iterator[TinyDB]:
        make_folder(path.parent)
        with _alone_concerned(of), storage.changing(path, self._cache, lock=self._lock) as db:
            yield db


@contextmanager
def _alone_concerned(runner_id: int | None) -> Iterator[None]:
    try:
        yield
    except storage.DamagedFile as wrong:
        if runner_id is None:
            raise
        raise Unreadable(runner_id, str(wrong)) from wrong
