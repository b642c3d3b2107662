"""Who does what: the only place that knows every part. `build` wires the application and starts nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Protocol

from flask import Flask

from plugin.activities.intake import StoreIntake
from plugin.activities.note_delivery import NoteDelivery
from plugin.activities.run_evaluator import RunEvaluator
from plugin.activities.workflow import Workflow
from plugin.channels import BoundedMailer, Mailer, MailPause, NoteCheck, PushChannel, all_channels, by_apprise
from plugin.errors import FootnoteError, StoreBroken, Unreadable
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.note_removal import NoteRemoval
from plugin.jobs.notes_for_log import NotesForLog
from plugin.jobs.push_test_note import PushTestNotes
from plugin.jobs.resume import resumes
from plugin.jobs.runner_jobs import RunnerJobs
from plugin.jobs.runner_shares import RunnerShares
from plugin.jobs.scheduler import Scheduler
from plugin.jobs.subscription import Callback, subscribes
from plugin.monitoring.gauges import Gauges
from plugin.monitoring.logs import errors_logged
from plugin.monitoring.metrics import Metrics
from plugin.notes.rulebook import Rulebook, read_lexicon, read_rulebook
from plugin.notes.runner_choices import called_races, first_weekday
from plugin.ports import Channels, Clock, Inbox, Intake, Runner, Snapshot, Store
from plugin.settings.build import build_id
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings
from plugin.stores.export import export_of
from plugin.strava.client import StravaClient
from plugin.summary.model import RunnerSummary, WeekSummary
from plugin.summary.summarise import summarise, weekly_figures
from plugin.translations import spoken
from plugin.translations.voice import Voice, voice_in

log = logging.getLogger("footnote")

WEB_CONNECTIONS, WORKER_CONNECTIONS = 3, 2
"""Pooled connections to Postgres. Each process adds one for its locks (the web process while it holds one), and a
worker two for its queue: 4 and 5 at most, so that two of each, `footnote doctor` and psql fit into the 20 of a small
plan while a release overlaps. Two are the least: an evening look keeps deliveries while it reads runners."""


def utc_now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


class Background(Protocol):
    """All background work of one process: with files the schedule itself, beside a Postgres a worker."""

    def start(self) -> None:
        """Begin."""

    def stop(self, *, patience_s: float = 15.0) -> bool:
        """No new work; what is under way may end. False if it did not."""

    def live_workers(self) -> int:
        """How many processes do background work now, this one or others. Raises StoreBroken."""

    def wake(self) -> None:
        """A delivery was kept."""

    def do_now(self, work: str, now: datetime) -> list[Unreadable]:
        """One piece of scheduled work, at once and to its end; what was wrong with runners who could not be read."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything wired, nothing running."""

    settings: OperatorSettings
    keyring: Keyring
    store: Store
    inbox: Inbox
    intake: Intake
    strava: StravaClient
    mailer: Mailer | None
    web_mailer: BoundedMailer | None
    channels: Channels
    web_channels: Channels
    """As `channels`, with mail through `web_mailer`."""
    rulebook: Rulebook
    workflow: Workflow
    dispatcher: Dispatcher
    scheduler: Background
    metrics: Metrics
    clock: Clock = field(default=utc_now)

    def summary(self, runner: Runner, snapshot: Snapshot, now: datetime) -> RunnerSummary:
        """What the runner's page shows."""
        today = now.astimezone(runner.zone).date()
        races = called_races(self.store.run_records(runner.id))
        return summarise(runner, snapshot, today, self.rulebook, voice_of(runner), races)

    def live_workers(self) -> int:
        """How many processes do the background work now, this one or others."""
        if self.settings.database_url is None:
            from plugin.stores.tiny import is_served

            return int(is_served(self.settings.data_dir))
        return self.scheduler.live_workers()

    def start(self, *, works: bool) -> None:
        """Begin what this process does beside answering: figures where somebody reads them, background work. Raises
        BadSettings if config/soreness.toml cannot be read: what works off runs needs it, most commands do not."""
        if self.settings.metrics_token:
            self.metrics.start()
        if works:
            read_lexicon()
            self.scheduler.start()

    def stop(self, *, works: bool, patience_s: float = 15.0) -> bool:
        """End it; False if work was still under way after `patience_s`."""
        is_done = self.scheduler.stop(patience_s=patience_s) if works else True
        self.metrics.stop()
        return is_done

    @cached_property
    def site(self) -> Flask:
        """The WSGI app."""
        from plugin.web import Dependencies, create_app

        return create_app(
            Dependencies(
                settings=self.settings,
                keyring=self.keyring,
                store=self.store,
                inbox=self.inbox,
                intake=self.intake,
                strava=self.strava,
                clock=self.clock,
                forget=self.workflow.forget,
                export=lambda runner_id: export_of(self, runner_id),
                summary=self.summary,
                wake=self.scheduler.wake,
                mailer=self.web_mailer,
                channels=self.web_channels,
                rulebook=self.rulebook,
                voice_of=voice_of,
                registry=self.metrics.registry,
                counts=self.metrics,
            )
        )


