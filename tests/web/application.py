"""A whole site for tests: memory stores, a Strava that does as it is told, and a note of what was asked of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from plugin.activities.intake import StoreIntake
from plugin.channels import NoteCheck, all_channels
from plugin.errors import FootnoteError, StravaError
from plugin.notes.note import Allowance
from plugin.notes.rulebook import read_rulebook
from plugin.ports import Budget, Channel, Granted, Message, Runner, Snapshot, Subscription, Tokens
from plugin.ports.counts import Counts, NoMetrics
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.summary.model import PairSummary, PreviewedRun, RunnerSummary, SessionSummary, WeekSummary, WithheldNotice
from plugin.training.runs import ShoeKind
from plugin.translations.voice import Voice
from plugin.web import Dependencies, create_app
from tests.channels.fakes import FakeFields
from tests.templates import compile_once

BOOK = read_rulebook()
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
"""A Thursday."""
KEY = "a key for tests, long enough to be one, and no other"
ALL_SCOPES = "read,activity:read,activity:read_all,activity:write"
TOKENS = Tokens(access="access-secret", refresh="refresh-secret", expires_at=NOW + timedelta(hours=6))


@dataclass
class Grants:
    """Strava as far as connecting needs it: whom a code belongs to, what was asked, what was given back."""

    runner_id: int = 7001
    name: str = "Ada"
    trouble: StravaError | None = None
    codes: list[str] = field(default_factory=list)
    revoked: list[Tokens] = field(default_factory=list)

    def grant(self, code: str, scopes: frozenset[str]) -> Granted:
        self.codes.append(code)
        if self.trouble is not None:
            raise self.trouble
        return Granted(runner_id=self.runner_id, name=self.name, tokens=TOKENS, scopes=scopes)

    def revoke(self, tokens: Tokens) -> None:
        self.revoked.append(tokens)

    def budget(self) -> Budget:
        return Budget(read_used=(12, 340))

    def subscription(self) -> Subscription | None:
        raise AssertionError("the site asks the books, never Strava")

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the site may not ask Strava for {name}")


@dataclass
class Mails:
    """A post office that keeps what it is given."""

    sent: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    trouble: FootnoteError | None = None

    def confirm(self, runner: Runner, address: str, now: datetime) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.sent.append((runner.id, address))

    def note(self, message: Message, now: datetime) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.notes.append(message)


class Clock:
    """A moment that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def settings(**changes: Any) -> OperatorSettings:
    """An installation's settings, all well."""
    base: dict[str, Any] = {
        "strava_client_id": "123",
        "strava_client_secret": "client-secret",
        "secret_key": KEY,
        "public_url": "http://localhost:8000",
        "strava_oauth_url": "http://localhost:8001/oauth",
        "smtp_url": "smtp://localhost:2525",
        "mail_from": "footnote@example.org",
    }
    return OperatorSettings.model_validate({name: value for name, value in {**base, **changes}.items() if value != ""})


def summary() -> RunnerSummary:
    """Twelve weeks that look like somebody's."""
    day = NOW.date()
    monday = day - timedelta(days=day.weekday())
    kms = [24, 28, 30, 18, 32, 34, 37, 22, 36, 47, 35, 21]
    ceilings = [None, None, 27, 33, 33, 35, 37, 40, 40, 40, 41, 41]
    weeks = tuple(
        WeekSummary(
            first_day=monday - timedelta(weeks=11 - number),
            metres=Decimal(km * 1000),
            ceiling_m=None if top is None else Decimal(top * 1000),
        )
        for number, (km, top) in enumerate(zip(kms, ceilings, strict=True))
    )
    far = [6, 8, 14, 5, 9, 15, 7, 8, 16, 6, 9, 12, 7, 10, 17, 8, 8, 14, 6, 9, 18, 7, 10, 24, 6, 8, 15, 7, 8, 14]
    sessions = tuple(
        SessionSummary(
            day=day - timedelta(days=int(2.7 * (len(far) - number))),
            metres=Decimal(km * 1000),
            longest_before_m=Decimal(1000 * max(far[max(0, number - 11) : number])) if number else None,
            ceiling_m=Decimal(1100 * max(far[max(0, number - 11) : number])) if number else None,
        )
        for number, km in enumerate(far)
    )
    pairs = (
        PairSummary(
            id="g1",
            name="Ghost <b>15</b>",
            kind=ShoeKind.DAILY,
            metres=Decimal(612_000),
            look_m=Decimal(500_000),
            replace_m=Decimal(800_000),
            share=Decimal("0.62"),
            retires_in_week_of=date(2027, 1, 18),
        ),
        PairSummary(
            id="g2",
            name="Speedgoat",
            kind=ShoeKind.TRAIL,
            metres=Decimal(208_000),
            look_m=Decimal(500_000),
            replace_m=Decimal(800_000),
            share=Decimal("0.38"),
        ),
        PairSummary(
            id="g3", name="Vaporlite", kind=ShoeKind.RACER, metres=Decimal(466_000), look_m=Decimal(250_000),
            replace_m=Decimal(450_000),
        ),
    )  # fmt: skip
    said = (
        PreviewedRun(
            run_id="9001",
            day=day - timedelta(days=16),
            metres=Decimal(24000),
            text="Today's 24.0 km is 33 % longer than your longest run of the last 30 days (18.0 km).\n"
            "Tip: an easy day or two.",
            kept_back=(WithheldNotice(rule="ramp", reason="less important", text="47.0 km so far this week."),),
        ),
        PreviewedRun(run_id="9000", day=day - timedelta(days=30), metres=Decimal(17000), text="Seventeen it was."),
    )
    allowance = Allowance(day=day + timedelta(days=1), length_m=Decimal("26450"), week_m=Decimal("19950"))
    return RunnerSummary(weeks=weeks, sessions=sessions, allowance=allowance, pairs=pairs, said=said)


