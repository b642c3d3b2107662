"""When a channel closes for a runner, and when it opens again.

Strava's answer to one write proves little, and a service that cannot be reached has decided nothing. So a channel on
the activity, and one that was only in trouble, closes after failures on two different runs within a week. It opens
again by itself a week after the last one, or when the runner chooses it anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from plugin.ports import Channel, ChannelFailure, ChannelName, Runner

RUNS = 2
WEEK = timedelta(days=7)


def with_failure(runner: Runner, channel: Channel, run_id: int, now: datetime, *, is_decided: bool = True) -> Runner:
    """The runner after a note could not be told. A channel outside the activity closes at once: a mail server that
    refuses an address has decided. `is_decided`: False where it was only tried too often."""
    failure = ChannelFailure(channel=channel.name, run_id=run_id, at=now)
    others = [one for one in runner.failures if (one.channel, one.run_id) != (failure.channel, failure.run_id)]
    failures = (*(one for one in others if now - one.at < WEEK), failure)
    runs = {one.run_id for one in failures if one.channel == channel.name}
    if (channel.is_on_activity or not is_decided) and len(runs) < RUNS:
        return replace(runner, failures=failures)
    return replace(
        runner,
        failures=failures,
        settings=channel.closed_for(runner.settings),
        failed_channels=runner.failed_channels | {channel.name},
    )


def reopened(runner: Runner, now: datetime) -> Runner:
    """The runner with the channels open whose last failure is a week old. A refused address stays refused."""
    young = {one.channel for one in runner.failures if now - one.at < WEEK}
    return replace(runner, failed_channels=runner.failed_channels & (young | {ChannelName.EMAIL}))


def without_failures(runner: Runner, channel: ChannelName) -> Runner:
    """The runner without failures of this channel: they have chosen it again."""
    return replace(
        runner,
        failed_channels=runner.failed_channels - {channel},
        failures=tuple(one for one in runner.failures if one.channel != channel),
    )
