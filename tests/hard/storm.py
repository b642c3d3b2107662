"""Many runs through the workflow and the real Strava client while the sandbox does all that the real Strava is said to
do: nothing lost, nothing twice, no false warning. `make storm` plays 500 runs; the suite plays a short one.

The same script of runs, edits and deletions is played twice, once without faults. What was told must be the same.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from plugin.activities.intake import keep_if_known
from plugin.notes.block import OPEN, block_in, without_block
from plugin.ports import ChannelName, JobKind, NoteStatus, Runner, Settings, Tokens, new_delivery
from plugin.sandbox import Fault, RateLimits, World, served
from plugin.sandbox.context import Sandbox
from plugin.sandbox.make_activity import activity_from
from plugin.sandbox.model import Activity
from plugin.strava.client import StravaClient
from tests.fakes.strava import ALL_SCOPES
from tests.story.stage import NOTE_CHECK, Stage

CALL_S = 0.4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 9, 7, 11, 0, tzinfo=UTC)
RUNNERS = 8
# (kind, chance for each call, seconds). What cannot be told from a person's own doing is left out, and what happens
# while connecting or subscribing has tests of its own.
Faults = tuple[tuple[str, float, float | None], ...]
FAULTS: Faults = (
    ("slow_lists", 1.0, 1.2),
    ("short_pages", 1.0, None),
    ("html_403", 0.15, None),
    ("moved", 0.1, None),
    ("put_without_field", 1.0, None),
    ("reshaped", 1.0, None),
    ("crlf", 1.0, None),
    ("echo", 1.0, None),
    ("odd", 1.0, None),
    ("server_error", 0.1, None),
    ("unavailable", 0.1, None),
    ("reset", 0.1, None),
    ("lost_answer", 0.1, None),
    ("half", 0.1, None),
    ("html", 0.1, None),
    ("slow", 0.02, 0.6),
    ("rate_limited", 0.01, None),
    ("inactive", 0.005, None),
    ("note_ignored", 0.1, None),
    ("not_applied", 0.1, None),
)
LOST, TWICE, LATE = 0.15, 0.2, 0.2
"""Of events."""


@dataclass
class Step:
    """What one runner does on one day. `own` are their words; None: nothing."""

    runner: int
    km: float
    own: str | None = None
    adds: str | None = None
    is_deleted: bool = False


def script(runs: int, dice: random.Random) -> list[list[Step]]:
    """Days of steps; the same for every play of a seed."""
    days: list[list[Step]] = []
    count = 0
    while count < runs:
        today = []
        for runner in range(RUNNERS):
            if count < runs and dice.random() < 0.6:
                km = dice.choice((5, 6, 8, 8, 10, 12, 17, 24))
                own = dice.choice((None, "Felt good.", "Two\nlines. ", "— a dash\n"))
                adds = dice.choice((None, None, None, "Afterwards: fine."))
                today.append(Step(runner, km, own, adds, dice.random() < 0.05))
                count += 1
        days.append(today)
    return days


class StormStage(Stage):
    """The story's stage with the real client before a sandbox, whose events go by hand."""

    def begin(self, url: str, sandbox: Sandbox, events: random.Random | None) -> None:
        self.now = START
        self.url, self.sandbox, self.world, self.events = url, sandbox, sandbox.world, events
        self.strava = StravaClient(  # type: ignore[assignment]
            client_id="12345",
            client_secret="sandbox-secret",
            api_url=f"{url}/api/v3",
            oauth_url=f"{url}/oauth",
            store=self.store,
            clock=lambda: self.now,
            call_s=CALL_S,
        )
        self.store.change_key_value(NOTE_CHECK, lambda _: {})
        self.build()

    def happened(self, before: Activity | None, after: Activity | None) -> None:
        """The world's listener: an event, which may be lost, late or there twice."""
        activity = after or before
        assert activity is not None
        why = JobKind.DELETED if after is None else JobKind.EVENT
        times, due = 1, self.now + timedelta(seconds=1)
        if self.events is not None:
            times = 0 if self.events.random() < LOST else 2 if self.events.random() < TWICE else 1
            due += timedelta(minutes=20) if self.events.random() < LATE else timedelta(0)
        for number in range(times):
            at = due + number * timedelta(seconds=30)
            keep_if_known(self.store, self.inbox, new_delivery(activity.athlete_id, activity.id, why, self.now, at))

    def work_until(self, end: datetime) -> None:
        """Everything that is due until then."""
        while (due := self.inbox.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.dispatcher.run_all_due(lambda: self.now)
        self.now = max(self.now, end)
        # A call that was given up on must not be carried out hours later by this clock.
        requests.get(self.url, timeout=60)
        while self.sandbox.calls.in_flight:
            time.sleep(0.01)

    def sweep(self, runner_ids: list[int]) -> None:
        for runner_id in runner_ids:
            keep_if_known(self.store, self.inbox, new_delivery(runner_id, 0, JobKind.SWEEP, self.now, self.now))


@dataclass
class Outcome:
    """How it ended: of each run of the script what was told, and what is wrong by itself."""

    told: dict[int, tuple[str, ...]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    calls: int = 0


@contextmanager
def stages(events: random.Random | None) -> Iterator[tuple[StormStage, Any, list[int]]]:
    """A stage with its sandbox and its runners."""
    stage = StormStage()
    world = World(now=lambda: stage.now)
    many = dict.fromkeys(("overall_quarter", "overall_day", "read_quarter", "read_day"), 10_000_000)
    with ExitStack() as stack:
        running = stack.enter_context(served(world, limits=RateLimits(**many)))
        # A busy machine may miss the answer to a refresh; where it rotates, such a runner has to connect again.
        running.sandbox.grants.rotates = False
        stage.begin(running.url, running.sandbox, events)
        runners = [_runner(stage, running.sandbox, number) for number in range(RUNNERS)]
        world.listener = stage.happened
        yield stage, running.sandbox, runners


def _runner(stage: StormStage, sandbox: Any, number: int) -> int:
    athlete = stage.world.add_athlete(f"Runner {number}", timezone="UTC")
    # None of the last three days, which a sweep would look at.
    for days_ago in range(4, 92, 2):
        start = f"{START - days_ago * DAY - HOUR:%Y-%m-%dT%H:%M:%SZ}"
        words = {"distance": 8000.0 + 10 * (days_ago % 7), "start_date": start, "description": "before"}
        stage.world.keep(activity_from(stage.world, athlete.id, words, is_history=True))
    grants = sandbox.grants
    given = grants.exchange(grants.promise(athlete.id, ALL_SCOPES))
    tokens = Tokens(access=given.access, refresh=given.refresh, expires_at=START + 6 * HOUR)
    runner = Runner(
        id=athlete.id,
        connected_at=START - 100 * DAY,
        scopes=ALL_SCOPES,
        tokens=tokens,
        settings=Settings(channel=ChannelName.PRIVATE_NOTE),
        looked_on=START.date() - DAY,
        swept_on=START.date() - DAY,
    )
    assert stage.store.enrol(runner, limit=100)
    return int(athlete.id)


def play(days: list[list[Step]], *, number: int, faults: Faults, at_once: int) -> Outcome:
    """Play the script; `faults`: those that may be on, `at_once` of them on each day."""
    dice = random.Random(number)
    outcome = Outcome()
    with stages(random.Random(number + 1) if faults else None) as (stage, sandbox, runners):
        sandbox.faults.dice = random.Random(number + 2)
        ids: dict[int, int] = {}
        own: dict[int, str] = {}
        place = 0
        for number_of_day, today in enumerate(days):
            noon = START + number_of_day * DAY
            stage.work_until(noon)
            sandbox.faults.switch_off()
            for kind, chance, seconds in dice.sample(faults, min(len(faults), at_once)):
                outcome.faults[kind] += 1
                # Many at once must leave some calls through.
                usual = chance if chance == 1.0 else min(chance, 0.6 / at_once)
                sandbox.faults.switch_on(Fault(kind=kind, chance=usual, seconds=seconds))
            made = {}
            for step in today:
                words = {"distance": step.km * 1000.0, "private_note": step.own or ""}
                run = stage.world.record(activity_from(stage.world, runners[step.runner], words))
                made[place] = (run.id, step)
                ids[place], own[run.id] = run.id, step.own or ""
                place += 1
            stage.work_until(noon + 4 * HOUR)
            for run_id, step in made.values():
                if step.adds is not None:
                    kept = stage.world.activities[run_id].private_note
                    stage.world.change(run_id, private_note=f"{step.adds}\n{kept}", name="Edited")
                    own[run_id] = f"{step.adds}\n{own[run_id]}"
                if step.is_deleted:
                    stage.world.delete(run_id)
            stage.work_until(noon + 9 * HOUR)
            stage.sweep(runners)
            stage.work_until(noon + 12 * HOUR)
        sandbox.faults.switch_off()
        stage.work_until(stage.now + 9 * HOUR)
        stage.sweep(runners)
        stage.work_until(stage.now + 9 * HOUR)
        _judge(stage, ids, own, outcome)
        outcome.calls = len(sandbox.calls.newest())
    return outcome


def _judge(stage: StormStage, ids: dict[int, int], own: dict[int, str], outcome: Outcome) -> None:
    """What must be so however the storm went."""
    for place, run_id in ids.items():
        activity = stage.world.activities.get(run_id)
        runner_id = activity.athlete_id if activity else 0
        if activity is None:
            if any(stage.store.run_record(runner, run_id) for runner in stage.store.runner_ids()):
                outcome.wrong.append(f"run {place}: deleted, and a record of it is kept")
            continue
        record = stage.store.run_record(runner_id, run_id)
        text = activity.private_note.replace("\r\n", "\n")
        if text.count(OPEN) > 1:
            outcome.wrong.append(f"run {place}: two notes")
        if without_block(text, was=None).strip() != own[run_id].strip():
            outcome.wrong.append(f"run {place}: the runner's words are {text!r} instead of {own[run_id]!r}")
        if record is None:
            outcome.wrong.append(f"run {place}: never looked at")
            continue
        outcome.told[place] = tuple(sorted(one.rule for one in record.found if one.told))
        if record.telling == NoteStatus.TOLD:
            outcome.channels[str(record.channel)] += 1
        if outcome.told[place] and record.telling != NoteStatus.TOLD:
            outcome.wrong.append(f"run {place}: {record.telling} instead of told")
        in_field = block_in(text) is not None
        if record.channel == ChannelName.PRIVATE_NOTE and record.telling == NoteStatus.TOLD and not in_field:
            outcome.wrong.append(f"run {place}: told, and not on the activity")
        if in_field and record.channel == ChannelName.PAGE:
            outcome.wrong.append(f"run {place}: on the activity and on the page")
    for one in stage.inbox.everything():
        # What is about a deleted run, its deletion never told, waits for the purge.
        if one.state == "parked" and one.run_id in stage.world.activities:
            outcome.wrong.append(f"parked: {one.reason}")


def storm(runs: int, number: int, faults: Faults = FAULTS, *, at_once: int = 4) -> tuple[Outcome, Outcome]:
    """(with faults, without)."""
    days = script(runs, random.Random(number))
    stormy = play(days, number=number, faults=faults, at_once=at_once)
    return stormy, play(days, number=number, faults=(), at_once=0)


def differences(stormy: Outcome, calm: Outcome) -> list[str]:
    """What the faults changed of what was told; nothing may be."""
    return [
        f"run {place}: {stormy.told.get(place)} instead of {told}"
        for place, told in calm.told.items()
        if stormy.told.get(place) != told
    ]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=500)
    asked.add_argument("--seed", type=int, default=13)
    given = asked.parse_args()
    # What the workflow logs of each fault is not the story here.
    logging.disable(logging.CRITICAL)
    few = max(8, given.runs // 20)
    wrong = _played("at random", given.runs, given.seed, FAULTS, at_once=4)
    wrong += _played("all at once", few, given.seed, FAULTS, at_once=len(FAULTS))
    for fault in FAULTS:
        wrong += _played(f"{fault[0]} alone", few, given.seed, (fault,), at_once=1)
    print("\n".join(wrong) or "nothing lost, nothing twice, no false warning")
    return 1 if wrong else 0


def all_wrong(stormy: Outcome, calm: Outcome) -> list[str]:
    """Everything that is not as it must be."""
    return [*stormy.wrong, *(f"without faults: {one}" for one in calm.wrong), *differences(stormy, calm)]


def _played(name: str, runs: int, number: int, faults: Faults, *, at_once: int) -> list[str]:
    stormy, calm = storm(runs, number, faults, at_once=at_once)
    wrong = [f"{name}: {one}" for one in all_wrong(stormy, calm)]
    notes = sum(1 for told in calm.told.values() if told)
    by_channel = ", ".join(f"{count} by {channel}" for channel, count in sorted(stormy.channels.items()))
    print(f"{name}, seed {number}: {runs} runs, {notes} with a note ({by_channel}), {len(wrong)} wrong", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