@dataclass
class Application:
    """The site and everything behind it."""

    settings: OperatorSettings = field(default_factory=settings)
    store: Any = field(default_factory=MemoryStore)
    inbox: Any = field(default_factory=MemoryInbox)
    strava: Grants = field(default_factory=Grants)
    mails: Mails | None = field(default_factory=Mails)
    clock: Clock = field(default_factory=Clock)
    forgotten: list[int] = field(default_factory=list)
    woken: int = 0
    seen: RunnerSummary = field(default_factory=summary)
    limits_floods: bool = False
    registry: CollectorRegistry | None = None
    counts: Counts = field(default_factory=NoMetrics)
    fields: FakeFields = field(default_factory=FakeFields)
    more_channels: tuple[Channel, ...] = ()
    """Ways to tell beside those of the product."""

    def __post_init__(self) -> None:
        self.keyring = Keyring(
            self.settings.secret_key,
            self.settings.secret_key_fallbacks,
            seconds_now=lambda: self.clock.now.timestamp(),
        )
        channels = all_channels(
            self.fields, self.mails, NoteCheck(self.store, lambda wait_s: None), comments=self.settings.comments
        )
        self.channels = {**channels, **{channel.name: channel for channel in self.more_channels}}
        self.app: Flask = create_app(
            Dependencies(
                settings=self.settings,
                keyring=self.keyring,
                store=self.store,
                inbox=self.inbox,
                intake=StoreIntake(self.store, self.inbox),
                strava=self.strava,
                clock=self.clock,
                forget=self._forget,
                export=self._export,
                summary=lambda runner, snapshot, now: self.seen,
                wake=self._wake,
                mailer=self.mails,
                channels=self.channels,
                rulebook=BOOK,
                voice_of=lambda runner: Voice(units=runner.settings.units),
                registry=self.registry,
                counts=self.counts,
                limits_floods=self.limits_floods,
            )
        )
        compile_once(self.app.jinja_env)

    def _forget(self, runner_id: int) -> None:
        self.forgotten.append(runner_id)
        self.store.forget(runner_id)
        self.inbox.forget(runner_id)

    def _export(self, runner_id: int) -> Mapping[str, Any]:
        runner = self.store.runner(runner_id)
        return {"runner": {"id": runner.id, "name": runner.name}, "settings": {"channel": runner.settings.channel}}

    def _wake(self) -> None:
        self.woken += 1

    def browser(self) -> Browser:
        """A new browser, with no cookies yet."""
        return Browser(self)

    def runner(self, runner_id: int = 7001) -> Runner:
        """The runner as the books have them."""
        found = self.store.runner(runner_id)
        assert found is not None
        return found

    def keep_list(self, runner_id: int = 7001) -> None:
        """Strava's list is in the cache, so that the page is filled."""
        self.store.keep_snapshot(Snapshot(runner_id=runner_id, fetched_at=self.clock.now, runs=()))

    def hook(self, secret: str | None = None) -> str:
        """The path Strava posts to."""
        return f"/strava/webhook/{secret or self.keyring.webhook_secret}"

    def link(self, action: str, **payload: str | int) -> str:
        """The path of a mail link."""
        return f"/mail/{action}/{self.keyring.sign_link(action, payload)}"


class Browser:
    """A browser as far as forms go: it sends back the token it was shown."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.client: FlaskClient = application.app.test_client()

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def token(self, path: str) -> str:
        """The CSRF token on a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def post(self, path: str, form: Mapping[str, Any] | None = None, *, seen_on: str = "", **more: Any) -> Any:
        """Send a form with the token of the page it stands on."""
        token = self.token(seen_on or path)
        return self.client.post(path, data={**(form or {}), "csrf_token": token}, **more)

    def leave_for_strava(self, **form: str) -> dict[str, str]:
        """Agree on the front page; what Strava is asked, as a mapping."""
        answer = self.post("/connect", {"agree": "yes", **form}, seen_on="/")
        assert answer.status_code == 303, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def come_back(self, state: str, *, scope: str = ALL_SCOPES, code: str = "good-code", **more: str) -> Any:
        """Strava sends the browser back."""
        return self.get("/connect/callback", query_string={"state": state, "code": code, "scope": scope, **more})

    def connect(self, *, scope: str = ALL_SCOPES, **form: str) -> Browser:
        """The whole way in; this browser is then the runner's."""
        answer = self.come_back(self.leave_for_strava(**form)["state"], scope=scope)
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"] == "/me"
        return self


def other_runner(application: Application, runner_id: int = 7002) -> Browser:
    """Another runner, connected in a browser of their own."""
    before, application.strava.runner_id = application.strava.runner_id, runner_id
    browser = application.browser().connect()
    application.strava.runner_id = before
    return browser


def change(application: Application, runner_id: int = 7001, **changes: Any) -> None:
    """Change a runner's settings behind the site's back."""
    application.store.change_runner(runner_id, lambda was: replace(was, settings=replace(was.settings, **changes)))
