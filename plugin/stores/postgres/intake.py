"""The intake on Postgres: one statement checks the runner, keeps the delivery, counts it and puts its job."""

from __future__ import annotations

from plugin.activities.intake import keep_if_known
from plugin.ports import SUBSCRIPTION, Delivery, Inbox, Store
from plugin.stores.postgres.database import Database
from plugin.stores.postgres.inbox import NAMES, VALUES, row_of
from plugin.stores.postgres.jobs import JOB, job_of

# The runner's row is locked against deletion: a runner who leaves now waits, and then this delivery is deleted too.
# ruff: noqa: S608  -- only constants are put together here, values are bound
TAKE_IN = f"""
    WITH known AS (
        SELECT FROM runners WHERE id = %(runner_id)s AND NOT EXISTS (
            SELECT FROM marks WHERE key = '{SUBSCRIPTION}' AND doc ->> 'id' IS NOT NULL
            AND (doc ->> 'id')::bigint IS DISTINCT FROM %(subscription_id)s::bigint
        ) FOR KEY SHARE
    ), kept AS (
        INSERT INTO deliveries ({NAMES}) SELECT {VALUES} FROM known ON CONFLICT DO NOTHING RETURNING id
    ), counted AS (
        INSERT INTO counts AS so_far (name, slot, many) SELECT 'kept', pg_backend_pid() %% 64, 1 FROM kept
        ON CONFLICT (name, slot) DO UPDATE SET many = so_far.many + excluded.many
    ), job AS (SELECT {JOB} FROM kept)
    SELECT EXISTS (SELECT FROM known) AS is_known, EXISTS (SELECT FROM job) AS is_kept
"""


class PostgresIntake:
    """Intake of the store and the inbox in `database`. A new delivery takes one statement; one that joins another takes
    several."""

    def __init__(self, database: Database, store: Store, inbox: Inbox) -> None:
        self._database = database
        self._store = store
        self._inbox = inbox

    def accept(self, delivery: Delivery, *, subscription_id: int | None) -> Delivery | None:
        values = {**row_of(delivery), **job_of(delivery), "subscription_id": subscription_id}
        done = self._database.ask(TAKE_IN, values) or {}
        if not done["is_known"]:
            return None
        return delivery if done["is_kept"] else keep_if_known(self._store, self._inbox, delivery)
