"""footnote subscription show|create|delete"""

from __future__ import annotations

import click

from plugin.cli.application import house_for_command
from plugin.errors import FootnoteError, Refused, StravaError
from plugin.jobs import subscription as subscribing
from plugin.jobs.subscription import Callback, Outcome

SAID = {
    Outcome.THERE: "The subscription is already there: {}. Nothing was changed.",
    Outcome.MADE: "The subscription is made: {}.",
    Outcome.MOVED: "The subscription pointed elsewhere and now points here: {}.",
}


class NotSubscribed(FootnoteError):
    """Strava did not do it; says why and what to do."""


def show() -> None:
    """Its id, and whether it points here."""
    application = house_for_command()
    there = application.strava.subscription()
    if there is None:
        click.echo("There is no subscription: `footnote subscription create` makes it.")
        return
    settings = application.settings
    is_ours = Callback(url=settings.callback_base + application.keyring.webhook_secret, secret="").is_of(there)
    where = (
        f"points to {settings.public_url}" if is_ours else "points elsewhere; `footnote subscription create` moves it"
    )
    click.echo(f"{there.id}\t{where}")


def create() -> None:
    """Make or move it. A second time nothing changes."""
    application = house_for_command()
    secret = application.keyring.webhook_secret
    callback = Callback(url=application.settings.callback_base + secret, secret=secret)
    try:
        outcome, there = subscribing.ensure(application.strava, application.store, callback)
    except Refused as refused:
        raise NotSubscribed(
            f"Strava would not make the subscription. Does the site answer at {application.settings.public_url}, "
            f"and are client id and secret right? `footnote doctor` finds out. ({refused})"
        ) from refused
    click.echo(SAID[outcome].format(there.id))


def delete() -> None:
    """Take it away."""
    application = house_for_command()
    try:
        there = subscribing.remove(application.strava, application.store)
    except StravaError as error:
        raise NotSubscribed(f"The subscription could not be deleted: {error}") from error
    click.echo("There was no subscription." if there is None else f"Subscription {there.id} is deleted.")
