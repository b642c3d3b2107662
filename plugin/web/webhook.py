"""Strava's webhook: the event is stored in the inbox, then 200 is answered. Strava is never called from here."""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime, timedelta

import structlog
from flask import Flask, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from plugin.activities.webhook_event import (
    MOST_BYTES,
    Handshake,
    Meaning,
    NotAnEvent,
    meaning,
    read_delivery,
    read_handshake,
)
from plugin.errors import StoreBroken
from plugin.monitoring.logs import about
from plugin.ports import LAST_EVENT, Delivery, JobKind
from plugin.web.dependencies import Dependencies, parts

log = structlog.get_logger("footnote.webhook")

METHODS = ("GET", "HEAD", "POST")
DRAINED = 1 << 20
"""What is too long is still read up to here, so that its sender hears the answer instead of a reset."""
SIGNATURE = "X-Strava-Signature"
"""Seen on some events. How its secret is obtained is not documented, so it is noted and never relied on."""
LAST_EVENT_EVERY = timedelta(minutes=1)
"""The operator's page says when the last event came, to the minute: not a second write for each."""


def register(app: Flask) -> None:
    """The one address Strava knows."""
    app.extensions["footnote-last-event"] = None
    # All methods, so that a wrong secret is 404 with each of them; Flask would answer some by itself.
    app.url_map.add(app.url_rule_class("/strava/webhook/<secret>", endpoint="hook"))
    app.view_functions["hook"] = hook


def hook(secret: str) -> ResponseReturnValue:
    """The handshake and the events. A wrong secret is 404 before anything else is checked."""
    have = parts()
    given = secret.encode("utf-8", "surrogatepass")
    # Every secret is compared, so that time does not tell which came close.
    matches = [hmac.compare_digest(given, known.encode()) for known in have.keyring.webhook_secrets]
    if not any(matches):
        abort(404)
    if request.method not in METHODS:
        raise MethodNotAllowed(METHODS)
    if request.method != "POST":
        answer = read_handshake(request.args, secret)
        if isinstance(answer, Handshake):
            return jsonify({"hub.challenge": answer.challenge})
        abort(403)
    event = read_delivery(_body())
    if isinstance(event, NotAnEvent):
        return jsonify(status=400, error=event.reason), 400
    asked = meaning(event)
    if asked is None:
        return "", 200
    now = have.clock()
    delivery = Delivery(
        id=uuid.uuid4().hex,
        runner_id=event.owner_id,
        run_id=0 if asked is Meaning.DEAUTHORISED else event.object_id,
        why=JobKind(asked.value),
        received_at=now,
        # One save can bring several events, and the runner may still be writing. Deletions do not wait.
        due_at=now + timedelta(seconds=have.settings.settle_seconds if asked is Meaning.EVENT else 0),
        event_time=event.event_time,
        is_new=event.aspect_type == "create",
    )
    kept = have.intake.accept(delivery, subscription_id=event.subscription_id)
    if kept is not None:
        with about(delivery=kept.id, runner=kept.runner_id, run=kept.run_id):
            log.info("accepted" if kept.id == delivery.id else "accepted: joined to one that waits", why=kept.why.value)
        _note_moment(have, now, is_signed=SIGNATURE in request.headers)
        have.wake()
    return "", 200


def _body() -> bytes:
    """The post's bytes; 413 for one byte more than the limit, whether its length was announced or not."""
    announced = request.content_length
    if announced is not None and announced > DRAINED:
        abort(413)
    request.max_content_length = DRAINED
    body = request.stream.read(MOST_BYTES + 1)
    while len(body) <= MOST_BYTES and (more := request.stream.read(MOST_BYTES + 1 - len(body))):
        body += more
    if len(body) > MOST_BYTES:
        while request.stream.read(MOST_BYTES):
            pass
        abort(413)
    return body


def _note_moment(have: Dependencies, now: datetime, *, is_signed: bool) -> None:
    """When the last event came and whether it was signed, for the operator. The delivery is kept: this may fail."""
    last = current_app.extensions["footnote-last-event"]
    if last is not None and now - last < LAST_EVENT_EVERY:
        return
    current_app.extensions["footnote-last-event"] = now
    try:
        have.store.change_key_value(LAST_EVENT, lambda was: {**was, "at": now.isoformat(), "signed": is_signed})
    except StoreBroken as broken:
        current_app.logger.warning("could not keep when the last event came: %s", broken)
