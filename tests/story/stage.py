"""The whole workflow on a table: memory stores, a fake Strava, real channels, a post by hand, `now` handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from plugin.activities.note_delivery import NoteDelivery
from plugin.activities.run_evaluator import RunEvaluator
from plugin.activities.workflow import Workflow
from plugin.channels import NoteCheck, all_channels
from plugin.errors import FootnoteError
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.note_removal import NoteRemoval
from plugin.jobs.push_test_note import PushTestNotes
from plugin.jobs.retention import purge
from plugin.jobs.runner_jobs import RunnerJobs
from plugin.jobs.runner_shares import RunnerShares
from plugin.jobs.scheduler import Scheduler
from plugin.notes.block import block_in
from plugin.notes.rulebook import read_lexicon, read_rulebook
from plugin.ports import NOTE_CHECK, Channel, Delivery, JobKind, Message, Runner, RunRecord, Settings, Snapshot, State
from plugin.ports.counts import Counts, NoMetrics
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.summary.weekly import Digest
from plugin.translations.voice import Voice
from tests.fakes.strava import ALL_SCOPES, FakeStrava

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SETTLE = timedelta(minutes=2)
T = TypeVar("T")
ANA = 7
BOOK = read_rulebook()


class Died(BaseException):
    """The process ends here: no `except Exception` sees it."""


class Post:
    """A post office that keeps what it is given. `trouble`: what the next mails run into."""

    def __init__(self) -> None:
        self.notes: list[Message] = []
        self.digests: list[Digest] = []
        self.reconnects: list[int] = []
        self.trouble: FootnoteError | None = None

    def note(self, message: Message, now: datetime) -> None:
        self._maybe()
        self.notes.append(message)

    def digest(self, digest: Digest, now: datetime) -> None:
        self._maybe()
        self.digests.append(digest)

    def reconnect(self, runner: Runner, now: datetime) -> None:
        self._maybe()
        self.reconnects.append(runner.id)

    def _maybe(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class Mortal:
    """A port whose every call counts; at the chosen one the process dies, before or after its effect."""

    def __init__(self, port: Any, death: Death) -> None:
        self._port, self._death = port, death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found) or name == "lock":
            return found

        def called(*given: Any, **named: Any) -> Any:
            self._death.before(name)
            answer = found(*given, **named)
            self._death.after(name)
            return answer

        return called


class Death:
    """Comes at the `at`th call to any port."""

    def __init__(self) -> None:
        self.at, self.is_after, self.count, self.where = 0, False, 0, ""

    def before(self, name: str) -> None:
        self.count += 1
        if self.count == self.at and not self.is_after:
            self.where = f"before {name}"
            raise Died(self.where)

    def after(self, name: str) -> None:
        if self.at and self.count >= self.at and self.is_after and not self.where:
            self.where = f"after {name}"
            raise Died(self.where)


@dataclass
class Stage:
    """What a test plays on. `now` is the one clock."""

    now: datetime = NOON
    reread: timedelta | None = 3 * HOUR
    comments: bool = False
    has_post: bool = True
    mortal: bool = False
    hours: Hours = Hours(check_hour=20, digest_day="sunday")  # noqa: RUF009  (frozen)
    counts: Counts = field(default_factory=NoMetrics)
    shares: RunnerShares | None = None
    more_channels: tuple[Channel, ...] = ()
    """Ways to tell beside those of the product."""

    def __post_init__(self) -> None:
        self.store, self.inbox, self.post = MemoryStore(), MemoryInbox(), Post()
        self.strava = FakeStrava(store=self.store, clock=lambda: self.now)
        # As in an installation that has told private notes before: the first of all is read again.
        self.store.change_key_value(NOTE_CHECK, lambda _: {"found": "kept and shown"})
        self.death = Death()
        self.numbers = count(1)
        self.build()

    def build(self) -> None:
        """A process starts: everything but what is kept is new."""
        dies: Callable[[Any], Any] = (lambda port: Mortal(port, self.death)) if self.mortal else (lambda port: port)
        store, inbox, strava = dies(self.store), dies(self.inbox), dies(self.strava)
        post = dies(self.post) if self.has_post else None
        channels = dict(all_channels(strava, post, NoteCheck(self.store, lambda wait_s: None), comments=self.comments))
        self.channels = channels = {**channels, **{channel.name: channel for channel in self.more_channels}}
        self.note_delivery = NoteDelivery(store, channels)
        self.workflow = Workflow(
            store=store,
            inbox=inbox,
            strava=strava,
            note_delivery=self.note_delivery,
            run_evaluator=RunEvaluator(
                store=store, strava=strava, rulebook=BOOK, lexicon=read_lexicon, voice_of=voice_of
            ),
            reread=self.reread,
            counts=self.counts,
        )
        self.runner_jobs = RunnerJobs(
            store=store,
            inbox=inbox,
            strava=strava,
            rulebook=BOOK,
            mailer=post,
            note_removal=NoteRemoval(
                store=store,
                inbox=inbox,
                strava=strava,
                note_delivery=self.note_delivery,
                forget=self.workflow.forget,
                shares=self.shares,
            ),
            push_test_notes=PushTestNotes(store, channels, voice_of),
            hours=self.hours,
        )
        self.dispatcher = Dispatcher(
            store=store,
            inbox=inbox,
            workflow=self.workflow,
            runner_jobs=self.runner_jobs,
            mailer=post,
            chance=lambda: 0.5,
            counts=self.counts,
        )
        self.scheduler = Scheduler(
            store=store,
            inbox=inbox,
            dispatcher=self.dispatcher,
            rulebook=BOOK,
            clock=lambda: self.now,
            hours=self.hours,
        )

    # --- a runner and their runs --------------------------------------------------------------------------------------

    def connect(
        self,
        runner_id: int = ANA,
        *,
        ago: timedelta = 100 * DAY,
        scopes: frozenset[str] = ALL_SCOPES,
        mail: bool = False,
        **settings: Any,
    ) -> Runner:
        """A runner who has been here for a while. `mail`: with a confirmed address."""
        address = {"email": f"runner-{runner_id}@example.org", "email_confirmed": True} if mail else {}
        evening = self.hours.last_evening(Runner(id=0, connected_at=self.now), self.now)
        runner = Runner(
            id=runner_id,
            connected_at=self.now - ago,
            scopes=scopes,
            tokens=self.strava.connect(runner_id, scopes=scopes),
            settings=Settings(**address, **settings),
            looked_on=evening,
            swept_on=evening,
        )
        assert self.store.enrol(runner, limit=10_000)
        # Their first activity is known from an earlier list, as it is of everybody since the first evening.
        first = self.now - 700 * DAY
        self.strava.record(runner_id, km=3, at=first, sport="Walk")
        self.store.keep_snapshot(
            Snapshot(runner_id=runner_id, fetched_at=self.now, runs=(), reaches=self.now, begins=first)
        )
        return runner

    def record(self, km: float, *, days_ago: float = 0, runner_id: int = ANA, **more: Any) -> int:
        """A run an hour ago, or days before that."""
        at = more.pop("at", None) or self.now - HOUR - timedelta(days=days_ago)
        return self.strava.record(runner_id, km=km, at=at, **more)

    def history(self, *, km: float = 14, runner_id: int = ANA, shoe: str | None = None) -> None:
        """Four weeks, the longest run of `km`, the last four days ago: nothing to say, and too few days for a tip on
        foot work."""
        self.record(km - 2, days_ago=28, runner_id=runner_id, shoe=shoe)
        for days_ago in range(4, 25, 7):
            self.record(km, days_ago=days_ago, runner_id=runner_id, shoe=shoe)
            self.record(km - 2, days_ago=days_ago + 3, runner_id=runner_id, shoe=shoe)

    def too_long(self, km: float = 20, **more: Any) -> int:
        """Four quiet weeks, then a run 43 % longer than any of them: long_run tells."""
        self.history(runner_id=more.get("runner_id", ANA), shoe=more.get("shoe"))
        return self.record(km, **more)

    def change_runner(self, runner_id: int = ANA, **fields: Any) -> None:
        self.store.change_runner(runner_id, lambda was: replace(was, **fields))

    def choose(self, runner_id: int = ANA, **settings: Any) -> None:
        """As at /me/settings."""
        self.store.change_runner(runner_id, lambda was: replace(was, settings=replace(was.settings, **settings)))

    # --- what happens -------------------------------------------------------------------------------------------------

    def event(
        self, run_id: int, why: JobKind = JobKind.EVENT, *, runner_id: int = ANA, is_new: bool = False
    ) -> Delivery:
        """Strava's post about an activity, kept as the site keeps it."""
        deliver = SETTLE if why == JobKind.EVENT else timedelta(0)
        delivery = Delivery(
            id=f"d{next(self.numbers)}",
            runner_id=runner_id,
            run_id=run_id,
            why=why,
            received_at=self.now,
            due_at=self.now + deliver,
            is_new=is_new,
        )
        return self.inbox.keep(delivery)

    def later(self, pause: timedelta) -> None:
        """Time passes, piece by piece: whatever comes due meanwhile is done when it is due."""
        end = self.now + pause
        while (due := self.inbox.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            if not self.dispatcher.run_all_due(lambda: self.now):
                break
        self.now = max(self.now, end)

    def deliver(self) -> None:
        """The settle time passes and what waited is done; later looks are still to come."""
        self.later(SETTLE)

    def happens(self, run_id: int, why: JobKind = JobKind.EVENT, *, runner_id: int = ANA, is_new: bool = False) -> None:
        """The event, and what comes of it."""
        self.event(run_id, why, runner_id=runner_id, is_new=is_new)
        self.deliver()

    def evening(self, runner_id: int = ANA) -> None:
        """The daily look, and what comes of it."""
        self.event(0, JobKind.SWEEP, runner_id=runner_id)
        self.deliver()

    def purge(self) -> None:
        purge(self.store, self.inbox, BOOK, self.now)

    def restart(self) -> None:
        """After a death: the next process takes up what was taken."""
        self.mortal = False
        self.build()
        self.inbox.release_taken()

    # --- what can be seen ---------------------------------------------------------------------------------------------

    def run_record(self, run_id: int, runner_id: int = ANA) -> RunRecord:
        run_record = self.store.run_record(runner_id, run_id)
        assert run_record is not None, "there is no record"
        return run_record

    def runner(self, runner_id: int = ANA) -> Runner:
        runner = self.store.runner(runner_id)
        assert runner is not None
        return runner

    def private_note(self, run_id: int) -> str:
        return self.strava.activities[run_id].private_note

    def description(self, run_id: int) -> str:
        return self.strava.activities[run_id].description

    def note(self, run_id: int) -> str | None:
        """What stands in our block of the private note."""
        return block_in(self.private_note(run_id))

    def told(self, run_id: int) -> set[str]:
        """Rules whose lines stand in the note."""
        return {found.rule for found in self.run_record(run_id).found if found.told}

    def withheld(self, run_id: int) -> dict[str, str | None]:
        """Rules kept back, with their reasons."""
        return {found.rule: found.withheld for found in self.run_record(run_id).found if not found.told}

    def parked(self) -> list[Delivery]:
        return [one for one in self.inbox.everything() if one.state is State.PARKED]

    def waiting(self, why: JobKind | None = None) -> list[Delivery]:
        return [one for one in self.inbox.everything() if one.state is State.WAITING and why in (None, one.why)]

    def price(self) -> tuple[int, int]:
        """(reads, writes) since asked last."""
        spent = (self.strava.reads, self.strava.writes)
        self.strava.reads = self.strava.writes = 0
        return spent


def voice_of(runner: Runner) -> Voice:
    return Voice(units=runner.settings.units)


def every_death(
    setting: Callable[[], tuple[Stage, T]], *, is_after: bool, least: int = 8, later: timedelta = HOUR
) -> Iterator[tuple[Stage, T, str]]:
    """The same piece of work played once per port call, the process dying at that call and another taking over, `later`
    after it. The work makes more than `least` calls."""
    for at in range(1, 500):
        stage, made = setting()
        stage.mortal = True
        stage.build()
        stage.death.at, stage.death.is_after = at, is_after
        try:
            stage.deliver()
        except Died:
            pass
        else:
            assert at > least, "the work is so short that hardly anything was tried"
            return
        stage.restart()
        stage.deliver()
        if later:
            stage.later(later)
        yield stage, made, stage.death.where
    raise AssertionError("the work never ends")
