"""footnote subscription show|create|delete"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plugin.cli.application import application_for_command
from plugin.errors import FootnoteError, Refused, StravaError
from plugin.jobs import subscription as job
from plugin.jobs.subscription import Callback, ForeignSubscription, SubscriptionOutcome, host_of
from plugin.ports import SUBSCRIPTION

if TYPE_CHECKING:
    from plugin.wiring import Application

SAID = {
    SubscriptionOutcome.THERE: "The subscription is already there: {}. Nothing was changed.",
    SubscriptionOutcome.MADE: "The subscription is made: {}.",
    SubscriptionOutcome.MADE_MEANWHILE: "The subscription was made while this command ran, and points here: {}.",
    SubscriptionOutcome.MOVED: "The subscription pointed to an earlier address of this site and now points here: {}.",
    SubscriptionOutcome.TAKEN_OVER: "The subscription belonged to another program and now points here: {}.",
}


class NotSubscribed(FootnoteError):
    """Strava did not do it; says why and what to do."""


def show() -> None:
    """Its id, and whose callback it has."""
    application = application_for_command()
    there = application.strava.subscription()
    if there is None:
        click.echo("There is no subscription: `footnote subscription create` makes it.")
        return
    callback = callback_of(application)
    if callback.is_of(there):
        where = f"points to {application.settings.public_url}"
    elif callback.is_ours(there, application.store.key_value(SUBSCRIPTION)):
        where = "points to an earlier address of this site; `footnote subscription create` moves it"
    else:
        where = (
            f"belongs to another program, at {host_of(there)}; "
            "`footnote subscription create --take-over` takes it from that program"
        )
    click.echo(f"{there.id}\t{where}")


def create(*, takes_over: bool) -> None:
    """Make or move it. A second time nothing changes."""
    application = application_for_command()
    try:
        outcome, there = job.ensure_soon(
            application.strava, application.store, callback_of(application), takes_over=takes_over
        )
    except ForeignSubscription:
        raise
    except Refused as refused:
        raise NotSubscribed(
            f"The subscription was not made. {refused} The site must answer at {application.settings.public_url} "
            "while it is made. Once it answers, the site makes the subscription by itself within the hour, or this "
            "command makes it at once."
        ) from refused
    click.echo(SAID[outcome].format(there.id))


def delete() -> None:
    """Delete it at Strava."""
    application = application_for_command()
    try:
        there = job.remove(application.strava, application.store, callback_of(application))
    except ForeignSubscription as foreign:
        raise NotSubscribed(
            f"The subscription belongs to another program, at {foreign.host}, and was not deleted."
        ) from foreign
    except StravaError as error:
        raise NotSubscribed(f"The subscription could not be deleted: {error}") from error
    click.echo("There was no subscription." if there is None else f"Subscription {there.id} is deleted.")


def callback_of(application: Application) -> Callback:
    """Where Strava is to call this installation."""
    secret = application.keyring.webhook_secret
    return Callback(url=application.settings.callback_base + secret, secret=secret)
