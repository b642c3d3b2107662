"""Who does what: the only place that knows every part. `build` puts a house together and starts nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol

from flask import Flask

from plugin.channels.comment import Comment
from plugin.channels.fields import Description, PrivateNote
from plugin.channels.mail import Mail
from plugin.channels.page import Page
from plugin.channels.post import Post
from plugin.drain import Drain
from plugin.due import Hours
from plugin.errors import BadSettings
from plugin.export import export_of
from plugin.gauges import Standing
from plugin.judging import Rulebook
from plugin.keys import Keyring
from plugin.letterbox import StoreLetterbox
from plugin.logs import errors_logged
from plugin.looking import Looking
from plugin.metrics import Metrics
from plugin.outlook import Outlook
from plugin.overview import outlook_of
from plugin.ports import Books, Channel, ChannelName, Clock, Inbox, Letterbox, Runner, Snapshot
from plugin.recall import zone_of
from plugin.resuming import resumes
from plugin.rounds import Rounds
from plugin.rulebook import CONFIG, read_rulebook
from plugin.schedule import Schedule
from plugin.settings import Settings
from plugin.soreness import Lexicon, lexicon_from
from plugin.strava.gate import INACTIVE
from plugin.strava.live import LiveStrava
from plugin.subscribing import Callback, subscribes
from plugin.telling import Teller
from plugin.translations import decimal_mark, spoken, translation
from plugin.wording import Voice
from plugin.workflow import Workflow


def utc_now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


class Background(Protocol):
    """All background work of one process: with files the schedule itself, beside a Postgres a worker."""

    def start(self) -> None:
        """Begin."""

    def stop(self, *, patience_s: float = 15.0) -> bool:
        """No new work; what is under way may end. False if it did not."""

    def wake(self) -> None:
        """A delivery was kept."""

    def do_now(self, work: str, now: datetime) -> None:
        """One piece of scheduled work, at once and to its end."""


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything wired, nothing running."""

    settings: Settings
    keyring: Keyring
    books: Books
    inbox: Inbox
    letterbox: Letterbox
    strava: LiveStrava
    post: Post | None
    book: Rulebook
    workflow: Workflow
    drain: Drain
    schedule: Background
    metrics: Metrics
    clock: Clock = field(default=utc_now)

    def outlook(self, runner: Runner, snapshot: Snapshot, now: datetime) -> Outlook:
        """What the runner's page shows."""
        today = now.astimezone(zone_of(runner.timezone)).date()
        return outlook_of(runner, snapshot, today, self.book, voice_of(runner))

    def start(self, *, works: bool) -> None:
        """Begin what this process does beside answering: figures where somebody reads them, background work."""
        if self.settings.metrics_token:
            self.metrics.start()
        if works:
            self.schedule.start()

    def stop(self, *, works: bool, patience_s: float = 15.0) -> bool:
        """End it; False if work was still under way after `patience_s`."""
        is_done = self.schedule.stop(patience_s=patience_s) if works else True
        self.metrics.stop()
        return is_done

    @cached_property
    def site(self) -> Flask:
        """The WSGI app."""
        from plugin.web import Parts, create_app

        return create_app(
            Parts(
                settings=self.settings,
                keyring=self.keyring,
                books=self.books,
                inbox=self.inbox,
                letterbox=self.letterbox,
                strava=self.strava,
                clock=self.clock,
                forget=self.workflow.forget,
                export=lambda runner_id: export_of(self, runner_id),
                outlook=self.outlook,
                wake=self.schedule.wake,
                post=self.post,
                registry=self.metrics.registry,
                counts=self.metrics,
            )
        )


