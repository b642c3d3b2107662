"""What stands between the world and the pages: tokens, headers, cookies, hosts, limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.application import Application, settings

HTTPS = {"public_url": "https://footnote.example", "strava_oauth_url": "https://www.strava.com/oauth"}


def every_page(application: Application) -> list[str]:
    return [
        "/",
        "/privacy",
        "/me",
        "/me/settings",
        "/me/preview",
        "/nothing-here",
        application.link("snooze", r=7001, k=""),
    ]


@pytest.mark.parametrize("path", ["/connect", "/me/settings", "/me/disconnect", "/me/say", "/me/fill", "/sign-out"])
@pytest.mark.parametrize("token", [None, "", "made-up", "of another"])
def test_no_form_is_taken_without_its_token(path: str, token: str | None) -> None:
    application = Application()
    browser = application.browser().connect()
    before = application.runner()
    form = {"agree": "yes", "units": "mi", "do": "snooze"}
    if token is not None:
        form["csrf_token"] = application.browser().token("/") if token == "of another" else token
    answer = browser.client.post(path, data=form)
    assert answer.status_code == 400
    assert application.runner() == before
    assert application.forgotten == []
    assert browser.get("/me").status_code == 200


def test_a_refused_form_says_what_to_do() -> None:
    answer = Application().browser().client.post("/connect")
    assert "reload the page" in answer.text


def test_every_page_forbids_scripts_frames_and_strangers() -> None:
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    for path in every_page(application):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Permissions-Policy" in answer.headers


def test_pages_carry_no_script_no_style_and_no_foreign_address() -> None:
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    for path in every_page(application):
        page = browser.get(path).text
        assert "<script" not in page
        assert "style=" not in page
        assert "<style" not in page
        for place in page.split('src="')[1:]:
            assert place.startswith("/static/")


def test_no_page_is_larger_than_a_hundred_kilobytes_with_all_it_loads() -> None:
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    loaded = sum(len(browser.get(f"/static/{name}").data) for name in ("footnote.css", "mark.svg"))
    for path in every_page(application):
        assert len(browser.get(path).data) + loaded < 100_000, path


def test_the_form_may_go_on_to_strava_and_nowhere_else() -> None:
    application = Application(settings=settings(**HTTPS))
    policy = application.browser().get("/").headers["Content-Security-Policy"]
    (target,) = [part.strip() for part in policy.split(";") if "form-action" in part]
    assert target == "form-action 'self' https://www.strava.com"


def test_behind_https_cookies_are_secure_and_browsers_stay_on_https() -> None:
    application = Application(settings=settings(**HTTPS))
    answer = application.browser().get("/")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_on_this_machine_cookies_work_without_https() -> None:
    answer = Application().browser().get("/")
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "host=evil.example;proto=https"},
    ],
)
@pytest.mark.parametrize("hops", [0, 1])
def test_no_link_or_redirect_follows_a_host_header(headers: dict[str, str], hops: int) -> None:
    application = Application(settings=settings(**HTTPS, trusted_proxies=hops))
    client = application.app.test_client()
    for path in ("/", "/me", "/privacy", "/nothing", "/connect/callback?state=x&code=y"):
        answer = client.get(path, headers=headers)
        assert "evil.example" not in answer.text
        assert "evil.example" not in str(answer.headers)
        assert answer.status_code != 301
        if 300 <= answer.status_code < 400:
            assert answer.headers["Location"] == "/"


def post_often(application: Application, addresses: list[str]) -> list[int]:
    client = application.app.test_client()
    return [
        client.get("/connect/callback?state=x", headers={"X-Forwarded-For": address}).status_code
        for address in addresses
    ]


def test_one_address_cannot_try_the_door_forever() -> None:
    answers = post_often(Application(limits_floods=True), ["198.51.100.7"] * 320)
    assert answers.count(400) == 300
    assert answers[-1] == 429


def test_without_a_router_of_ours_a_made_up_address_changes_nothing() -> None:
    answers = post_often(Application(limits_floods=True), [f"198.51.{number}.7" for number in range(320)])
    assert answers[-1] == 429


def test_behind_a_router_each_address_is_counted_by_what_the_router_says() -> None:
    application = Application(settings=settings(trusted_proxies=1), limits_floods=True)
    # The router appends the true address; what the client made up stands before it.
    answers = post_often(application, [f"203.0.{number}.9, 198.51.100.7" for number in range(320)])
    assert answers[-1] == 429
    assert post_often(application, ["203.0.113.1, 198.51.100.8"]) == [400]


def test_strava_may_post_as_often_as_it_likes() -> None:
    application = Application(limits_floods=True)
    client = application.app.test_client()
    assert {client.post(application.hook(), data=b"{").status_code for _ in range(400)} == {400}


def test_errors_are_json_for_those_who_ask_for_it() -> None:
    client = Application().app.test_client()
    for path, status in (("/nothing", 404), ("/connect", 405), ("/me", 401)):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == status
        assert answer.json is not None
        assert answer.json["status"] == status


def test_a_form_beyond_all_measure_is_413() -> None:
    browser = Application().browser().connect()
    answer = browser.post("/me/settings", {"email": "x" * 80_000})
    assert answer.status_code == 413


def test_a_key_that_was_turned_keeps_its_sessions() -> None:
    old = Application(settings=settings(secret_key="an older key, long enough as well"))
    browser = old.browser().connect()
    cookie = browser.client.get_cookie("fn")
    assert cookie is not None
    new = Application(settings=settings(secret_key_fallbacks=("an older key, long enough as well",)), store=old.store)
    again = new.browser()
    again.client.set_cookie("fn", cookie.value)
    assert again.get("/me").status_code == 200
    other = Application(settings=settings(secret_key="quite another key, and no fallback"), store=old.store).browser()
    other.client.set_cookie("fn", cookie.value)
    assert other.get("/me").status_code == 303


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch", "options", "trace"])
def test_no_method_on_any_page_breaks_it(method: str) -> None:
    application = Application()
    client: Any = application.app.test_client()
    for rule in application.app.url_map.iter_rules():
        path = str(rule).replace("<secret>", "x").replace("<action>", "snooze").replace("<token>", "x")
        answer = client.open(path.replace("<path:filename>", "nothing.css"), method=method.upper())
        assert answer.status_code < 500, f"{method} {path}"
