"""/oauth: the consent page, the token endpoint, revoke and deauthorize."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from plugin.sandbox.context import here
from plugin.sandbox.grants import SCOPES, AthleteLimitReached, InvalidGrant, IssuedTokens
from plugin.sandbox.json_shapes import athlete_summary, fault
from plugin.sandbox.model import Json
from plugin.sandbox.page_session import logged_in, refuse_other_origins
from plugin.sandbox.request_gate import error_answer, only_the_app

oauth = Blueprint("oauth", __name__, url_prefix="/oauth")

IN_WORDS = {
    "read": "See your public profile",
    "read_all": "See your private routes and events",
    "profile:read_all": "See your whole profile, units and gear included",
    "profile:write": "Change your profile",
    "activity:read": "See your activities, except the ones only you can see",
    "activity:read_all": "See the activities only you can see, too",
    "activity:write": "Change your activities: title, texts, gear",
}


@oauth.get("/authorize")
def ask() -> AnyResponse:
    scopes = _checked_request()
    sandbox = here()
    who = logged_in()
    held = sandbox.grants.scopes_of(who.id)
    is_enough = set(scopes) <= held or "old_scopes" in sandbox.faults.take("GET", "/oauth/authorize", ["old_scopes"])
    if request.args.get("approval_prompt", "auto") == "auto" and held and is_enough:
        return _back(code=sandbox.grants.promise(who.id, held), scope=_written(held))
    page = make_response(
        render_template(
            "consent.html",
            scopes=[(s, IN_WORDS[s]) for s in scopes],
            athletes=list(sandbox.world.athletes.values()),
            who=who,
            client_id=sandbox.app.client_id,
        )
    )
    target = urlsplit(request.args["redirect_uri"])
    # Browsers apply form-action to the redirect after the form, too.
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {target.scheme}://{target.netloc}"
        "; frame-ancestors 'none'; base-uri 'none'"
    )
    return page


@oauth.post("/authorize")
def decide() -> AnyResponse:
    """Form: decision=allow|deny, athlete=ID, scope (several). Redirects with code, scope, state or an error."""
    refuse_other_origins()
    asked = _checked_request()
    sandbox = here()
    if request.form.get("decision") != "allow":
        return _back(error="access_denied")
    try:
        athlete_id = int(request.form.get("athlete", logged_in().id))
    except ValueError:
        athlete_id = 0
    if athlete_id not in sandbox.world.athletes:
        raise error_answer(400, "Bad Request", "Athlete", "id", "invalid")
    full = sandbox.faults.take("POST", "/oauth/authorize", ["athlete_limit_page"])
    if full and not sandbox.grants.scopes_of(athlete_id):
        return make_response(
            render_template("wrong.html", words="Error 403: Limit of connected athletes exceeded"), 403
        )
    ticked = [s for s in asked if s in request.form.getlist("scope")]
    answer = _back(code=sandbox.grants.promise(athlete_id, ticked), scope=_written(frozenset(ticked)))
    answer.set_cookie("athlete", str(athlete_id), samesite="Lax", httponly=True)
    return answer


@oauth.post("/token")
def token() -> Response:
    """Form: client_id, client_secret, grant_type, and code or refresh_token."""
    sandbox = here()
    only_the_app(request.form)
    kind = request.form.get("grant_type")
    try:
        if kind == "authorization_code":
            tokens = sandbox.grants.exchange(
                request.form.get("code", ""),
                sandbox.windows.limits.athletes,
                not_before_s=g.faults["young_code"].lasts_s if "young_code" in g.faults else 0.0,
            )
            g.athlete_id = tokens.athlete_id
            who = sandbox.world.athletes[tokens.athlete_id]
            return jsonify(token_answer(tokens) | {"athlete": athlete_summary(who)})
        if kind == "refresh_token":
            tokens = sandbox.grants.refresh(request.form.get("refresh_token", ""))
            g.athlete_id = tokens.athlete_id
            return jsonify(token_answer(tokens))
    except AthleteLimitReached as reason:
        words = "Limit of connected athletes exceeded"
        raise error_answer(403, words, "Application", "athletes", words) from reason
    except InvalidGrant as reason:
        resource = "RefreshToken" if str(reason) == "refresh_token" else "AuthorizationCode"
        raise error_answer(400, "Bad Request", resource, str(reason), "invalid") from reason
    raise error_answer(400, "Bad Request", "Application", "grant_type", "invalid")


@oauth.post("/revoke")
def revoke() -> Response:
    """HTTP Basic with id and secret, form `token`. 200 also for an unknown token."""
    if not here().app.is_named(_basic()):
        raise error_answer(401, "Authorization Error", "Application", "", "invalid")
    text = request.form.get("token", "")
    if not text:
        raise error_answer(400, "Bad Request", "Application", "token", "missing")
    _part(text)
    return jsonify({})


@oauth.post("/deauthorize")
def deauthorize() -> tuple[Response, int]:
    """The older endpoint: the access token in the header or the form."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    text = token if kind.lower() == "bearer" else request.values.get("access_token", "")
    if here().grants.of_access(text) is None:
        return jsonify(fault("Authorization Error", "Athlete", "access_token", "invalid")), 401
    _part(text)
    return jsonify({"access_token": text}), 200


def token_answer(tokens: IssuedTokens) -> Json:
    return {
        "token_type": "Bearer",
        "expires_at": int(tokens.expires_at),
        "expires_in": max(0, int(tokens.expires_at - here().grants.seconds())),
        "refresh_token": tokens.refresh,
        "access_token": tokens.access,
    }


def _part(token: str) -> None:
    athlete_id = here().grants.athlete_of(token)
    if athlete_id is not None:
        g.athlete_id = athlete_id
        here().disconnect(athlete_id)


def _checked_request() -> list[str]:
    """The scopes requested. Raises ErrorAnswer (400) for a request that Strava refuses before its page."""
    asked = request.args
    if asked.get("client_id") != here().app.client_id:
        raise error_answer(400, "Bad Request", "Application", "client_id", "invalid")
    target = urlsplit(asked.get("redirect_uri", ""))
    if target.scheme not in ("http", "https") or not target.netloc:
        raise error_answer(400, "Bad Request", "Application", "redirect_uri", "invalid")
    if asked.get("response_type") != "code":
        raise error_answer(400, "Bad Request", "Application", "response_type", "invalid")
    scopes = [s.strip() for s in asked.get("scope", "").replace(" ", ",").split(",") if s.strip()]
    if not scopes or not set(scopes) <= set(SCOPES):
        raise error_answer(400, "Bad Request", "Application", "scope", "invalid")
    return sorted(set(scopes), key=SCOPES.index)


def _back(**words: str) -> AnyResponse:
    target = request.args["redirect_uri"]
    query = urlencode({"state": request.args.get("state", "")} | words)
    return redirect(f"{target}{'&' if '?' in target else '?'}{query}")


def _written(scopes: frozenset[str]) -> str:
    return ",".join(sorted(scopes, key=SCOPES.index))


def _basic() -> dict[str, str]:
    shown = request.authorization
    if shown is None or shown.type != "basic":
        return {}
    return {"client_id": shown.username or "", "client_secret": shown.password or ""}
