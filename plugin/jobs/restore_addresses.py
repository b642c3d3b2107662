"""Switches addresses on again that were switched off because the mail server refused us."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from plugin.channels.mail.smtp_replies import is_about_us
from plugin.ports import MAIL, ChannelName, Reason, Runner, Store
from plugin.ports.reasons import read_reason
from plugin.stores.each_runner import each_runner

log = logging.getLogger("footnote.restore_addresses")


def mend_after_pause(store: Store) -> None:
    """Those that were switched off just before mail paused. Called every half minute; nearly always there are none."""
    since = store.key_value(MAIL).get("mend_since")
    if since is not None:
        _mend(store, lambda runner: _refused_since(runner, datetime.fromisoformat(since)))
        store.change_key_value(MAIL, lambda was: {key: was[key] for key in was if key != "mend_since"})


def mend_by_records(store: Store) -> None:
    """Those of whom a record says that they were switched off for what was about us: earlier versions did that."""
    _mend(store, lambda runner: _is_by_mistake(store, runner))


def _mend(store: Store, is_by_mistake: Callable[[Runner], bool]) -> None:
    mended = 0

    def look(runner_id: int) -> None:
        nonlocal mended
        runner = store.runner(runner_id)
        if runner is not None and runner.settings.email_bounced and is_by_mistake(runner):
            store.change_runner(runner_id, switched_on)
            mended += 1

    each_runner(store, look)
    if mended:
        log.warning("%d addresses are switched on again: the mail server had refused us, and not them", mended)


def switched_on(runner: Runner) -> Runner:
    """The runner whose address takes mail again."""
    return replace(
        runner,
        settings=replace(runner.settings, email_bounced=False),
        failed_channels=runner.failed_channels - {ChannelName.EMAIL},
        failures=tuple(one for one in runner.failures if one.channel != ChannelName.EMAIL),
    )


def _refused_since(runner: Runner, since: datetime) -> bool:
    return any(one.channel == ChannelName.EMAIL and one.at >= since for one in runner.failures)


def _is_by_mistake(store: Store, runner: Runner) -> bool:
    """By the newest word of the mail server that is on record."""
    remarks = [read_reason(one.remark) for one in store.run_records(runner.id) if one.remark]
    refusals = [detail for reason, detail in remarks if reason is Reason.NOT_TOLD and "mail server" in detail]
    return bool(refusals) and is_about_us(refusals[-1])
