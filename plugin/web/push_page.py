"""`/me/push`: pick a service, fill its few fields, get a test note, take it back. What was filled in is never shown
again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import Flask, abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from plugin.activities.channel_failures import without_failures
from plugin.channels.push_services.services import BY_NAME, SERVER, Service, offered
from plugin.ports import ChannelName, JobKind, PushTarget, Runner, State, new_delivery
from plugin.ports.reasons import read_reason
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import looking_again, runner_only, to_page
from plugin.web.wording import _

TEST_NOTES_AN_HOUR = 3


def register(app: Flask) -> None:
    """The form, and the way back."""
    app.add_url_rule("/me/push", "push", runner_only(push), methods=["GET", "POST"])
    app.add_url_rule("/me/push/remove", "remove_push", runner_only(remove), methods=["POST"])


def push(runner: Runner) -> ResponseReturnValue:
    """What is set up, and the form of the service picked; a POST keeps it, makes it the runner's channel and has a test
    note sent."""
    have = parts()
    if not _is_offered(have):
        abort(404)
    if request.method != "POST":
        service = BY_NAME.get(request.args.get("service", ""))
        text = _page(have, runner, service)
        return looking_again(text, service is None and _is_on_its_way(have, runner))
    service = BY_NAME.get(request.form.get("service", ""))
    if service is None or service not in offered(have.settings.push_hosts):
        return _page(have, runner, None, errors={"service": _("Choose one of these.")}), 400
    target, wrong = service.read(request.form, have.settings.push_hosts)
    target = replace(target, only_mine=bool(request.form.get("only_mine")))
    if wrong:
        errors = {name: _(sentence) for name, sentence in wrong.items()}
        return _page(have, runner, service, errors=errors, typed=request.form), 400
    have.store.change_runner(runner.id, lambda was: _with(was, target))
    ask_for_test_note(have, runner, have.clock())
    return to_page("/me/push")


def remove(runner: Runner) -> ResponseReturnValue:
    """Forget what was filled in; notes go by mail or stay on the page."""
    have = parts()

    def change(was: Runner) -> Runner:
        chosen = was.settings
        if chosen.channel is ChannelName.PUSH:
            next_way = ChannelName.EMAIL if chosen.has_address else ChannelName.PAGE
            chosen = replace(chosen, channel=next_way, until_confirmed=None)
        return without_failures(replace(was, settings=replace(chosen, push=None)), ChannelName.PUSH)

    have.store.change_runner(runner.id, change)
    flash(_("Removed: what you had filled in is deleted, and nothing is pushed any more."))
    return to_page("/me/settings")


def may_test(have: Dependencies, runner: Runner) -> bool:
    """Three test notes an hour; says so where it is one too many."""
    may = have.may_within_hour(have.blinded(f"test note:{runner.id}"), TEST_NOTES_AN_HOUR)
    if not may:
        flash(_("Three test notes an hour are enough: try again later."), "wrong")
    return may


def ask_for_test_note(have: Dependencies, runner: Runner, now: datetime) -> None:
    """Leave a test note to the background work, if one may be sent."""
    if not may_test(have, runner):
        return
    have.inbox.keep(new_delivery(runner.id, 0, JobKind.TEST_NOTE, now, now))
    have.wake()


def _with(was: Runner, target: PushTarget) -> Runner:
    chosen = replace(was.settings, push=target, channel=ChannelName.PUSH, until_confirmed=None)
    return without_failures(replace(was, settings=chosen), ChannelName.PUSH)


def _is_offered(have: Dependencies) -> bool:
    channel = have.channels.get(ChannelName.PUSH)
    return channel is not None and channel.is_offered


def _is_on_its_way(have: Dependencies, runner: Runner) -> bool:
    return any(
        one.why is JobKind.TEST_NOTE and one.state is not State.PARKED for one in have.inbox.of_runner(runner.id)
    )


def _detail(kept: str) -> str:
    """The words behind a kept reason's code."""
    detail = read_reason(kept)[1]
    return _(detail) if detail else ""


def _page(
    have: Dependencies,
    runner: Runner,
    service: Service | None,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    listed = have.settings.push_hosts
    services = offered(listed)
    shown = service if service in services else None
    kept = runner.settings.push
    return render_template(
        "push.html",
        runner=runner,
        services=services,
        service=shown,
        servers=[one.shown for one in shown.servers(listed)] if shown else [],
        kept=kept,
        kept_title=BY_NAME[kept.service].title if kept is not None and kept.service in BY_NAME else "",
        kept_server=kept.fields.get(SERVER, "") if kept is not None else "",
        trouble=_detail(kept.trouble) if kept is not None else "",
        is_on_its_way=_is_on_its_way(have, runner),
        errors=errors or {},
        typed=typed or {},
    )
