"""Alive, ready, counted; and the operator's page of what waits and why."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta

from flask import Flask, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from plugin.errors import FootnoteError
from plugin.monitoring.gauges import DeliveryCounts
from plugin.ports import LAST_EVENT, MAIL, NOTE_CHECK, SUBSCRIPTION, UNREADABLE, Delivery, Runner, kept_moment
from plugin.settings.build import build_id
from plugin.stores.each_runner import isolated
from plugin.strava.list_pages import slowest_of
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import here, to_page

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
KEY_OPENS = "footnote-key-opens"
TRIED = 3
"""So many runners are tried; one of them may be damaged in another way."""
SAMPLE = 200
"""As many runners as are asked when they were last swept."""
ROWS = 100
"""As many deliveries as the operator's page lists; `footnote inbox list` has all."""
LATE = timedelta(minutes=5)
"""A delivery this long past its due time shows that no worker runs."""


def register(app: Flask) -> None:
    """The addresses for machines, and the operator's page."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics)
    app.add_url_rule("/status", "status", status)
    for what in ("retry", "drop"):
        app.add_url_rule(f"/status/{what}", f"status_{what}", answer, methods=["POST"], defaults={"what": what})
    app.jinja_env.globals["is_operator"] = is_operator


def healthz() -> ResponseReturnValue:
    """Requests are taken; by which build."""
    return f"ok {build_id()}\n", 200, PLAIN


def readyz() -> ResponseReturnValue:
    """Store and queue answer."""
    have = parts()
    try:
        have.store.is_there()
        have.inbox.counts()
        opens = _opens(have)
    except FootnoteError as broken:
        current_app.logger.error("not ready: %s", broken)
        return "the store does not answer\n", 503, PLAIN
    if not opens:
        return "what is kept does not open with this SECRET_KEY\n", 503, PLAIN
    apart = len(have.store.key_value(UNREADABLE))
    return f"ready\n{_cannot_be_read(apart)}" if apart else "ready\n", 200, PLAIN


def _opens(have: Dependencies) -> bool:
    """Whether the key opens what is kept of anybody. Asked until it does: a process keeps its key."""
    known = current_app.extensions
    if KEY_OPENS not in known:
        runner_ids = have.store.runner_ids()
        apart = isolated(have.store.runner, runner_ids[:TRIED])
        if apart and len(apart) == len(runner_ids[:TRIED]) and all(one.by_key for one in apart):
            current_app.logger.error("not ready: %s", apart[0])
            return False
        if runner_ids:
            known[KEY_OPENS] = True
    return True


def _cannot_be_read(many: int) -> str:
    """For whoever may ask, so without ids."""
    return f"{many} runner{'s' if many > 1 else ''} cannot be read and set apart: footnote doctor names them\n"


def metrics() -> ResponseReturnValue:
    """Prometheus text without ids; 404 when off, 401 without the token."""
    have = parts()
    token = have.settings.metrics_token
    if not token:
        abort(404)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # The scheme's case does not matter (RFC 9110, 11.1).
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip(" ").encode(), token.encode()):
        return Response("wrong token\n", 401, {**PLAIN, "WWW-Authenticate": "Bearer"})
    own = CollectorRegistry()
    own.register(DeliveryCounts(have.inbox))
    text = generate_latest(own) + (generate_latest(have.registry) if have.registry else b"")
    return Response(text, 200, {"Content-Type": CONTENT_TYPE_LATEST})


def status() -> ResponseReturnValue:
    """What waits, what is parked and why, the budget, the schedule, the subscription. For operators only."""
    have = parts()
    runner = here()
    if not is_operator():
        abort(404)
    now = have.clock()
    kept = have.inbox.everything()
    runner_ids = have.store.runner_ids()
    return render_template(
        "status.html",
        runner=runner,
        counts=have.inbox.counts(),
        deliveries=[_row(one, now) for one in kept[:ROWS]],
        more=max(0, len(kept) - ROWS),
        budget=have.strava.budget(),
        is_overdue=_is_overdue(have, now),
        last_event=kept_moment(have.store.key_value(LAST_EVENT).get("at")),
        last=_last_done(have, runner_ids),
        subscription=have.store.key_value(SUBSCRIPTION),
        note_check=have.store.key_value(NOTE_CHECK),
        slowest=slowest_of(have.store, now),
        runners=len(runner_ids),
        unreadable=have.store.key_value(UNREADABLE),
        mail_pause=have.store.key_value(MAIL),
        has_mailer=have.mailer is not None,
        now=now,
    )


def is_operator() -> bool:
    """Whether this browser is one of the operators'."""
    runner = here()
    return runner is not None and runner.id in parts().settings.operator_athletes


def answer(what: str) -> ResponseReturnValue:
    """Try a delivery again at once, or drop it."""
    if not is_operator():
        abort(404)
    have, delivery_id = parts(), request.form.get("id", "")
    if not delivery_id.isprintable():
        # Postgres refuses a NUL in a text; no delivery is called so.
        abort(404)
    is_known = have.inbox.retry(delivery_id, have.clock()) if what == "retry" else have.inbox.drop(delivery_id)
    if not is_known:
        abort(404)
    have.wake()
    return to_page("/status#inbox")


def _row(one: Delivery, now: datetime) -> dict[str, object]:
    return {"one": one, "age_s": int((now - one.received_at).total_seconds())}


def _is_overdue(have: Dependencies, now: datetime) -> bool:
    due = have.inbox.next_due()
    return due is not None and now - due > LATE


def _last_done(have: Dependencies, runner_ids: list[int]) -> dict[str, date | None]:
    """The latest day on which runners were swept and mailed their digest; what was done last is kept with each."""
    found: list[Runner] = []

    def add(runner_id: int) -> None:
        runner = have.store.runner(runner_id)
        if runner is not None:
            found.append(runner)

    isolated(add, runner_ids[:SAMPLE])
    return {
        "sweep": max((one.swept_on for one in found if one.swept_on), default=None),
        "digest": max((one.digested_on for one in found if one.digested_on), default=None),
    }