def build(settings: OperatorSettings, *, clock: Clock = utc_now, connections: int = 2) -> Application:
    """The application for these settings. Raises BadSettings if some are missing, or StoreBroken.

    `connections` to a database, at most, beside those for locks and queue."""
    settings.need()
    rulebook = read_rulebook()
    keyring = Keyring(settings.secret_key, settings.secret_key_fallbacks)
    store, inbox, intake, background = _stores(settings, keyring, clock, connections)
    metrics = Metrics(store, clock, errors=errors_logged)
    strava = StravaClient(
        client_id=settings.strava_client_id,
        client_secret=settings.strava_client_secret,
        api_url=settings.strava_api_url,
        oauth_url=settings.strava_oauth_url,
        store=store,
        clock=clock,
        counts=metrics,
    )
    mailer = _mailer(settings, keyring, metrics, store, weeks_of=partial(kept_weeks, store, rulebook))
    web_mailer = BoundedMailer(mailer) if mailer else None
    push = None
    if settings.push:
        push = PushChannel(by_apprise(settings.push_hosts), settings.public_url, voice_of, metrics)
    channels = all_channels(strava, mailer, NoteCheck(store), comments=settings.comments, push=push)

    hours = Hours(check_hour=settings.check_hour, digest_day=settings.digest_day)
    note_delivery, shares = NoteDelivery(store, channels), RunnerShares(strava.budget)
    notes_for_log = NotesForLog()
    workflow = Workflow(
        store=store,
        inbox=inbox,
        strava=strava,
        note_delivery=note_delivery,
        run_evaluator=RunEvaluator(
            store=store, strava=strava, rulebook=rulebook, lexicon=read_lexicon, voice_of=voice_of
        ),
        reread=timedelta(hours=settings.reread_hours) if settings.reread_hours else None,
        counts=metrics,
        on_told=notes_for_log.note,
        on_forgotten=lambda runner: _confirm_deletion(web_mailer, runner, clock()),
    )
    runner_jobs = RunnerJobs(
        store=store,
        inbox=inbox,
        strava=strava,
        rulebook=rulebook,
        mailer=mailer,
        note_removal=NoteRemoval(
            store=store,
            inbox=inbox,
            strava=strava,
            note_delivery=note_delivery,
            forget=workflow.forget,
            shares=shares,
        ),
        push_test_notes=PushTestNotes(store, channels, voice_of),
        hours=hours,
    )
    dispatcher = Dispatcher(
        store=store,
        inbox=inbox,
        workflow=workflow,
        runner_jobs=runner_jobs,
        mailer=mailer,
        counts=metrics,
        shares=shares,
        notes_for_log=notes_for_log,
    )
    callback = Callback(
        url=settings.callback_base + keyring.webhook_secret,
        secret=keyring.webhook_secret,
    )
    scheduler = Scheduler(
        store=store,
        inbox=inbox,
        dispatcher=dispatcher,
        rulebook=rulebook,
        clock=clock,
        hours=hours,
        first=(strava.forget_inactive,),
        now_and_then=(
            subscribes(strava, store, callback, clock),
            resumes(inbox, clock, budget=strava.budget, wake=lambda: application.scheduler.wake()),
        ),
    )
    metrics.registry.register(
        Gauges(
            store=store,
            inbox=inbox,
            budget=strava.budget,
            clock=clock,
            live_workers=lambda: application.scheduler.live_workers(),
            build=dict(zip(("version", "commit"), build_id().split("+"), strict=True)),
        )
    )
    application = Application(
        settings=settings,
        keyring=keyring,
        store=store,
        inbox=inbox,
        intake=intake,
        strava=strava,
        mailer=mailer,
        web_mailer=web_mailer,
        channels=channels,
        web_channels=all_channels(strava, web_mailer, NoteCheck(store), comments=settings.comments, push=push),
        rulebook=rulebook,
        workflow=workflow,
        dispatcher=dispatcher,
        scheduler=background(scheduler, dispatcher, metrics.stop),
        metrics=metrics,
        clock=clock,
    )
    return application


