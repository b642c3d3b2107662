"""Store in Postgres: a row for each runner and each run record, the documents sealed as in files.

A `change` runs while the runner's row is locked: it must not call the store for the same runner.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from plugin.errors import StoreBroken
from plugin.ports import Runner, RunRecord, Snapshot
from plugin.stores import record_json
from plugin.stores.bounds import BOUNDS, Bounds, bounded
from plugin.stores.each_runner import each_runner
from plugin.stores.postgres.database import Database
from plugin.stores.postgres.liveness import Wire
from plugin.stores.runner_keys import RunnerSeals, key_to_keep

ENROLLING = (0xF007, 2)
"""The lock for counting runners and adding one."""
AT_ONCE = "visit_at = '-infinity'"
TRIAL = "doctor"
TRIED_BYTES = 64 * 1024
# Of one server's, one database's and one role's limit: the one with the least left.
CONNECTIONS = """
    WITH open AS (SELECT datname, usename FROM pg_stat_activity WHERE backend_type = 'client backend'), limits AS (
        SELECT (SELECT count(*) FROM open) AS used, current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int AS most
        UNION ALL
        SELECT (SELECT count(*) FROM open WHERE datname = current_database()), datconnlimit
        FROM pg_database WHERE datname = current_database() AND datconnlimit >= 0
        UNION ALL
        SELECT (SELECT count(*) FROM open WHERE usename = current_user), rolconnlimit
        FROM pg_roles WHERE rolname = current_user AND rolconnlimit >= 0
    ) SELECT used, most FROM limits ORDER BY most - used LIMIT 1
