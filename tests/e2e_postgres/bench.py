"""How much the queue gets done: `python -m tests.e2e_postgres.bench`. Figures are ratios on one machine, no promises.

Strava is the sandbox, answering after 150 ms; every delivery is a run judged: a list, the activity, perhaps a write.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plugin.ports import Delivery, JobKind, Runner, Tokens
from plugin.settings.encryption import Keyring
from plugin.stores.postgres import Database, PostgresInbox, PostgresStore, WorkerLease, migrate
from plugin.stores.postgres.jobs import Jobs
from tests.e2e.harness import KEY, until
from tests.e2e_postgres.application import PostgresHouse
from tests.postgres import Server

RUNNERS, RUNS = 40, 4
ANSWERS_AFTER_S = 0.15


@contextmanager
def a_server() -> Iterator[Server]:
    server = Server()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def deliveries_a_second(server: Server, workers: int) -> float:
    """RUNNERS × RUNS deliveries, from the first that is done to the last."""
    url = server.url(server.new_database())
    migrate(url)
    with tempfile.TemporaryDirectory() as folder:
        application = PostgresHouse(Path(folder), url)
        try:
            application.open()
            inbox = PostgresInbox(application.database, defer=Jobs().put)
            asked = [(runner, application.strava.record(runner, 4000.0 + number, quiet=True))
                     for runner in [enrolled(application, number) for number in range(RUNNERS)]
                     for number in range(RUNS)]  # fmt: skip
            application.strava.fault("slow", seconds=ANSWERS_AFTER_S)
            application.work(workers)
            application.are_working(workers)
            time.sleep(3)  # the clockwork's own first round
            now = datetime.now(UTC)
            for number, (runner, run) in enumerate(sorted(asked, key=lambda pair: pair[1])):
                inbox.keep(Delivery(id=f"bench-{number}", runner_id=runner, run_id=run, why=JobKind.EVENT,
                                    received_at=now, due_at=now))  # fmt: skip
            began = time.monotonic()
            left = "SELECT count(*) FROM deliveries WHERE id LIKE 'bench-%%'"
            until(lambda: application.ask(left) == [(0,)], "all to be done", seconds=600, every=0.05)
            return len(asked) / (time.monotonic() - began)
        finally:
            application.close()


def enrolled(application: PostgresHouse, number: int) -> int:
    """A runner with tokens, without the pages."""
    runner = application.strava.runner(f"Runner {number}")
    given = application.strava.ask("POST", f"/athletes/{runner}/tokens")
    now = datetime.now(UTC)
    tokens = Tokens(access=given["access_token"], refresh=given["refresh_token"], expires_at=now + timedelta(hours=6))
    scopes = frozenset({"read", "activity:read", "activity:read_all", "activity:write"})
    connected = now - timedelta(days=1)
    application.store.enrol(
        Runner(id=runner, connected_at=connected, tokens=tokens, scopes=scopes, looked_on=now.date()), limit=10**6
    )
    return runner


def milliseconds(work: Callable[[int], object], times: int) -> float:
    began = time.perf_counter()
    for number in range(times):
        work(number)
    return 1000 * (time.perf_counter() - began) / times


def of_size(server: Server, runners: int) -> dict[str, float]:
    """What single steps cost with so many runners, each with a look and one delivery waiting for its late re-read."""
    url = server.url(server.new_database())
    migrate(url)
    database = Database(url)
    life = WorkerLease(database)
    store, inbox = PostgresStore(database, Keyring(KEY)), PostgresInbox(database, defer=Jobs().put, life=life)
    now = datetime.now(UTC)
    later = now + timedelta(hours=3)
    store.enrol(Runner(id=1, connected_at=now, tokens=Tokens(access="a", refresh="b", expires_at=later)), limit=10**6)
    with database.transaction() as wire:
        wire.execute(
            "INSERT INTO runners (id, doc) SELECT n, jsonb_set(doc, '{id}', to_jsonb(n)) "
            "FROM runners, generate_series(2, %s) n", (runners,))  # fmt: skip
    for runner_id in range(1, runners + 1):
        inbox.keep(Delivery(id=f"later-{runner_id}", runner_id=runner_id, run_id=1, why=JobKind.REREAD,
                            received_at=now, due_at=later))  # fmt: skip
    with database.transaction() as wire:
        wire.execute("ANALYZE")

    def event(number: int) -> Delivery:
        return Delivery(id=f"event-{number}", runner_id=1 + number % runners, run_id=10_000 + number, why=JobKind.EVENT,
                        received_at=now, due_at=now)  # fmt: skip

    def fetch(number: int) -> None:
        with database.transaction() as wire:
            row = wire.execute(
                "SELECT (procrastinate_fetch_job_v2(ARRAY['deliveries']::varchar[], NULL)).id AS id"
            ).fetchone()
            assert row is not None
            wire.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", (row["id"],))

    def take(number: int) -> None:
        assert inbox.take_this(f"event-{number}", now)
        inbox.done(f"event-{number}")

    figures = {"first round of all": milliseconds(lambda _: store.visit_due(now, lambda runner: later), 1)}
    figures["tick with nobody due"] = milliseconds(lambda _: store.visit_due(now, lambda runner: later), 20)
    store.change_runner(1, lambda was: replace(was, name="changed"))
    figures["tick with one changed"] = milliseconds(lambda _: store.visit_due(now, lambda runner: later), 1)
    figures["keep an event and its job"] = milliseconds(lambda number: inbox.keep(event(number)), 300)
    figures["fetch and end a job"] = milliseconds(fetch, 300)
    figures["take a delivery and be done"] = milliseconds(take, 300)
    figures["look for the dead"] = milliseconds(lambda _: inbox.dead(), 20)
    figures["look for missing jobs"] = milliseconds(lambda _: Jobs().put_missing(database), 5)
    life.close()
    database.close()
    return figures


def main() -> None:
    """All of it, or `sizes` or `workers` alone."""
    wanted = sys.argv[1:] or ["sizes", "workers"]
    with a_server() as server:
        if "sizes" in wanted:
            tell_sizes(server)
        if "workers" in wanted:
            tell_workers(server)


def tell_sizes(server: Server) -> None:
    sizes = {runners: of_size(server, runners) for runners in (10, 10_000)}
    print(f"{'ms each':32}" + "".join(f"{f'{runners} runners':>16}" for runners in sizes))
    for name in sizes[10]:
        print(f"{name:32}" + "".join(f"{figures[name]:16.2f}" for figures in sizes.values()), flush=True)


def tell_workers(server: Server) -> None:
    """In turns, the best of each: what else the machine does hits both."""
    rates = {1: 0.0, 2: 0.0}
    for workers in (1, 2, 1, 2):
        rates[workers] = max(rates[workers], rate := deliveries_a_second(server, workers))
        print(f"{workers} worker(s), Strava answering in {ANSWERS_AFTER_S:g} s: {rate:.1f} deliveries/s", flush=True)
    print(f"2 against 1: {rates[2] / rates[1]:.2f} times", flush=True)


if __name__ == "__main__":
    main()