def voice_of(runner: Runner) -> Voice:
    """How this runner is spoken to."""
    language = spoken(runner.settings.language)
    return voice_in(language, runner.settings.units, first_weekday=first_weekday(runner))


def _stores(
    settings: OperatorSettings, keyring: Keyring, clock: Clock, connections: int
) -> tuple[Store, Inbox, Intake, Callable[[Scheduler, Dispatcher, Callable[[], None]], Background]]:
    """Store, inbox and intake, and a function that makes the background work for them."""
    if settings.database_url is None:
        from plugin.stores.tiny import TinyInbox, TinyStore

        files, waiting = TinyStore(settings.data_dir, keyring), TinyInbox(settings.data_dir, keyring)
        return files, waiting, StoreIntake(files, waiting), lambda scheduler, *_: scheduler
    from plugin.jobs.worker import Worker
    from plugin.stores.postgres import Database, PostgresInbox, PostgresIntake, PostgresStore, WorkerLease
    from plugin.stores.postgres.jobs import Jobs

    url = settings.database_url
    database, jobs = Database(url, most=connections), Jobs()
    life = WorkerLease(database)
    store, inbox = PostgresStore(database, keyring), PostgresInbox(database, defer=jobs.put, life=life)

    def background(scheduler: Scheduler, dispatcher: Dispatcher, last: Callable[[], None]) -> Background:
        return Worker(
            url=url,
            database=database,
            life=life,
            jobs=jobs,
            inbox=inbox,
            dispatcher=dispatcher,
            scheduler=scheduler,
            clock=clock,
            last=last,
        )

    return store, inbox, PostgresIntake(database, store, inbox), background


def _confirm_deletion(mailer: BoundedMailer | None, runner: Runner, now: datetime) -> None:
    """In writing, where there is a confirmed address. Nothing is kept to try it again with."""
    if mailer is not None and runner.settings.has_address:
        try:
            mailer.deleted(runner, now)
        except FootnoteError as wrong:
            log.warning("a deletion could not be confirmed by mail: %s", wrong)


def kept_weeks(store: Store, rulebook: Rulebook, runner: Runner, now: datetime) -> Sequence[WeekSummary]:
    """The runner's last weeks by the list that is kept: Strava is not read for it.

    Asked while a note is being sent, which must not fail for its picture: a broken store means no weeks."""
    try:
        snapshot = store.snapshot(runner.id)
        races = called_races(store.run_records(runner.id))
    except StoreBroken:
        return ()
    if snapshot is None:
        return ()
    return weekly_figures(runner, snapshot, now.astimezone(runner.zone).date(), rulebook, races).weeks


def _mailer(
    settings: OperatorSettings,
    keyring: Keyring,
    counts: Metrics,
    store: Store,
    weeks_of: Callable[[Runner, datetime], Sequence[WeekSummary]],
) -> Mailer | None:
    if not settings.smtp_url or not settings.mail_from:
        return None
    return Mailer(
        settings.smtp_url,
        settings.mail_from,
        settings.public_url,
        keyring,
        voice=voice_of,
        counts=counts,
        contact=settings.contact,
        weeks_of=weeks_of,
    ).paused_by(MailPause(store))
