"""/api/v3/push_subscriptions: authorised by client id and secret; one subscription at most."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from plugin.sandbox.context import here
from plugin.sandbox.json_shapes import stamp
from plugin.sandbox.model import Json
from plugin.sandbox.push import AlreadyThere, HandshakeFailed, PushSubscription
from plugin.sandbox.request_gate import error_answer

subscriptions = Blueprint("subscriptions", __name__, url_prefix="/api/v3/push_subscriptions")

LONGEST_URL = 255


@subscriptions.get("")
def show() -> Response:
    _only_the_app()
    kept = here().push.subscription
    return jsonify([_answer(kept)] if kept else [])


@subscriptions.post("")
def create() -> tuple[Response, int]:
    asked = _only_the_app()
    sandbox = here()
    callback_url, verify_token = asked.get("callback_url", ""), asked.get("verify_token", "")
    already_exists = error_answer(400, "Bad Request", "PushSubscription", "", "already exists")
    if sandbox.push.subscription is not None:
        raise already_exists
    url = urlsplit(callback_url)
    if url.scheme not in ("http", "https") or not url.netloc or len(callback_url) > LONGEST_URL:
        raise error_answer(400, "Bad Request", "PushSubscription", "callback url", "invalid")
    if not verify_token:
        raise error_answer(400, "Bad Request", "PushSubscription", "verify token", "invalid")
    try:
        made = sandbox.push.subscribe(callback_url, verify_token)
    except AlreadyThere as reason:
        raise already_exists from reason
    except HandshakeFailed as reason:
        raise error_answer(400, "Bad Request", "PushSubscription", "callback url", str(reason)) from reason
    return jsonify({"id": made.id}), 201


@subscriptions.delete("/<int:number>")
def delete(number: int) -> tuple[str, int]:
    _only_the_app()
    if not here().push.unsubscribe(number):
        raise error_answer(404, "Resource Not Found", "PushSubscription", "id", "invalid")
    return "", 204


def _only_the_app() -> dict[str, str]:
    asked = request.values.to_dict()
    if not here().app.is_named(asked):
        raise error_answer(401, "Authorization Error", "Application", "", "invalid")
    return asked


def _answer(kept: PushSubscription) -> Json:
    made = stamp(datetime.fromtimestamp(kept.made_at, UTC))
    return {
        "id": kept.id,
        "resource_state": 2,
        "application_id": int(here().app.client_id) if here().app.client_id.isdigit() else 0,
        "callback_url": kept.callback_url,
        "created_at": made,
        "updated_at": made,
    }