"""
# ruff: noqa: S608  -- only constants are put together here, values are bound


class PostgresStore:
    """Store in `database`, sealed by the keyring."""

    def __init__(self, database: Database, keyring: record_json.Seals, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self._database = database
        self._keyring = keyring

    def runner(self, runner_id: int) -> Runner | None:
        both = "SELECT doc, key FROM runners LEFT JOIN runner_keys ON runner_id = id WHERE id = %s"
        row = self._database.ask(both, (runner_id,))
        return None if row is None else self._read_runner(runner_id, row["doc"], row["key"])

    def runner_ids(self) -> list[int]:
        with self._database.transaction() as wire:
            return [row["id"] for row in wire.execute("SELECT id FROM runners ORDER BY id")]

    def runner_counts(self) -> Mapping[str, int]:
        row = self._database.ask(
            "SELECT count(*) AS of_all, count(*) FILTER (WHERE doc -> 'must_reconnect' = 'true') AS lost FROM runners"
        )
        assert row is not None  # an aggregate has one row
        return {"connected": row["of_all"] - row["lost"], "must_reconnect": row["lost"]}

    def enrol(self, runner: Runner, *, limit: int) -> bool:
        runner = bounded(runner, self._bounds)
        with self._database.transaction() as wire:
            there = self._locked(wire, runner.id)
            if there is None:
                wire.execute("SELECT pg_advisory_xact_lock(%s, %s)", ENROLLING)
                there = self._locked(wire, runner.id)  # another process may have been quicker
            key = self._key(wire, runner.id)
            if there is not None:
                self._read_runner(runner.id, there, key)  # what cannot be read is not written over
            else:
                others = wire.execute("SELECT count(*) AS many FROM runners").fetchone()
                if others is None or others["many"] >= limit:
                    return False
                # The key's row refers to the runner's.
                wire.execute("INSERT INTO runners (id, doc) VALUES (%s, '{}')", (runner.id,))
            doc = Jsonb(record_json.runner_doc(runner, self._own_seals(wire, runner.id, key)))
            wire.execute(f"UPDATE runners SET doc = %s, {AT_ONCE} WHERE id = %s", (doc, runner.id))
            return True

    def change_runner(self, runner_id: int, change: Callable[[Runner], Runner]) -> Runner | None:
        with self._database.transaction() as wire:
            doc = self._locked(wire, runner_id)
            if doc is None:
                return None
            key = self._key(wire, runner_id)
            before = self._read_runner(runner_id, doc, key)
            runner = bounded(change(before), self._bounds)
            new = Jsonb(record_json.runner_doc(runner, self._own_seals(wire, runner_id, key)))
            and_visit = "" if runner == before else f", {AT_ONCE}"
            wire.execute(f"UPDATE runners SET doc = %s{and_visit} WHERE id = %s", (new, runner_id))
            return runner

    def visit_due(self, now: datetime, visit: Callable[[Runner], datetime], *, anew: bool = False) -> None:
        def visit_one(runner_id: int) -> None:
            with self._database.transaction() as wire:
                # Locked: a change that comes now is seen at the next visit.
                doc = self._locked(wire, runner_id)
                if doc is not None:
                    at = visit(self._read_runner(runner_id, doc, self._key(wire, runner_id)))
                    wire.execute("UPDATE runners SET visit_at = %s WHERE id = %s", (at, runner_id))

        def due_ids() -> Iterator[int]:
            last_id = 0
            while rows := self._to_visit(now, after=last_id, anew=anew):
                yield from rows
                last_id = rows[-1]

        each_runner(self, visit_one, runner_ids=due_ids())

    def _to_visit(self, now: datetime, *, after: int, anew: bool) -> list[int]:
        # Two statements, so that the usual one uses its index alone.
        due = "SELECT id FROM runners WHERE id > %s AND visit_at <= %s ORDER BY id LIMIT 500"
        everybody = "SELECT id FROM runners WHERE id > %s ORDER BY id LIMIT 500"
        with self._database.transaction() as wire:
            rows = wire.execute(everybody, (after,)) if anew else wire.execute(due, (after, now))
            return [row["id"] for row in rows]

    def forget(self, runner_id: int) -> bool:
        with self._database.transaction() as wire:
            return wire.execute("DELETE FROM runners WHERE id = %s", (runner_id,)).rowcount > 0

    def run_records(self, runner_id: int) -> list[RunRecord]:
        with self._database.transaction() as wire:
            rows = wire.execute("SELECT doc FROM looks WHERE runner_id = %s ORDER BY day, run_id", (runner_id,))
            docs = [row["doc"] for row in rows]
        return [self._read_look(runner_id, doc) for doc in docs]

    def run_record(self, runner_id: int, run_id: int) -> RunRecord | None:
        doc = self._doc("SELECT doc FROM looks WHERE runner_id = %s AND run_id = %s", runner_id, run_id)
        return None if doc is None else self._read_look(runner_id, doc)

    def change_run_record(
        self, runner_id: int, run_id: int, change: Callable[[RunRecord | None], RunRecord | None]
    ) -> RunRecord | None:
        key = (runner_id, run_id)
        with self._database.transaction() as wire:
            # The runner's row is the lock: the run record may have no row yet.
            if self._locked(wire, runner_id) is None:
                return None
            row = wire.execute("SELECT doc FROM looks WHERE runner_id = %s AND run_id = %s", key).fetchone()
            run_record = change(None if row is None else self._read_look(runner_id, row["doc"]))
            if run_record is None:
                wire.execute("DELETE FROM looks WHERE runner_id = %s AND run_id = %s", key)
            else:
                wire.execute(
                    "INSERT INTO looks (runner_id, run_id, day, doc) VALUES (%s, %s, %s, %s) "
                    "ON CONFLICT (runner_id, run_id) DO UPDATE SET day = excluded.day, doc = excluded.doc",
                    (*key, run_record.day, Jsonb(record_json.look_doc(run_record, self._keyring))),
                )
            return run_record

    def snapshot(self, runner_id: int) -> Snapshot | None:
        doc = self._doc("SELECT doc FROM snapshots WHERE runner_id = %s", runner_id)
        with record_json.reading_of(runner_id):
            return None if doc is None else record_json.read_snapshot(doc)

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        with self._database.transaction() as wire:
            if self._locked(wire, snapshot.runner_id) is not None:
                wire.execute(
                    "INSERT INTO snapshots (runner_id, doc) VALUES (%s, %s) "
                    "ON CONFLICT (runner_id) DO UPDATE SET doc = excluded.doc",
                    (snapshot.runner_id, Jsonb(record_json.snapshot_doc(snapshot))),
                )

    def drop_snapshot(self, runner_id: int) -> None:
        with self._database.transaction() as wire:
            wire.execute("DELETE FROM snapshots WHERE runner_id = %s", (runner_id,))

    def key_value(self, key: str) -> Mapping[str, Any]:
        return self._doc("SELECT doc FROM marks WHERE key = %s", key) or {}

    def change_key_value(self, key: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Mapping[str, Any]:
        with self._database.transaction() as wire:
            wire.execute("INSERT INTO marks (key, doc) VALUES (%s, '{}') ON CONFLICT (key) DO NOTHING", (key,))
            row = wire.execute("SELECT doc FROM marks WHERE key = %s FOR UPDATE", (key,)).fetchone()
            value = record_json.json_copy(change(row["doc"] if row else {}))
            wire.execute("UPDATE marks SET doc = %s WHERE key = %s", (Jsonb(value), key))
            return value

    def use_once(self, token: str, *, until: datetime, now: datetime) -> bool:
        digest = hashlib.sha256(token.encode()).hexdigest()
        with self._database.transaction() as wire:
            old = "SELECT digest FROM used_once WHERE until <= %s FOR UPDATE SKIP LOCKED"
            wire.execute(f"DELETE FROM used_once WHERE digest IN ({old})", (now,))
            new = "INSERT INTO used_once (digest, until) VALUES (%s, %s) ON CONFLICT (digest) DO NOTHING"
            if not wire.execute(new, (digest, until)).rowcount:
                return False
            oldest = "SELECT digest FROM used_once WHERE digest <> %s ORDER BY until DESC, digest OFFSET %s"
            too_many = (digest, max(0, self._bounds.used - 1))
            wire.execute(f"DELETE FROM used_once WHERE digest IN ({oldest} FOR UPDATE SKIP LOCKED)", too_many)
            return True

    def marks(self) -> dict[str, Mapping[str, Any]]:
        """All key-values, by key: for `footnote move`."""
        with self._database.transaction() as wire:
            return {row["key"]: row["doc"] for row in wire.execute("SELECT key, doc FROM marks")}

    def used(self) -> dict[str, datetime]:
        """Digests of tokens that were used, and until when they are remembered: for `footnote move`."""
        with self._database.transaction() as wire:
            return {row["digest"]: row["until"] for row in wire.execute("SELECT digest, until FROM used_once")}

    def put_house(self, marks: Mapping[str, Mapping[str, Any]], used: Mapping[str, datetime]) -> None:
        """Replace all key-values and used tokens: for `footnote move`."""
        with self._database.transaction() as wire, wire.cursor() as cursor:
            cursor.execute("DELETE FROM marks")
            cursor.execute("DELETE FROM used_once")
            rows = [(key, Jsonb(dict(value))) for key, value in marks.items()]
            cursor.executemany("INSERT INTO marks (key, doc) VALUES (%s, %s)", rows)
            cursor.executemany("INSERT INTO used_once (digest, until) VALUES (%s, %s)", list(used.items()))

    def lock(self, runner_id: int, *, purpose: str) -> AbstractContextManager[None]:
        return self._database.lock(f"{purpose} {runner_id}")

    def is_there(self, *, tries_writing: bool = False) -> None:
        with self._database.transaction() as wire:
            row = wire.execute("SELECT current_setting('transaction_read_only') AS read_only").fetchone()
            if row and row["read_only"] == "on":
                raise StoreBroken("The database only lets us read: wait for its failover, or check DATABASE_URL.")
            self._locked(wire, 0)
        if tries_writing:
            # As much as new pages take, and of a kind that is not compressed: small rows still fit on a full disk.
            doc = Jsonb({"tried": secrets.token_hex(TRIED_BYTES)})
            with self._database.transaction() as wire:
                wire.execute(
                    "INSERT INTO marks (key, doc) VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET doc = excluded.doc",
                    (TRIAL, doc),
                )
            with self._database.transaction() as wire:
                wire.execute("DELETE FROM marks WHERE key = %s", (TRIAL,))

    def connections(self) -> tuple[int, int]:
        """How many connections are open, and how many there may be, of whatever limit is nearest to this role."""
        with self._database.transaction() as wire:
            row = wire.execute(CONNECTIONS).fetchone()
        return (row["used"], row["most"]) if row else (0, 0)

    def drop_set_aside(self, *, before: datetime) -> None:
        """Nothing is put aside here."""

    def _read_runner(self, runner_id: int, doc: dict[str, Any], key: str | None) -> Runner:
        with record_json.reading_of(runner_id):
            return record_json.read_runner(doc, RunnerSeals(self._keyring, key))

    def _read_look(self, runner_id: int, doc: dict[str, Any]) -> RunRecord:
        with record_json.reading_of(runner_id):
            return record_json.read_look(doc, self._keyring)

    def _doc(self, question: str, *key: int | str) -> dict[str, Any] | None:
        row = self._database.ask(question, key)
        return None if row is None else row["doc"]

    def _own_seals(self, wire: Wire, runner_id: int, before: str | None) -> RunnerSeals:
        """To write with: the runner's key is made if there is none, and wrapped anew after a rotation."""
        wrapped = key_to_keep(before, self._keyring)
        if wrapped != before:
            wire.execute(
                "INSERT INTO runner_keys (runner_id, key) VALUES (%s, %s) "
                "ON CONFLICT (runner_id) DO UPDATE SET key = excluded.key",
                (runner_id, wrapped),
            )
        return RunnerSeals(self._keyring, wrapped)

    @staticmethod
    def _key(wire: Wire, runner_id: int) -> str | None:
        """Asked after the runner's row is locked: who had it before may have made the key."""
        row = wire.execute("SELECT key FROM runner_keys WHERE runner_id = %s", (runner_id,)).fetchone()
        return None if row is None else row["key"]

    @staticmethod
    def _locked(wire: Wire, runner_id: int) -> dict[str, Any] | None:
        """The runner's document, its row locked until the transaction ends."""
        row = wire.execute("SELECT doc FROM runners WHERE id = %s FOR NO KEY UPDATE", (runner_id,)).fetchone()
        return None if row is None else row["doc"]
