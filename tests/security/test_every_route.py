"""Every address the site has, as its own map lists them: headers, cookies, tokens, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ports import Dismissal, NoteStatus, Pair, RunRecord
from plugin.training.runs import Shoe
from tests.web.application import NOW, Application, other_runner
from tests.web.application import settings as site_settings

HTTPS = {"public_url": "https://footnote.example", "strava_oauth_url": "https://www.strava.com/oauth"}
TOKEN_IS_PROOF = {"hook", "mail_link"}
MINE, THEIRS = 7001, 7002
SECRETS = ("their-own-shoe", "their note", "7002", "their@example.org", "access-secret", "refresh-secret", "Berta")


def house_of_two(**more: Any) -> tuple[Application, Any]:
    """Two runners; the other has something in every place. The browser is the first one's."""
    application = Application(**more)
    application.strava.name = "Berta"
    other_runner(application, THEIRS)
    application.strava.name = "Ada"
    mine = application.browser().connect()
    application.store.change_runner(
        THEIRS,
        lambda was: replace(
            was,
            settings=replace(was.settings, email="their@example.org", email_confirmed=True),
            pairs={"their-own-shoe": Pair(shoe=Shoe(id="their-own-shoe", name="their-own-shoe"))},
            dismissals=(Dismissal(rule="ramp", day=NOW.date()),),
        ),
    )
    application.store.change_run_record(THEIRS, 990077, lambda _: their_look())
    for runner_id in (MINE, THEIRS):
        application.keep_list(runner_id)
    return application, mine


def their_look() -> RunRecord:
    return RunRecord(
        runner_id=THEIRS, run_id=990077, day=NOW.date(), looked_at=NOW, text="their note", telling=NoteStatus.TOLD
    )


def paths(application: Application) -> list[tuple[str, str, set[str]]]:
    """(endpoint, a path of it, its methods), with keys filled in as somebody outside could."""
    found = []
    for rule in application.app.url_map.iter_rules():
        path = str(rule).replace("<secret>", "x" * 43).replace("<path:filename>", "footnote.css")
        path = path.replace("<action>", "race").replace("<token>", "made-up").replace("<int:run_id>", "9001")
        found.append((rule.endpoint, path, set(rule.methods or ())))
    assert len(found) >= 19
    return found


@pytest.mark.parametrize("is_in", [False, True])
def test_every_answer_carries_its_headers_and_every_cookie_its_flags(is_in: bool) -> None:
    application = Application(settings=site_settings(**HTTPS))
    client = application.app.test_client()
    if is_in:
        house_http, browser = house_of_two()
        cookie = browser.client.get_cookie("fn")
        assert cookie is not None
        application = Application(settings=site_settings(**HTTPS), store=house_http.store, inbox=house_http.inbox)
        client = application.app.test_client()
        client.set_cookie("__Host-fn", cookie.value, domain="localhost")
        assert client.get("/me", base_url="https://localhost").status_code == 200
    for endpoint, path, methods in paths(application):
        for method in sorted(methods):
            answer = client.open(path, method=method, base_url="https://localhost")
            named = f"{method} {path}"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, named
            assert "script-src" not in policy, named
            assert "unsafe" not in policy, named
            assert "frame-ancestors 'none'" in policy, named
            assert answer.headers["X-Frame-Options"] == "DENY", named
            assert answer.headers["X-Content-Type-Options"] == "nosniff", named
            assert answer.headers["Referrer-Policy"] == "same-origin", named
            assert "camera=()" in answer.headers["Permissions-Policy"], named
            assert "max-age=" in answer.headers["Strict-Transport-Security"], named
            if endpoint != "static":
                assert answer.headers["Cache-Control"] == "no-store", named
                assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", named
            for set_cookie in answer.headers.getlist("Set-Cookie"):
                assert set_cookie.startswith("__Host-fn="), named
                for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
                    assert flag in set_cookie, named
                assert "Domain" not in set_cookie, named


def test_every_post_needs_the_forms_token_but_where_the_address_is_the_proof() -> None:
    application, mine = house_of_two()
    before = everything(application)
    asked = 0
    for endpoint, path, methods in paths(application):
        if "POST" in methods and endpoint not in TOKEN_IS_PROOF:
            asked += 1
            for origin in ("https://evil.example", "null", "http://localhost"):
                answer = mine.client.post(path, data={"agree": "yes", "do": "snooze"}, headers={"Origin": origin})
                assert answer.status_code == 400, path
    assert asked >= 6
    assert everything(application) == before


