"""Who comes in after Strava said yes: on the list, a place free, known or new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue

from plugin.errors import StravaError
from plugin.ports import WRITE_SCOPE, ChannelName, Granted, JobKind, Runner, Settings, new_delivery
from plugin.translations import ENGLISH
from plugin.web.dependencies import Dependencies
from plugin.web.error_pages import page
from plugin.web.login import log_in, to_page
from plugin.web.template_filters import browsers_units, language
from plugin.web.wording import _, some

CONSENT_VERSION = "2026-11d"
"""Changes with the words of the consent on `/`; kept with the moment it was given."""


def admit(have: Dependencies, granted: Granted, choice: Mapping[str, Any], now: datetime) -> ResponseReturnValue:
    """In, or turned away with nothing kept here or at Strava."""
    allowed = have.settings.allowed_athletes
    if allowed is not None and granted.runner_id not in allowed:
        return _turn_away(
            have, granted, _("This Footnote is for invited runners"), _("Your Strava account is not on its list.")
        )
    if choice.get("sign_in") and have.store.runner(granted.runner_id) is None:
        return _turn_away(
            have,
            granted,
            _("You are not connected here yet"),
            _("Read on the front page what Footnote does, agree to it, and connect there."),
        )
    with have.store.lock(granted.runner_id, purpose="tokens"):
        # Not in the middle of a refresh, which would put the old tokens over these.
        known = have.store.change_runner(granted.runner_id, lambda runner: _again(have, runner, granted, choice, now))
    runner = known or _newcomer(have, granted, choice, now)
    if known is None and not have.store.enrol(runner, limit=have.settings.athlete_limit):
        return _turn_away(
            have,
            granted,
            _("This Footnote is full"),
            some(
                "It serves one runner and has no free place.",
                "It serves %(num)s runners and has no free place.",
                have.settings.athlete_limit,
            ),
        )
    have.inbox.keep(new_delivery(runner.id, 0, JobKind.PREVIEW, now, now))
    have.wake()
    log_in(runner, state=request.args["state"])
    return to_page("/me")


def _turn_away(have: Dependencies, granted: Granted, title: str, text: str) -> ResponseReturnValue:
    """Nothing is kept, at Strava neither."""
    try:
        have.strava.revoke(granted.tokens)
    except StravaError as trouble:
        current_app.logger.warning("could not give back an authorisation: %s", type(trouble).__name__)
    return page(403, title, _("%(why)s Nothing was kept, and the access to Strava was given back.", why=text))


def _newcomer(have: Dependencies, granted: Granted, choice: Mapping[str, Any], now: datetime) -> Runner:
    wanted = ChannelName(choice["channel"])
    if _writes(have, wanted) and WRITE_SCOPE not in granted.scopes:
        wanted = ChannelName.PAGE
    return Runner(
        id=granted.runner_id,
        name=granted.name,
        connected_at=now,
        consent_version=CONSENT_VERSION,
        consent_at=now,
        scopes=granted.scopes,
        tokens=granted.tokens,
        settings=Settings(
            channel=wanted, reads_soreness=bool(choice["soreness"]), language=_notes_language(), units=browsers_units()
        ),
    )


def _writes(have: Dependencies, name: ChannelName) -> bool:
    return name in have.channels and have.channels[name].is_on_activity


def _notes_language() -> str | None:
    """What the runner chose on the front page, else what the browser speaks: mails and notes see no browser."""
    preferred = language()
    return None if preferred == ENGLISH else preferred


def _again(have: Dependencies, runner: Runner, granted: Granted, choice: Mapping[str, Any], now: datetime) -> Runner:
    """A runner who comes again keeps what they chose. What did not work for a missing scope gets another chance."""
    settings = runner.settings
    may_write_now = bool(runner.scopes) and WRITE_SCOPE in granted.scopes - runner.scopes
    if settings.channel is ChannelName.PAGE and may_write_now:
        # The page was not their choice: it was the only channel possible.
        settings = replace(settings, channel=ChannelName(choice["channel"]))
    elif _writes(have, settings.channel) and WRITE_SCOPE not in granted.scopes:
        settings = replace(settings, channel=ChannelName.EMAIL if settings.has_address else ChannelName.PAGE)
    if choice["soreness"]:
        settings = replace(settings, reads_soreness=True)
    return replace(
        runner,
        name=granted.name,
        consent_version=runner.consent_version if choice.get("sign_in") else CONSENT_VERSION,
        consent_at=runner.consent_at if choice.get("sign_in") else now,
        scopes=granted.scopes,
        tokens=granted.tokens,
        must_reconnect=False,
        told_to_reconnect=False,
        failed_channels=frozenset({ChannelName.EMAIL} & runner.failed_channels),
        failures=(),
        settings=settings,
    )
