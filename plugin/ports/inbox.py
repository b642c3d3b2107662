"""The inbox: deliveries and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from plugin.ports.open_enum import OpenEnum


class State(StrEnum):
    """Where a delivery stands. Done ones are not kept, only counted."""

    WAITING = "waiting"
    TAKEN = "taken"
    PARKED = "parked"


class JobKind(OpenEnum):
    """What brought a delivery, in order of urgency: live events go before sweeps and previews. Deliveries of a newer
    version's kind wait and do not stop the others."""

    EVENT = "event"
    DELETED = "deleted"
    DEAUTHORISED = "deauthorised"
    SAID = "said"
    """The runner said something of a run ("it was a race"): it is judged again, whatever else is unchanged."""
    TEST_NOTE = "test_note"
    """The runner asked for a test note by a channel that only the background work can use. Run id 0."""
    REREAD = "reread"
    SWEEP = "sweep"
    """With a run id: a run that no event brought. With run id 0: the evening sweep of all runs."""
    DIGEST = "digest"
    PREVIEW = "preview"
    LEAVING = "leaving"
    """Our notes are taken out of the activities of a runner who leaves, some at a time; then everything goes."""

    @property
    def is_known(self) -> bool:
        """Whether this version can do it."""
        return self.name in JobKind.__members__


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One piece of work about one run (or, with run_id 0, about the runner)."""

    id: str
    runner_id: int
    run_id: int
    why: JobKind
    received_at: datetime
    due_at: datetime
    state: State = State.WAITING
    tries: int = 0
    reason: str = ""
    event_time: datetime | None = None
    taken_at: datetime | None = None
    is_new: bool = False
    """Strava said that the activity has just been made: it is none of those that stood there at connecting."""


def new_delivery(runner_id: int, run_id: int, why: JobKind, now: datetime, due: datetime) -> Delivery:
    """A delivery of our own making."""
    return Delivery(id=uuid4().hex, runner_id=runner_id, run_id=run_id, why=why, received_at=now, due_at=due)


class Inbox(Protocol):
    """Deliveries waiting, taken, parked. What is kept here is handled, whoever dies when."""

    def keep(self, delivery: Delivery) -> Delivery:
        """Safely stored when this returns. A delivery waiting for the same runner, run and `why` is joined (its id
        stands, the earlier due time counts, what is new is new); raises StoreBroken if it could not be kept."""

    def take(self, now: datetime) -> Delivery | None:
        """The most urgent delivery due, now TAKEN; never one of a runner who already has one taken. Order: events,
        deletions and deauthorisations before re-reads, sweeps, previews; then by due time."""

    def take_this(self, delivery_id: str, now: datetime) -> Delivery | None:
        """Like `take`, for one that is known by id; None if it is gone, not due, parked, or its runner is busy."""

    def done(self, delivery_id: str) -> None:
        """Handled: gone, and counted."""

    def again(self, delivery_id: str, *, due_at: datetime, reason: str, tried: bool = True) -> None:
        """Back to waiting until `due_at`; `tried` counts it as a try."""

    def park(self, delivery_id: str, *, reason: str) -> None:
        """Set aside for the operator, with its reason."""

    def retry(self, delivery_id: str, now: datetime) -> bool:
        """A parked (or waiting) delivery becomes due at once, its tries forgotten. False if unknown."""

    def drop(self, delivery_id: str) -> bool:
        """Gone by the operator's will, and counted so. False if unknown."""

    def everything(self) -> list[Delivery]:
        """All that are kept, by due time."""

    def of_runner(self, runner_id: int) -> list[Delivery]:
        """Those of one runner."""

    def forget(self, runner_id: int) -> None:
        """Everything about a runner gone, counted as dropped."""

    def release_taken(self, *, before: datetime | None = None) -> int:
        """Deliveries taken by a process that died become waiting again (all, or those taken before a time)."""

    def next_due(self) -> datetime | None:
        """When the next waiting delivery is due."""

    def waiting_since(self) -> datetime | None:
        """When the oldest of what just happened (events, deletions, what a runner said) that waits came in."""

    def counts(self) -> Mapping[str, int]:
        """kept, joined, done, parked, dropped, retried since the store began; waiting, taken, parked now as
        `now_waiting`, `now_taken`, `now_parked`."""


class Intake(Protocol):
    """Where Strava's post comes in. Whoever knows the address may post; what is kept is of runners we know."""

    def accept(self, delivery: Delivery, *, subscription_id: int | None) -> Delivery | None:
        """Kept in the inbox, safely stored when this returns, if it is of a connected runner and of the push
        subscription that they know of (of any, while they know of none): the delivery, or the one that it joined. None
        if not, or if the runner leaves in this very moment. Raises StoreBroken if it could not be kept."""
