"""The control pages: connected apps, faults, and the log of calls and events."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from plugin.sandbox.context import here
from plugin.sandbox.faults import KINDS, Fault
from plugin.sandbox.make_activity import NotRecordable
from plugin.sandbox.oauth import IN_WORDS
from plugin.sandbox.page_session import logged_in, refuse_other_origins

control_pages = Blueprint("control_pages", __name__)
control_pages.before_request(lambda: refuse_other_origins() if request.method == "POST" else None)


@control_pages.get("/settings/apps")
def apps() -> str:
    sandbox = here()
    scopes = sandbox.grants.scopes_of(logged_in().id)
    return render_template("apps.html", scopes=[words for s, words in IN_WORDS.items() if s in scopes], app=sandbox.app)


@control_pages.post("/settings/apps/disconnect")
def disconnect() -> AnyResponse:
    here().disconnect(logged_in().id)
    return redirect(url_for("control_pages.apps"))


@control_pages.get("/faults")
def faults() -> str:
    sandbox = here()
    return render_template(
        "faults.html",
        kinds={name: kind.words for name, kind in KINDS.items()},
        on=sandbox.faults.active(),
        limits=sandbox.windows.limits,
        used=sandbox.windows.used(),
    )


@control_pages.post("/faults")
def switch() -> AnyResponse:
    form = request.form
    sandbox = here()
    match form.get("do"):
        case "on":
            try:
                sandbox.faults.switch_on(
                    Fault(
                        kind=form.get("kind", ""),
                        count=int(form["count"]) if form.get("count") else None,
                        path=form.get("path") or None,
                        seconds=float(form["seconds"]) if form.get("seconds") else None,
                        chance=float(form.get("chance") or 100) / 100,
                    )
                )
            except ValueError as reason:
                raise NotRecordable(str(reason)) from reason
        case "off":
            sandbox.faults.switch_off(number=form.get("number", type=int))
        case "all off":
            sandbox.faults.switch_off()
        case "expire":
            sandbox.grants.expire()
        case "turn":
            sandbox.windows.turn()
        case _:
            raise NotRecordable("there is no such button")
    return redirect(url_for("control_pages.faults"))


@control_pages.get("/calls")
def calls() -> str:
    sandbox = here()
    return render_template(
        "calls.html",
        calls=sandbox.calls.newest(100),
        sent=list(sandbox.push.log)[::-1][:50],
        subscription=sandbox.push.subscription,
        windows=sandbox.windows.headers(),
    )


@control_pages.post("/calls/clear")
def clear() -> AnyResponse:
    here().calls.clear()
    return redirect(url_for("control_pages.calls"))
