from __future__ import annotations

import pytest
import requests

from plugin.sandbox import KIM, ROBIN


def test_consent_leads_back_with_code_scope_and_state(app):
    back = app.consent()
    assert back["state"] == "a state"
    assert back["scope"] == "read,activity:read,activity:read_all,activity:write"
    assert back["code"]


def test_an_unticked_scope_is_not_granted(app):
    back = app.consent(tick="read,activity:read")
    assert back["scope"] == "read,activity:read"


def test_a_scope_that_was_not_asked_for_cannot_be_ticked(app):
    assert app.consent(scopes="read,activity:read", tick="read,activity:write")["scope"] == "read"


def test_refusing_leads_back_with_an_error_and_no_code(app):
    back = app.consent(decision="deny")
    assert back == {"error": "access_denied", "state": "a state"}


def test_who_has_already_agreed_is_sent_straight_back(connected):
    asked = {
        "client_id": "12345",
        "redirect_uri": "http://localhost:9/back",
        "response_type": "code",
        "approval_prompt": "auto",
        "scope": "read,activity:read",
        "state": "s",
    }
    url = f"{connected.strava.url}/oauth/authorize"
    assert connected.http.get(url, params=asked, allow_redirects=False).status_code == 302
    forced = connected.http.get(url, params=asked | {"approval_prompt": "force"}, allow_redirects=False)
    assert forced.status_code == 200
    more = connected.http.get(url, params=asked | {"scope": "read,profile:read_all"}, allow_redirects=False)
    assert more.status_code == 200


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("client_id", "999"),
        ("redirect_uri", "not a url"),
        ("response_type", "token"),
        ("scope", "everything"),
        ("scope", ""),
    ],
)
def test_a_wrong_request_for_consent_is_a_fault(app, word, value):
    asked = {"client_id": "12345", "redirect_uri": "http://x/y", "response_type": "code", "scope": "read"}
    answer = requests.get(f"{app.strava.url}/oauth/authorize", params=asked | {word: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["resource"] == "Application"


def test_the_page_of_another_site_cannot_consent(app):
    asked = {"client_id": "12345", "redirect_uri": "http://x/y", "response_type": "code", "scope": "read"}
    answer = requests.post(
        f"{app.strava.url}/oauth/authorize",
        params=asked,
        data={"decision": "allow"},
        headers={"Origin": "http://elsewhere.example"},
        allow_redirects=False,
    )
    assert answer.status_code == 403


def test_the_token_answer_names_the_athlete_only_for_a_code(app):
    first = app.ask_token(grant_type="authorization_code", code=app.consent(athlete=KIM)["code"]).json()
    assert first["token_type"] == "Bearer"
    assert first["athlete"]["id"] == KIM
    assert "email" not in first["athlete"]
    assert 0 < first["expires_in"] <= 6 * 3600
    second = app.ask_token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert set(second) == {"token_type", "access_token", "refresh_token", "expires_at", "expires_in"}


def test_a_code_works_once(app):
    code = app.consent()["code"]
    assert app.ask_token(grant_type="authorization_code", code=code).status_code == 200
    again = app.ask_token(grant_type="authorization_code", code=code)
    assert again.status_code == 400
    assert again.json()["errors"] == [{"resource": "AuthorizationCode", "field": "code", "code": "invalid"}]


def test_a_refresh_kills_the_old_refresh_token_at_once(connected):
    old = connected.refresh_token
    fresh = connected.ask_token(grant_type="refresh_token", refresh_token=old).json()
    assert fresh["refresh_token"] != old
    again = connected.ask_token(grant_type="refresh_token", refresh_token=old)
    assert again.status_code == 400
    assert again.json() == {
        "message": "Bad Request",
        "errors": [{"resource": "RefreshToken", "field": "refresh_token", "code": "invalid"}],
    }
    connected.token = fresh["access_token"]
    assert connected.get("/athlete").status_code == 200


def test_an_expired_access_token_is_refused_and_a_refresh_helps(connected):
    assert connected.behind("POST", "/tokens/expire", athlete=ROBIN)["expired"] == 1
    refused = connected.get("/athlete")
    assert refused.status_code == 401
    assert refused.json() == {
        "message": "Authorization Error",
        "errors": [{"resource": "Athlete", "field": "access_token", "code": "invalid"}],
    }
    answer = connected.ask_token(grant_type="refresh_token", refresh_token=connected.refresh_token)
    connected.token = answer.json()["access_token"]
    assert connected.get("/athlete").status_code == 200


def test_a_wrong_secret_is_401(app):
    answer = app.ask_token(grant_type="refresh_token", refresh_token="x", client_secret="wrong")
    assert answer.status_code == 401
    assert answer.json()["message"] == "Authorization Error"


def test_a_full_app_lets_nobody_else_in(connected):
    connected.behind("PUT", "/limits", athletes=1)
    again = connected.ask_token(grant_type="authorization_code", code=connected.consent()["code"])
    assert again.status_code == 200
    other = connected.ask_token(grant_type="authorization_code", code=connected.consent(athlete=KIM)["code"])
    assert other.status_code == 403
    assert "Limit of connected athletes exceeded" in other.text


def test_revoking_ends_everything_and_says_200_to_any_token(connected):
    url = f"{connected.strava.url}/oauth/revoke"
    app = ("12345", "sandbox-secret")
    assert requests.post(url, data={"token": connected.token}).status_code == 401
    assert requests.post(url, data={"token": "nobody's"}, auth=app).status_code == 200
    assert connected.get("/athlete").status_code == 200
    assert requests.post(url, data={"token": connected.token}, auth=app).status_code == 200
    assert connected.get("/athlete").status_code == 401
    refreshed = connected.ask_token(grant_type="refresh_token", refresh_token=connected.refresh_token)
    assert refreshed.status_code == 400


def test_the_older_way_to_part_works_too(connected):
    url = f"{connected.strava.url}/oauth/deauthorize"
    assert requests.post(url, headers={"Authorization": f"Bearer {connected.token}"}).status_code == 200
    assert connected.get("/athlete").status_code == 401


def test_tokens_can_be_given_without_a_browser(app):
    app.token = app.behind("POST", f"/athletes/{KIM}/tokens", scopes=["read"])["access_token"]
    assert app.get("/athlete").json()["firstname"] == "Kim"
    assert app.get("/athlete/activities").status_code == 401
