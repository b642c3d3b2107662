"""The store: what is kept of runners, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any, Protocol

from plugin.ports.records import Runner, RunRecord, Snapshot

SUBSCRIPTION = "subscription"
"""A key: {"id": …} of the app's one push subscription, once it is known."""


LISTS = "lists"
"""A key: {"day", "seconds", "rows"}: the slowest list of activities of a day (`strava.list_pages`)."""
NOTE_CHECK = "note_check"
"""A key: {"found", "at", "first"}: whether Strava keeps private notes (`channels.note_check`)."""
MAIL = "mail"
"""A key: that all mail pauses, until when and why (`channels.mail.pause`)."""
LAST_EVENT = "last_event"
"""A key: {"at", "signed"}: when Strava's last event came (`web.webhook`)."""
UNREADABLE = "unreadable"
"""A key: runner id → why what is kept of that runner cannot be read (`stores.each_runner`)."""


def kept_moment(text: object) -> datetime | None:
    """A moment kept as ISO text under a key; None for none, or for what is no moment."""
    with suppress(ValueError):
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    return None


class Store(Protocol):
    """What is kept of runners. One runner's things can be wholly forgotten.

    Where what is kept of one runner cannot be read, everything about that runner but `forget` raises Unreadable, and
    nothing is written over it."""

    def runner(self, runner_id: int) -> Runner | None:
        """The runner, or None for somebody unknown."""

    def runner_ids(self) -> list[int]:
        """All runners, in order of their ids."""

    def runner_counts(self) -> Mapping[str, int]:
        """How many runners are `connected`, and how many `must_reconnect`. Runners whose data cannot be read are left
        out."""

    def enrol(self, runner: Runner, *, limit: int) -> bool:
        """Keep a new runner, or one who connects again; False if there are `limit` others already: nothing kept."""

    def change_runner(self, runner_id: int, change: Callable[[Runner], Runner]) -> Runner | None:
        """Apply `change` in one step; None if the runner is unknown. `change` may be called more than once."""

    def forget(self, runner_id: int) -> bool:
        """Delete runner, records and snapshot, copies included. False if there was nobody."""

    def run_records(self, runner_id: int) -> list[RunRecord]:
        """All records of a runner, by day, then run id."""

    def run_record(self, runner_id: int, run_id: int) -> RunRecord | None:
        """One record."""

    def change_run_record(
        self, runner_id: int, run_id: int, change: Callable[[RunRecord | None], RunRecord | None]
    ) -> RunRecord | None:
        """Apply `change` to the record (None: not there) in one step; returning None deletes it. A record of a runner
        who is unknown is not kept, and None returned."""

    def snapshot(self, runner_id: int) -> Snapshot | None:
        """The cached list."""

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the cached list; nothing is kept for an unknown runner."""

    def drop_snapshot(self, runner_id: int) -> None:
        """Forget the cached list."""

    def key_value(self, key: str) -> Mapping[str, Any]:
        """A small JSON object of the installation: the subscription, the rate limits. {} if there is none."""

    def change_key_value(self, key: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Mapping[str, Any]:
        """Apply `change` in one step."""

    def use_once(self, token: str, *, until: datetime, now: datetime) -> bool:
        """True the first time `token` is seen, False ever after (until `until`)."""

    def lock(self, runner_id: int, *, purpose: str) -> AbstractContextManager[None]:
        """Alone with this runner, across threads and processes, for this purpose ("work", "tokens"). Waits. Freed
        when the holder dies."""

    def visit_due(self, now: datetime, visit: Callable[[Runner], datetime], *, anew: bool = False) -> None:
        """Call `visit` with every runner for whom something may be due: whose time, as it answered last, has come, or
        who is new or changed since; with `anew` with everybody. Others may be visited too. `visit` answers when the
        runner is to be visited again, and must not call this store. One who cannot be read is set apart
        (`stores.each_runner`)."""

    def drop_set_aside(self, *, before: datetime) -> None:
        """Delete damaged data that was put aside before then, where a whole copy was put in its place."""

    def is_there(self, *, tries_writing: bool = False) -> None:
        """Raises StoreBroken if reading or writing does not work. Asked often, so a database is written to only where
        `tries_writing` says so."""
