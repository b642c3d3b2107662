"""The way out: everything is deleted at once, or Footnote's notes are taken out of the activities first."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, render_template, request, session
from flask.typing import ResponseReturnValue

from plugin.activities.leaving import ChannelOf, Parting, begun, end, is_on_activity, parting_of, still_there
from plugin.activities.note_state import channel_of
from plugin.ports import Delivery, JobKind, Runner, State, new_delivery
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import RECEIPT, RECEIPT_ZONE, digest_of, here, looking_again, runner_only, to_page
from plugin.web.wording import stay_words


def register(app: Flask) -> None:
    """The button, and the page that shows how far it has come and then what came of it."""
    app.add_url_rule("/me/disconnect", "disconnect", runner_only(disconnect), methods=["POST"])
    app.add_url_rule("/me/leaving", "leaving", leaving)
    app.add_url_rule("/me/leaving", "go_on", runner_only(go_on), methods=["POST"])


def notes_on_activities(have: Dependencies, runner_id: int) -> int:
    """How many notes of ours are on this runner's activities, as far as is on record."""
    return sum(is_on_activity(one, _channel_of(have)(one)) for one in have.store.run_records(runner_id))


def disconnect(runner: Runner) -> ResponseReturnValue:
    """With "take the notes out first" that begins; without it access is given back and everything deleted at once."""
    have = parts()
    now = have.clock()
    if request.form.get("take_out") and runner.leaving is not None:
        return to_page("/me/leaving")
    if request.form.get("take_out"):
        nonce = secrets.token_urlsafe(24)
        asked = begun(have.store.run_records(runner.id), _channel_of(have), _digest(nonce), now)
        # On record first: the purge asks for a delivery that got lost.
        have.store.change_runner(runner.id, lambda was: was if was.leaving else replace(was, leaving=asked))
        session[RECEIPT] = nonce
        session[RECEIPT_ZONE] = runner.zone.key
        _ask(have, runner.id, now)
        return to_page("/me/leaving")
    parting = end(have.store, _channel_of(have), runner.id, now)
    mailed = have.mailer is not None and runner.settings.has_address
    have.forget(runner.id)
    session.clear()
    return _gone(have, now, parting, runner.zone.key, mailed=mailed)


def leaving() -> ResponseReturnValue:
    """How many notes are taken out; when it is over, what came of it, shown to the browser that asked."""
    have = parts()
    now, runner = have.clock(), here()
    if runner is not None and runner.leaving is not None:
        return _progress(have, runner, now)
    nonce = session.get(RECEIPT)
    parting = parting_of(have.store, _digest(nonce), now) if isinstance(nonce, str) and runner is None else None
    if parting is None:
        return to_page("/me" if runner else "/")
    return _gone(have, parting.at, parting, str(session.get(RECEIPT_ZONE) or "UTC"), mailed=False)


def go_on(runner: Runner) -> ResponseReturnValue:
    """Ask for the next go at once, where a delivery was lost or parked."""
    have = parts()
    if runner.leaving is not None:
        _ask(have, runner.id, have.clock())
    return to_page("/me/leaving")


def _progress(have: Dependencies, runner: Runner, now: datetime) -> ResponseReturnValue:
    assert runner.leaving is not None
    left = len(still_there(runner.leaving, have.store.run_records(runner.id), _channel_of(have)))
    stay = len(runner.leaving.stay)
    total = max(runner.leaving.notes, left + stay)
    work = _work(have, runner.id)
    text = render_template(
        "leaving.html",
        runner=runner,
        total=total,
        done=total - left,
        stay=stay,
        work=work,
        waits_until=work.due_at if work is not None and work.due_at > now else None,
    )
    return looking_again(text, True)


def _work(have: Dependencies, runner_id: int) -> Delivery | None:
    """What will go on with it; None where it was lost or parked."""
    found = [
        one for one in have.inbox.of_runner(runner_id) if one.why is JobKind.LEAVING and one.state is not State.PARKED
    ]
    return min(found, key=lambda one: one.due_at, default=None)


def _gone(have: Dependencies, when: datetime, parting: Parting | None, zone: str, *, mailed: bool) -> str:
    stay = [stay_words(reason, number) for reason, number in parting.stay.items()] if parting else []
    return render_template(
        "gone.html",
        when=when,
        zone=zone,
        host=urlsplit(have.settings.public_url).hostname,
        mailed=mailed,
        parting=parting,
        stay=stay,
    )


def _ask(have: Dependencies, runner_id: int, now: datetime) -> None:
    have.inbox.keep(new_delivery(runner_id, 0, JobKind.LEAVING, now, now))
    have.wake()


def _channel_of(have: Dependencies) -> ChannelOf:
    return partial(channel_of, have.channels)


def _digest(nonce: str) -> str:
    return digest_of(f"left:{nonce}")