def test_nothing_is_changed_by_asking() -> None:
    application, mine = house_of_two()
    links = [
        application.link(action, r=MINE, u=1, k="ramp", e="x@example.org")
        for action in ("confirm", "unsubscribe", "snooze", "race", "not-for-me")
    ]
    before = everything(application)
    for path in [*(path for _, path, _ in paths(application)), *links]:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert mine.client.open(path, method=method).status_code < 500
    assert everything(application) == before


def everything(application: Application) -> tuple[Any, ...]:
    ids = application.store.runner_ids()
    return (
        [application.store.runner(one) for one in ids],
        [application.store.run_records(one) for one in ids],
        [application.store.snapshot(one) for one in ids],
        application.inbox.everything(),
        list(application.strava.codes),
        list(application.forgotten),
    )


def theirs(application: Application) -> tuple[Any, ...]:
    return application.store.runner(THEIRS), application.store.run_records(THEIRS), application.inbox.of_runner(THEIRS)


def test_no_address_shows_or_changes_anything_of_another_runner() -> None:
    application, mine = house_of_two()
    before, tries = theirs(application), 0
    token = mine.token("/me/settings")
    guesses = [{"runner": "7002", "r": "7002", "run": "990077", "rule": "ramp", "id": "7002", "athlete": "7002"}]
    guesses += [{**guesses[0], "do": do} for do in ("snooze", "wake", "race", "not-for-me")]
    guesses += [{**guesses[0], "pair-their-own-shoe-kind": "racer", "email": "me@example.org"}]
    for _, path, methods in paths(application):
        if path in ("/me/disconnect", "/sign-out"):
            continue
        for method in sorted(methods & {"GET", "POST"}):
            for guess in guesses:
                query, form = (guess, None) if method == "GET" else ({}, {**guess, "csrf_token": token})
                answer = mine.client.open(path, method=method, query_string=query, data=form)
                tries += 1
                for secret in SECRETS:
                    assert secret not in answer.text, f"{secret} by {method} {path}"
    assert tries > 100
    assert theirs(application) == before


def test_leaving_takes_nobody_else_along() -> None:
    application, mine = house_of_two()
    before = theirs(application)
    assert mine.post("/me/disconnect", {"runner": "7002"}, seen_on="/me/settings").status_code == 200
    assert application.forgotten == [MINE]
    assert theirs(application) == before


def test_who_is_connected_cannot_be_found_out() -> None:
    """Known and unknown runners get the same answer, to the letter."""
    application, _ = house_of_two()
    client = application.app.test_client()
    known, unknown = (
        client.post(application.hook(), json={"object_type": "activity", "object_id": 1, "aspect_type": "create",
                                        "owner_id": owner})
        for owner in (THEIRS, 31337)
    )  # fmt: skip
    assert (known.status_code, known.data, dict(known.headers)) == (
        unknown.status_code, unknown.data, dict(unknown.headers),
    )  # fmt: skip
    stranger = application.browser()
    pages = {stranger.get(f"/me{tail}").status_code for tail in ("", "/settings", "/preview", "/export", "/7002")}
    assert pages == {303, 404}


HOUSE, BROWSER = house_of_two()
TOKEN = BROWSER.token("/me/settings")
ROUTES = [(path, endpoint) for endpoint, path, _ in paths(HOUSE) if path not in ("/me/disconnect", "/sign-out")]
ROUTES += [(HOUSE.hook(), "hook")]
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(ROUTES),
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"]),
    st.dictionaries(
        st.sampled_from(
            ["Accept", "Accept-Language", "Host", "X-Forwarded-For", "X-Forwarded-Host", "Content-Type", "Cookie",
             "Authorization", "Range", "If-None-Match", "If-Modified-Since", "Expect", "Origin", "Referer"]
        ),
        LATIN | st.sampled_from(["multipart/form-data; boundary=", "application/json", "text/html;q=9e9", "fn=."]),
        max_size=3,
    ),
    st.binary(max_size=120) | st.just(b"csrf_token=" + TOKEN.encode() + b"&do=race&run=990077&rule=%00&email=%ff"),
    st.dictionaries(st.text(max_size=10), st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=2),
    st.booleans(),
)  # fmt: skip
def test_whatever_is_sent_wherever_the_site_answers_and_tells_nothing(
    route: tuple[str, str], method: str, headers: dict[str, str], body: bytes, query: dict[str, str], is_in: bool
) -> None:
    client = BROWSER.client if is_in else HOUSE.app.test_client()
    answer = client.open(route[0], method=method, headers=headers, data=body, query_string=query)
    assert answer.status_code < 500
    assert not [secret for secret in SECRETS[:5] if secret.encode() in answer.data]
    assert HOUSE.store.runner(THEIRS).pairs.keys() == {"their-own-shoe"}
