"""Connecting: consent, a state that belongs to this browser and works once, scopes compared, and who may come in."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from plugin.errors import CodeNotYetValid, Refused, StravaTrouble
from plugin.ports import ChannelName, JobKind
from tests.web.application import ALL_SCOPES, NOW, TOKENS, Application, change, other_runner, settings


def test_strava_is_asked_for_all_four_scopes_and_told_where_to_come_back(application: Application) -> None:
    browser = application.browser()
    answer = browser.post("/connect", {"agree": "yes"}, seen_on="/", headers={"X-Forwarded-Host": "evil.example"})
    where = urlsplit(answer.headers["Location"])
    assert (where.scheme, where.netloc, where.path) == ("http", "localhost:8001", "/oauth/authorize")
    asked = application.browser().leave_for_strava()
    assert asked["scope"] == ALL_SCOPES
    assert asked["response_type"] == "code"
    assert asked["approval_prompt"] == "auto"
    assert asked["client_id"] == "123"
    assert asked["redirect_uri"] == "http://localhost:8000/connect/callback"


def test_without_the_box_ticked_nobody_leaves_for_strava(application: Application) -> None:
    answer = application.browser().post("/connect", {"channel": "page", "soreness": "yes"}, seen_on="/")
    assert answer.status_code == 400
    assert 'aria-describedby="agree-error"' in answer.text
    assert 'value="page" checked' in answer.text, "what was chosen is kept"


@pytest.mark.parametrize("channel", ["description", "comment", "pigeon"])
def test_a_channel_that_is_not_offered_is_refused(application: Application, channel: str) -> None:
    assert application.browser().post("/connect", {"agree": "y", "channel": channel}, seen_on="/").status_code == 400


def test_without_a_mail_server_no_email_is_offered() -> None:
    application = Application(mails=None)
    assert 'value="email"' not in application.browser().get("/").text
    answer = application.browser().post("/connect", {"agree": "y", "channel": "email"}, seen_on="/")
    assert answer.status_code == 400


def test_soreness_is_not_ticked_for_anybody(application: Application) -> None:
    page = application.browser().get("/").text
    field = page[page.index('name="soreness"') : page.index(">", page.index('name="soreness"'))]
    assert "checked" not in field


def test_a_new_runner_is_kept_with_consent_and_choice_and_their_page_is_being_filled(application: Application) -> None:
    application.browser().connect(channel="private_note", soreness="yes")
    runner = application.runner()
    assert runner.name == "Ada"
    assert runner.tokens == TOKENS
    assert runner.scopes == frozenset(ALL_SCOPES.split(","))
    assert (runner.connected_at, runner.consent_at) == (NOW, NOW)
    assert runner.consent_version
    assert runner.settings.channel is ChannelName.PRIVATE_NOTE
    assert runner.settings.reads_soreness
    (delivery,) = application.inbox.everything()
    assert (delivery.runner_id, delivery.run_id, delivery.why, delivery.due_at) == (7001, 0, JobKind.PREVIEW, NOW)
    assert application.woken == 1


def test_the_session_is_another_one_after_login(application: Application) -> None:
    browser = application.browser()
    state = browser.leave_for_strava()["state"]
    before = browser.client.get_cookie("fn")
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    browser.come_back(state)
    after = browser.client.get_cookie("fn")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert "browser" not in session


def refused(application: Application, answer: object) -> None:
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert application.strava.codes == []
    assert application.store.runner_ids() == []


@pytest.mark.parametrize("state", ["", "nonsense", "e30.abc.def"])
def test_a_state_that_is_not_ours_is_400_and_no_code_is_exchanged(application: Application, state: str) -> None:
    browser = application.browser()
    browser.leave_for_strava()
    refused(application, browser.come_back(state))


def test_a_state_of_another_browser_is_400(application: Application) -> None:
    state = application.browser().leave_for_strava()["state"]
    stranger = application.browser()
    stranger.leave_for_strava()
    refused(application, stranger.come_back(state))
    refused(application, application.browser().come_back(state))


def test_a_state_works_once(application: Application) -> None:
    browser = application.browser()
    state = browser.leave_for_strava()["state"]
    with browser.client.session_transaction() as session:
        nonce = session["browser"]
    assert browser.come_back(state).status_code == 303
    with browser.client.session_transaction() as session:
        session.clear()
        session["browser"] = nonce
    assert browser.come_back(state).status_code == 400
    assert application.strava.codes == ["good-code"]


def test_a_reload_of_the_finished_callback_leads_to_the_runners_page(application: Application) -> None:
    browser = application.browser()
    state = browser.leave_for_strava()["state"]
    assert browser.come_back(state).status_code == 303
    application.clock.now += timedelta(hours=2)
    for _ in range(2):
        again = browser.come_back(state)
        assert (again.status_code, again.headers["Location"]) == (303, "/me")
    assert application.strava.codes == ["good-code"], "nothing is exchanged again"
    assert application.browser().come_back(state).status_code == 400, "for another browser it is no way in"
    assert other_runner(application).come_back(state).status_code == 400
    browser.post("/sign-out", seen_on="/me")
    assert browser.come_back(state).status_code == 400, "nor for this one once it is signed out"


def test_a_state_grows_old(application: Application) -> None:
    browser = application.browser()
    state = browser.leave_for_strava()["state"]
    application.clock.now += timedelta(hours=2)
    refused(application, browser.come_back(state))


def test_a_link_token_is_no_state(application: Application) -> None:
    browser = application.browser()
    browser.leave_for_strava()
    refused(application, browser.come_back(application.keyring.sign_link("confirm", {"r": 7001})))


def test_two_tabs_of_one_browser_may_both_leave(application: Application) -> None:
    browser = application.browser()
    first = browser.leave_for_strava()["state"]
    browser.leave_for_strava()
    assert browser.come_back(first).status_code == 303


def test_a_runner_who_says_no_at_strava_reads_so_and_nothing_is_kept(application: Application) -> None:
    browser = application.browser()
    state = browser.leave_for_strava()["state"]
    answer = browser.get("/connect/callback", query_string={"state": state, "error": "access_denied"})
    assert answer.status_code == 200
    assert "nothing was kept" in answer.text
    assert application.strava.codes == []
    assert application.store.runner_ids() == []
    assert len(application.inbox.everything()) == 0


@pytest.mark.parametrize("scope", ["", "read", "read,activity:write", "profile:read_all"])
def test_without_both_reads_connecting_is_refused(application: Application, scope: str) -> None:
    browser = application.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"], scope=scope)
    assert answer.status_code == 403
    assert "activity:read" in answer.text
    assert application.store.runner_ids() == []


def test_without_read_all_the_page_says_that_private_runs_are_unseen(application: Application) -> None:
    browser = application.browser().connect(scope="read,activity:read,activity:write")
    page = browser.get("/me").text
    assert "activity:read_all" in page
    assert "activity:write" not in page


def test_without_write_the_channel_is_the_page_and_the_page_says_so(application: Application) -> None:
    browser = application.browser().connect(scope="read,activity:read,activity:read_all", channel="private_note")
    assert application.runner().settings.channel is ChannelName.PAGE
    assert "activity:write" in browser.get("/me").text


def test_without_write_who_chose_email_gets_email(application: Application) -> None:
    application.browser().connect(scope="read,activity:read,activity:read_all", channel="email")
    assert application.runner().settings.channel is ChannelName.EMAIL


def test_who_comes_again_keeps_their_settings_and_gets_new_keys(application: Application) -> None:
    application.browser().connect(channel="page")
    change(application, units="mi", email="ada@example.org", email_confirmed=True)
    application.store.change_runner(
        7001,
        lambda was: replace(was, must_reconnect=True, told_to_reconnect=True, tokens=None, scopes=frozenset()),
    )
    application.clock.now += timedelta(days=3)
    application.browser().connect(channel="private_note")
    runner = application.runner()
    assert runner.settings.units == "mi"
    assert runner.settings.channel is ChannelName.PAGE
    assert runner.settings.email_confirmed
    assert (runner.must_reconnect, runner.told_to_reconnect, runner.tokens) == (False, False, TOKENS)
    assert runner.connected_at == NOW
    assert runner.consent_at == application.clock.now


@pytest.mark.parametrize("wish", [ChannelName.PRIVATE_NOTE, ChannelName.EMAIL, ChannelName.PAGE])
def test_who_comes_again_and_now_lets_us_write_gets_what_they_wished_for(
    application: Application, wish: ChannelName
) -> None:
    application.browser().connect(scope="read,activity:read,activity:read_all")
    assert application.runner().settings.channel is ChannelName.PAGE
    application.browser().connect(channel=wish)
    assert application.runner().settings.channel is wish


def test_who_comes_again_without_write_goes_to_their_confirmed_address(application: Application) -> None:
    application.browser().connect()
    change(application, email="ada@example.org", email_confirmed=True)
    application.browser().connect(scope="read,activity:read")
    assert application.runner().settings.channel is ChannelName.EMAIL


def test_who_is_not_on_the_list_is_turned_away_and_the_access_given_back() -> None:
    application = Application(settings=settings(allowed_athletes=frozenset({1, 2})))
    browser = application.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    assert answer.status_code == 403
    assert "Nothing was kept" in answer.text
    assert application.store.runner_ids() == []
    assert len(application.inbox.everything()) == 0
    assert application.strava.revoked == [TOKENS]
    assert browser.get("/me").status_code == 303


def test_when_all_places_are_taken_the_next_is_turned_away_but_an_old_hand_comes_in() -> None:
    application = Application(settings=settings(athlete_limit=1))
    application.browser().connect()
    application.strava.runner_id = 7002
    browser = application.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    assert answer.status_code == 403
    assert application.store.runner_ids() == [7001]
    assert application.strava.revoked == [TOKENS]
    application.strava.runner_id = 7001
    application.browser().connect()


def test_when_stravas_own_limit_is_reached_the_page_says_so(application: Application) -> None:
    application.strava.trouble = Refused("Strava does not let this app connect any more athletes.")
    browser = application.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    assert answer.status_code == 403
    assert "does not let this app connect any more athletes" in answer.text
    assert application.store.runner_ids() == []


def test_a_code_that_strava_does_not_know_yet_is_tried_twice_more_from_a_page_that_waits(
    application: Application,
) -> None:
    application.strava.trouble = CodeNotYetValid("not yet")
    browser = application.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    for tries in (1, 2):
        assert (answer.status_code, len(application.strava.codes)) == (200, tries)
        wait_s, address = answer.headers["Refresh"].split("; url=")
        assert wait_s == "1"
        assert html.escape(address) in answer.text
        answer = browser.get(address)
    assert (answer.status_code, len(application.strava.codes)) == (403, 3)
    assert "Refresh" not in answer.headers
    # The page that waited is over: the same address is a used one.
    assert browser.get(address).status_code == 400
    assert len(application.strava.codes) == 3
    assert application.store.runner_ids() == []


def test_a_code_that_works_a_moment_later_connects(application: Application) -> None:
    application.strava.trouble = CodeNotYetValid("not yet")
    browser = application.browser()
    waiting = browser.come_back(browser.leave_for_strava()["state"])
    application.strava.trouble = None
    address = waiting.headers["Refresh"].split("; url=")[1]
    assert browser.get(address).headers["Location"].endswith("/me")
    assert application.store.runner_ids() == [7001]
    asked = len(application.strava.codes)
    assert browser.get(address).headers["Location"] == "/me", "a reload"
    assert len(application.strava.codes) == asked


def test_only_the_browser_that_waits_may_try_its_code_again(application: Application) -> None:
    application.strava.trouble = CodeNotYetValid("not yet")
    browser = application.browser()
    address = browser.come_back(browser.leave_for_strava()["state"]).headers["Refresh"].split("; url=")[1]
    assert application.browser().get(address).status_code == 400
    assert len(application.strava.codes) == 1


def test_after_too_few_scopes_strava_is_made_to_ask_again(application: Application) -> None:
    browser = application.browser()
    first = browser.leave_for_strava()
    assert first["approval_prompt"] == "auto"
    browser.come_back(first["state"], scope="read")
    second = browser.leave_for_strava()
    assert second["approval_prompt"] == "force"
    assert browser.come_back(second["state"]).status_code == 303


def test_a_runner_whose_scopes_are_too_few_is_asked_again(application: Application) -> None:
    browser = application.browser()
    browser.come_back(browser.leave_for_strava()["state"], scope="read,activity:read")
    assert browser.leave_for_strava()["approval_prompt"] == "force"


def test_when_strava_does_not_answer_nothing_is_kept(application: Application) -> None:
    application.strava.trouble = StravaTrouble("503")
    browser = application.browser()
    assert browser.come_back(browser.leave_for_strava()["state"]).status_code == 503
    assert application.store.runner_ids() == []


def test_get_does_not_connect(application: Application) -> None:
    assert application.browser().get("/connect").status_code == 405


def test_two_runners_in_two_browsers_each_see_their_own(application: Application) -> None:
    application.strava.name = "Ada"
    ada = application.browser().connect()
    application.strava.name = "Bob"
    bob = other_runner(application)
    assert "Ada" in ada.get("/me").text
    assert "Ada" not in bob.get("/me").text
    assert ada.get("/me/export").json["runner"]["id"] == 7001
    assert bob.get("/me/export").json["runner"]["id"] == 7002


def sign_in(application: Application, runner_id: int = 7001) -> Any:
    """By the button for those who have been here before, in a browser of its own."""
    application.strava.runner_id = runner_id
    browser = application.browser()
    answer = browser.post("/connect", {"sign_in": "yes"}, seen_on="/")
    state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
    return browser, browser.come_back(state)


def test_who_has_been_here_signs_in_without_agreeing_anew_and_keeps_everything() -> None:
    application = Application()
    application.browser().connect(soreness="yes")
    before = application.runner()
    application.clock.now += timedelta(days=3)
    browser, answer = sign_in(application)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    after = application.runner()
    assert (after.consent_at, after.consent_version, after.settings) == (
        before.consent_at,
        before.consent_version,
        before.settings,
    )
    assert browser.get("/me").status_code == 200


def test_somebody_unknown_who_signs_in_is_sent_to_what_there_is_to_agree_to() -> None:
    application = Application()
    browser, answer = sign_in(application, 7009)
    assert answer.status_code == 403
    assert "You are not connected here yet" in answer.text
    assert application.store.runner(7009) is None
    assert len(application.strava.revoked) == 1
    assert browser.get("/me").headers["Location"] == "/"


def test_the_front_page_describes_itself_to_those_who_link_to_it_by_its_public_address() -> None:
    application = Application(settings=settings(public_url="https://footnote.example"))
    page = application.browser().get("/", headers={"Host": "evil.example"}).text
    image = re.search('property="og:image" content="https://footnote.example(/[^"]+)"', page)
    assert image
    picture = application.browser().get(image[1])
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.data.startswith(b"\x89PNG")
    for name in ("og:title", "og:description", "og:url"):
        assert f'property="{name}"' in page
    assert "evil" not in page
