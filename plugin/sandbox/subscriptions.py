"""/api/v3/push_subscriptions: authorised by client id and secret; one subscription at most."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, request

from plugin.sandbox.context import here
from plugin.sandbox.event_sender import AlreadyThere, HandshakeFailed, PushSubscription
from plugin.sandbox.json_shapes import stamp
from plugin.sandbox.model import Json
from plugin.sandbox.request_gate import error_answer, only_the_app

subscriptions = Blueprint("subscriptions", __name__, url_prefix="/api/v3/push_subscriptions")

LONGEST_URL = 255
FOREIGN = PushSubscription(
    id=259_999, callback_url="https://home.example/api/webhook/strava-0f3a", made_at=1_760_000_000.0
)
"""Another program's subscription, while the fault `foreign_subscription` is on."""


@subscriptions.get("")
def show() -> Response:
    _authorised()
    kept = _subscription()
    return jsonify([_answer(kept)] if kept else [])


@subscriptions.post("")
def create() -> tuple[Response, int]:
    asked = _authorised()
    sandbox = here()
    callback_url, verify_token = asked.get("callback_url", ""), asked.get("verify_token", "")
    already_exists = error_answer(400, "Bad Request", "PushSubscription", "", "already exists")
    if _subscription() is not None:
        raise already_exists
    url = urlsplit(callback_url)
    if url.scheme not in ("http", "https") or not url.netloc or len(callback_url) > LONGEST_URL:
        raise _refused_callback("invalid")
    if not verify_token:
        raise error_answer(400, "Bad Request", "PushSubscription", "verify token", "invalid")
    if "callback_refused" in g.faults:
        raise _refused_callback("GET to callback URL does not return 200")
    if "callback_not_verifiable" in g.faults:
        raise _refused_callback("not verifiable")
    try:
        made = sandbox.push.subscribe(callback_url, verify_token)
    except AlreadyThere as reason:
        raise already_exists from reason
    except HandshakeFailed as reason:
        raise _refused_callback(str(reason)) from reason
    return jsonify({"id": made.id}), 201


@subscriptions.delete("/<int:number>")
def delete(number: int) -> tuple[str, int]:
    _authorised()
    sandbox = here()
    if "foreign_subscription" in g.faults and number == FOREIGN.id:
        sandbox.faults.switch_off(kind="foreign_subscription")
    elif not sandbox.push.unsubscribe(number):
        raise error_answer(404, "Resource Not Found", "PushSubscription", "id", "invalid")
    return "", 204


def _subscription() -> PushSubscription | None:
    """The app's one subscription; another program's while that fault is on, which ends ours."""
    push = here().push
    if "foreign_subscription" in g.faults:
        push.subscription = None
        return FOREIGN
    return push.subscription


def _authorised() -> dict[str, str]:
    asked = request.values.to_dict()
    only_the_app(asked)
    return asked


def _refused_callback(code: str) -> Exception:
    return error_answer(400, "Bad Request", "PushSubscription", "callback url", code)


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
