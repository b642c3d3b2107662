"""What the site is made of. Everything outside is a port or a callable, so that tests bring their own."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from flask import current_app
from prometheus_client import CollectorRegistry

from plugin.notes.rulebook import Rulebook
from plugin.ports import Channels, Clock, Inbox, Intake, JobKind, Runner, Snapshot, Store, Strava, new_delivery
from plugin.ports.counts import Counts, NoMetrics
from plugin.settings.encryption import Keyring
from plugin.settings.push_hosts import PushHosts
from plugin.summary.model import RunnerSummary
from plugin.translations.voice import Voice

HOUR = timedelta(hours=1)


class SiteSettings(Protocol):
    """The part of the settings that the site reads (`plugin.settings.environment.OperatorSettings` has them all)."""

    @property
    def public_url(self) -> str:
        """Where runners and Strava reach us, without a slash at the end."""

    @property
    def contact(self) -> str | None:
        """Where runners reach the operator: an email address or an https:// page."""

    @property
    def strava_artwork(self) -> Path | None:
        """The folder with Strava's own button and logo."""

    @property
    def strava_client_id(self) -> str:
        """The Strava app."""

    @property
    def strava_oauth_url(self) -> str:
        """`/authorize` is below it."""

    @property
    def allowed_athletes(self) -> frozenset[int] | None:
        """Who may connect; None is everybody."""

    @property
    def athlete_limit(self) -> int:
        """How many may be connected at a time."""

    @property
    def settle_seconds(self) -> float:
        """How long an event waits before its run is looked at."""

    @property
    def check_hour(self) -> int:
        """The hour of the daily look where the runner chose none."""

    @property
    def digest_day(self) -> str:
        """The day of the weekly mail where the runner chose none."""

    @property
    def comments(self) -> bool:
        """Whether this Strava app may post in the comment thread."""

    @property
    def push_hosts(self) -> PushHosts:
        """Servers that push may go to beside the services' own."""

    @property
    def operator_athletes(self) -> frozenset[int]:
        """Who sees `/status`."""

    @property
    def metrics_token(self) -> str | None:
        """Bearer token of `/metrics`; None turns the page off."""

    @property
    def trusted_proxies(self) -> int:
        """How many routers before us set X-Forwarded-For and -Proto."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables without which nothing works and that are not set."""


class SendsConfirmations(Protocol):
    """The one mail that the site sends itself (`plugin.channels.Mailer`)."""

    def confirm(self, runner: Runner, address: str, now: datetime) -> None:
        """Send the confirmation link to an address that is not confirmed yet. Raises NotTold, or another
        FootnoteError for an address no mail server would take."""


def nothing() -> None:
    """For an installation whose background work polls the inbox."""


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Everything `create_app` needs. `mailer` is None where no mail can be sent."""

    settings: SiteSettings
    keyring: Keyring
    store: Store
    inbox: Inbox
    intake: Intake
    strava: Strava
    clock: Clock
    forget: Callable[[int], object]
    """Revokes at Strava and deletes everything of a runner."""
    export: Callable[[int], Mapping[str, Any]]
    """Everything held of a runner, as JSON values, without tokens."""
    channels: Channels
    rulebook: Rulebook
    voice_of: Callable[[Runner], Voice]
    summary: Callable[[Runner, Snapshot, datetime], RunnerSummary]
    """What the page shows, from the cached list."""
    wake: Callable[[], object] = nothing
    """Called after a delivery was kept, so that the background looks at once."""
    mailer: SendsConfirmations | None = None
    registry: CollectorRegistry | None = None
    """The metrics of the installation; the site adds those of the inbox."""
    counts: Counts = field(default_factory=NoMetrics)
    limits_floods: bool = True

    def may_within_hour(self, what: str, times: int) -> bool:
        """Take one of the `times` that `what` may be done in any sixty minutes; False if none is left."""
        now = self.clock()
        # Each is free again an hour after it was taken.
        return any(self.store.use_once(f"{what}:{place}", until=now + HOUR, now=now) for place in range(times))

    def blinded(self, text: str) -> str:
        """A keyed digest: without the key the text cannot be guessed from it."""
        return hmac.new(self.keyring.session_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def judge_again(have: Dependencies, runner: Runner, run_id: int, now: datetime) -> None:
    """Ask for another look at a run, because of what the runner said."""
    have.inbox.keep(new_delivery(runner.id, run_id, JobKind.SAID, now, now))
    have.wake()


def parts() -> Dependencies:
    """The parts of the app that answers this request."""
    found: Dependencies = current_app.extensions["footnote"]
    return found
