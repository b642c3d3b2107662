"""JSON endpoints below /sandbox for the sandbox's own switches: tokens, faults, limits, logs. See `control_api`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from plugin.sandbox.context import here
from plugin.sandbox.event_sender import EventDelivery
from plugin.sandbox.faults import KINDS, Fault
from plugin.sandbox.make_activity import NotRecordable
from plugin.sandbox.model import Json
from plugin.sandbox.page_session import refuse_other_origins

switches = Blueprint("switches", __name__, url_prefix="/sandbox")


def body() -> dict[str, Any]:
    """The JSON object of the request, {} without a body."""
    if not request.get_data():
        return {}
    asked = request.get_json(force=True, silent=True)
    if not isinstance(asked, dict):
        raise NotRecordable("the body is no JSON object")
    return asked


def set_up_blueprint(part: Blueprint) -> None:
    """Refuse requests from other sites' pages, and answer 400 with a sentence for a wrong body."""
    part.before_request(refuse_other_origins)
    for kind in (TypeError, ValueError, KeyError):
        part.register_error_handler(kind, _does_not_fit)


def _does_not_fit(reason: Exception) -> tuple[Response, int]:
    return jsonify({"message": f"the body does not fit: {reason}"}), 400


set_up_blueprint(switches)


@switches.post("/tokens/expire")
def expire() -> Response:
    return jsonify({"expired": here().grants.expire(body().get("athlete"))})


@switches.put("/tokens")
def change_tokens() -> Response:
    asked = body()
    grants = here().grants
    grants.token_life_s = float(asked.get("life_seconds", grants.token_life_s))
    grants.rotates = bool(asked.get("rotates", grants.rotates))
    return jsonify({"life_seconds": grants.token_life_s, "rotates": grants.rotates})


@switches.get("/faults")
def show_faults() -> Response:
    return jsonify({"on": here().faults.active(), "kinds": {name: kind.words for name, kind in KINDS.items()}})


@switches.post("/faults")
def switch_on() -> tuple[Response, int]:
    return jsonify({"number": here().faults.switch_on(Fault(**body()))}), 201


@switches.delete("/faults")
def switch_off() -> Response:
    here().faults.switch_off(**body())
    return jsonify({})


@switches.get("/limits")
def show_limits() -> Response:
    windows = here().windows
    return jsonify(asdict(windows.limits) | {"used": windows.used()})


@switches.put("/limits")
def change_limits() -> Response:
    asked = body()
    windows = here().windows
    used, turn = asked.pop("used", {}), asked.pop("turn", False)
    if turn:
        windows.turn()
    windows.set_used(**used)
    windows.change(**asked)
    return show_limits()


@switches.get("/calls")
def show_calls() -> Response:
    return jsonify(here().calls.answer())


@switches.delete("/calls")
def clear_calls() -> Response:
    here().calls.clear()
    return jsonify({})


@switches.get("/events")
def show_events() -> Response:
    return jsonify({"events": here().push.events()})


@switches.delete("/events")
def clear_events() -> Response:
    here().push.log.clear()
    return jsonify({})


@switches.post("/events")
def forge() -> tuple[Response, int]:
    here().push.send(EventDelivery(event=body()))
    return jsonify({}), 202


@switches.put("/push")
def change_push() -> Response:
    push = here().push
    push.retry_s = float(body().get("retry_seconds", push.retry_s))
    return jsonify({"retry_seconds": push.retry_s})


@switches.get("/subscription")
def show_subscription() -> Response:
    return jsonify(subscription())


def subscription() -> Json | None:
    kept = here().push.subscription
    return {"id": kept.id, "callback_url": kept.callback_url} if kept else None