def build(settings: Settings, *, clock: Clock = utc_now, connections: int = 2) -> House:
    """The house for these settings, which must be whole. Raises BadSettings or StoreBroken.

    `connections` to a database, at most: few, as a PaaS allows some twenty for all processes together."""
    settings.need()
    book, lexicon = read_rulebook(), read_lexicon()
    keyring = Keyring(settings.secret_key, settings.secret_key_fallbacks)
    books, inbox, letterbox, background = _stores(settings, keyring, clock, connections)
    metrics = Metrics(books, clock, errors=errors_logged)
    strava = LiveStrava(
        client_id=settings.strava_client_id,
        client_secret=settings.strava_client_secret,
        api_url=settings.strava_api_url,
        oauth_url=settings.strava_oauth_url,
        books=books,
        clock=clock,
        counts=metrics,
    )
    post = _post(settings, keyring, metrics)
    channels: dict[ChannelName, Channel] = {
        ChannelName.PRIVATE_NOTE: PrivateNote(strava),
        ChannelName.DESCRIPTION: Description(strava),
        ChannelName.COMMENT: Comment(strava, enabled=settings.comments),
        ChannelName.EMAIL: Mail(post),
        ChannelName.PAGE: Page(),
    }

    def outlook(runner: Runner, snapshot: Snapshot, now: datetime) -> Outlook:
        return house.outlook(runner, snapshot, now)

    def is_inactive() -> bool:
        return strava.budget().closed_because == INACTIVE

    hours = Hours(check_hour=settings.check_hour, digest_day=settings.digest_day)
    rounds = Rounds(books=books, inbox=inbox, strava=strava, book=book, outlook=outlook, post=post, hours=hours)
    workflow = Workflow(
        books=books,
        inbox=inbox,
        strava=strava,
        teller=Teller(books, channels),
        looking=Looking(books=books, strava=strava, book=book, lexicon=lexicon, voice_of=voice_of),
        rounds=rounds,
        reread=timedelta(hours=settings.reread_hours) if settings.reread_hours else None,
        counts=metrics,
    )
    drain = Drain(books=books, inbox=inbox, workflow=workflow, post=post, counts=metrics)
    callback = Callback(
        url=settings.callback_base + keyring.webhook_secret,
        secret=keyring.webhook_secret,
    )
    schedule = Schedule(
        books=books,
        inbox=inbox,
        drain=drain,
        book=book,
        clock=clock,
        hours=hours,
        first=(strava.forget_inactive,),
        now_and_then=(
            subscribes(strava, books, callback, clock),
            resumes(inbox, clock, budget=strava.budget, inactive=INACTIVE, wake=lambda: house.schedule.wake()),
        ),
    )
    standing = Standing(books=books, inbox=inbox, budget=strava.budget, is_inactive=is_inactive, clock=clock)
    metrics.registry.register(standing)
    house = House(
        settings=settings,
        keyring=keyring,
        books=books,
        inbox=inbox,
        letterbox=letterbox,
        strava=strava,
        post=post,
        book=book,
        workflow=workflow,
        drain=drain,
        schedule=background(schedule, drain, metrics.stop),
        metrics=metrics,
        clock=clock,
    )
    return house


def read_lexicon() -> Lexicon:
    """config/soreness.toml; BadSettings names what is wrong in it."""
    try:
        return lexicon_from(tomllib.loads((CONFIG / "soreness.toml").read_text(encoding="utf-8")))
    except (ValueError, OSError) as wrong:
        raise BadSettings([f"config/soreness.toml: {wrong}"]) from wrong


def voice_of(runner: Runner) -> Voice:
    """How this runner is spoken to."""
    language = spoken(runner.settings.language)
    return Voice(
        units=runner.settings.units,
        decimal_mark=decimal_mark(language),
        translate=translation(language),
        language=language,
    )


def _stores(
    settings: Settings, keyring: Keyring, clock: Clock, connections: int
) -> tuple[Books, Inbox, Letterbox, Callable[[Schedule, Drain, Callable[[], None]], Background]]:
    """Books, inbox and letterbox, and who does the work that they keep."""
    if settings.database_url is None:
        from plugin.stores.tiny import TinyBooks, TinyInbox

        files, post = TinyBooks(settings.data_dir, keyring), TinyInbox(settings.data_dir, keyring)
        return files, post, StoreLetterbox(files, post), lambda schedule, *_: schedule
    from plugin.stores.postgres import Database, Life, PostgresBooks, PostgresInbox, PostgresLetterbox
    from plugin.stores.postgres.jobs import Jobs
    from plugin.worker import Worker

    url = settings.database_url
    database, life, jobs = Database(url, most=connections), Life(url), Jobs()
    books, inbox = PostgresBooks(database, keyring), PostgresInbox(database, defer=jobs.put, life=life)

    def background(schedule: Schedule, drain: Drain, last: Callable[[], None]) -> Background:
        return Worker(
            url=url,
            database=database,
            life=life,
            jobs=jobs,
            inbox=inbox,
            drain=drain,
            schedule=schedule,
            clock=clock,
            last=last,
        )

    return books, inbox, PostgresLetterbox(database, books, inbox), background


def _post(settings: Settings, keyring: Keyring, counts: Metrics) -> Post | None:
    if not settings.smtp_url or not settings.mail_from:
        return None
    return Post(settings.smtp_url, settings.mail_from, settings.public_url, keyring, voice=voice_of, counts=counts)
