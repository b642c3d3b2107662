"""Connecting: consent, a state that belongs to this browser and works once, scopes compared, and who may come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from plugin.errors import Refused, StravaTrouble
from plugin.ports import ChannelName, Why
from tests.web.house import ALL_SCOPES, NOW, TOKENS, House, change, other_runner, settings


@pytest.fixture
def house() -> House:
    return House()


def test_strava_is_asked_for_all_four_scopes_and_told_where_to_come_back(house: House) -> None:
    browser = house.browser()
    answer = browser.post("/connect", {"agree": "yes"}, seen_on="/", headers={"X-Forwarded-Host": "evil.example"})
    where = urlsplit(answer.headers["Location"])
    assert (where.scheme, where.netloc, where.path) == ("http", "localhost:8001", "/oauth/authorize")
    asked = house.browser().leave_for_strava()
    assert asked["scope"] == ALL_SCOPES
    assert asked["response_type"] == "code"
    assert asked["approval_prompt"] == "auto"
    assert asked["client_id"] == "123"
    assert asked["redirect_uri"] == "http://localhost:8000/connect/callback"


def test_without_the_box_ticked_nobody_leaves_for_strava(house: House) -> None:
    answer = house.browser().post("/connect", {"channel": "page", "soreness": "yes"}, seen_on="/")
    assert answer.status_code == 400
    assert 'aria-describedby="agree-error"' in answer.text
    assert 'value="page" checked' in answer.text, "what was chosen is kept"


@pytest.mark.parametrize("channel", ["description", "comment", "pigeon"])
def test_a_channel_that_is_not_offered_is_refused(house: House, channel: str) -> None:
    assert house.browser().post("/connect", {"agree": "y", "channel": channel}, seen_on="/").status_code == 400


def test_without_a_mail_server_no_email_is_offered() -> None:
    house = House(mails=None)
    assert 'value="email"' not in house.browser().get("/").text
    answer = house.browser().post("/connect", {"agree": "y", "channel": "email"}, seen_on="/")
    assert answer.status_code == 400


def test_soreness_is_not_ticked_for_anybody(house: House) -> None:
    page = house.browser().get("/").text
    field = page[page.index('name="soreness"') : page.index(">", page.index('name="soreness"'))]
    assert "checked" not in field


def test_a_new_runner_is_kept_with_consent_and_choice_and_their_page_is_being_filled(house: House) -> None:
    house.browser().connect(channel="private_note", soreness="yes")
    runner = house.runner()
    assert runner.name == "Ada"
    assert runner.tokens == TOKENS
    assert runner.scopes == frozenset(ALL_SCOPES.split(","))
    assert (runner.connected_at, runner.consent_at) == (NOW, NOW)
    assert runner.consent_version
    assert runner.settings.channel is ChannelName.PRIVATE_NOTE
    assert runner.settings.reads_soreness
    (delivery,) = house.inbox.everything()
    assert (delivery.runner_id, delivery.run_id, delivery.why, delivery.due_at) == (7001, 0, Why.PREVIEW, NOW)
    assert house.woken == 1


def test_the_session_is_another_one_after_login(house: House) -> None:
    browser = house.browser()
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


def refused(house: House, answer: object) -> None:
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert house.strava.codes == []
    assert house.books.runner_ids() == []


@pytest.mark.parametrize("state", ["", "nonsense", "e30.abc.def"])
def test_a_state_that_is_not_ours_is_400_and_no_code_is_exchanged(house: House, state: str) -> None:
    browser = house.browser()
    browser.leave_for_strava()
    refused(house, browser.come_back(state))


def test_a_state_of_another_browser_is_400(house: House) -> None:
    state = house.browser().leave_for_strava()["state"]
    stranger = house.browser()
    stranger.leave_for_strava()
    refused(house, stranger.come_back(state))
    refused(house, house.browser().come_back(state))


def test_a_state_works_once(house: House) -> None:
    browser = house.browser()
    state = browser.leave_for_strava()["state"]
    with browser.client.session_transaction() as session:
        nonce = session["browser"]
    assert browser.come_back(state).status_code == 303
    with browser.client.session_transaction() as session:
        session["browser"] = nonce
    assert browser.come_back(state).status_code == 400
    assert house.strava.codes == ["good-code"]


def test_a_state_grows_old(house: House) -> None:
    browser = house.browser()
    state = browser.leave_for_strava()["state"]
    house.clock.now += timedelta(hours=2)
    refused(house, browser.come_back(state))


def test_a_link_token_is_no_state(house: House) -> None:
    browser = house.browser()
    browser.leave_for_strava()
    refused(house, browser.come_back(house.keyring.sign_link("confirm", {"r": 7001})))


def test_two_tabs_of_one_browser_may_both_leave(house: House) -> None:
    browser = house.browser()
    first = browser.leave_for_strava()["state"]
    browser.leave_for_strava()
    assert browser.come_back(first).status_code == 303


def test_a_runner_who_says_no_at_strava_reads_so_and_nothing_is_kept(house: House) -> None:
    browser = house.browser()
    state = browser.leave_for_strava()["state"]
    answer = browser.get("/connect/callback", query_string={"state": state, "error": "access_denied"})
    assert answer.status_code == 200
    assert "nothing was kept" in answer.text
    assert house.strava.codes == []
    assert house.books.runner_ids() == []
    assert len(house.inbox.everything()) == 0


@pytest.mark.parametrize("scope", ["", "read", "read,activity:write", "profile:read_all"])
def test_without_both_reads_connecting_is_refused(house: House, scope: str) -> None:
    browser = house.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"], scope=scope)
    assert answer.status_code == 403
    assert "activity:read" in answer.text
    assert house.books.runner_ids() == []


def test_without_read_all_the_page_says_that_private_runs_are_unseen(house: House) -> None:
    browser = house.browser().connect(scope="read,activity:read,activity:write")
    page = browser.get("/me").text
    assert "activity:read_all" in page
    assert "activity:write" not in page


def test_without_write_the_channel_is_the_page_and_the_page_says_so(house: House) -> None:
    browser = house.browser().connect(scope="read,activity:read,activity:read_all", channel="private_note")
    assert house.runner().settings.channel is ChannelName.PAGE
    assert "activity:write" in browser.get("/me").text


def test_without_write_who_chose_email_gets_email(house: House) -> None:
    house.browser().connect(scope="read,activity:read,activity:read_all", channel="email")
    assert house.runner().settings.channel is ChannelName.EMAIL


def test_who_comes_again_keeps_their_settings_and_gets_new_keys(house: House) -> None:
    house.browser().connect(channel="page")
    change(house, units="mi", email="ada@example.org", email_confirmed=True)
    house.books.change_runner(
        7001,
        lambda was: replace(was, must_reconnect=True, told_to_reconnect=True, tokens=None, scopes=frozenset()),
    )
    house.clock.now += timedelta(days=3)
    house.browser().connect(channel="private_note")
    runner = house.runner()
    assert runner.settings.units == "mi"
    assert runner.settings.channel is ChannelName.PAGE
    assert runner.settings.email_confirmed
    assert (runner.must_reconnect, runner.told_to_reconnect, runner.tokens) == (False, False, TOKENS)
    assert runner.connected_at == NOW
    assert runner.consent_at == house.clock.now


@pytest.mark.parametrize("wish", [ChannelName.PRIVATE_NOTE, ChannelName.EMAIL, ChannelName.PAGE])
def test_who_comes_again_and_now_lets_us_write_gets_what_they_wished_for(house: House, wish: ChannelName) -> None:
    house.browser().connect(scope="read,activity:read,activity:read_all")
    assert house.runner().settings.channel is ChannelName.PAGE
    house.browser().connect(channel=wish)
    assert house.runner().settings.channel is wish


def test_who_comes_again_without_write_goes_to_their_confirmed_address(house: House) -> None:
    house.browser().connect()
    change(house, email="ada@example.org", email_confirmed=True)
    house.browser().connect(scope="read,activity:read")
    assert house.runner().settings.channel is ChannelName.EMAIL


def test_who_is_not_on_the_list_is_turned_away_and_the_access_given_back() -> None:
    house = House(settings=settings(allowed_athletes=frozenset({1, 2})))
    browser = house.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    assert answer.status_code == 403
    assert "Nothing was kept" in answer.text
    assert house.books.runner_ids() == []
    assert len(house.inbox.everything()) == 0
    assert house.strava.revoked == [TOKENS]
    assert browser.get("/me").status_code == 303


def test_when_all_places_are_taken_the_next_is_turned_away_but_an_old_hand_comes_in() -> None:
    house = House(settings=settings(athlete_limit=1))
    house.browser().connect()
    house.strava.runner_id = 7002
    browser = house.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    assert answer.status_code == 403
    assert house.books.runner_ids() == [7001]
    assert house.strava.revoked == [TOKENS]
    house.strava.runner_id = 7001
    house.browser().connect()


def test_when_stravas_own_limit_is_reached_the_page_says_so(house: House) -> None:
    house.strava.trouble = Refused("Strava does not let this app connect any more athletes.")
    browser = house.browser()
    answer = browser.come_back(browser.leave_for_strava()["state"])
    assert answer.status_code == 403
    assert "does not let this app connect any more athletes" in answer.text
    assert house.books.runner_ids() == []


def test_when_strava_does_not_answer_nothing_is_kept(house: House) -> None:
    house.strava.trouble = StravaTrouble("503")
    browser = house.browser()
    assert browser.come_back(browser.leave_for_strava()["state"]).status_code == 503
    assert house.books.runner_ids() == []


def test_get_does_not_connect(house: House) -> None:
    assert house.browser().get("/connect").status_code == 405


def test_two_runners_in_two_browsers_each_see_their_own(house: House) -> None:
    house.strava.name = "Ada"
    ada = house.browser().connect()
    house.strava.name = "Bob"
    bob = other_runner(house)
    assert "Ada" in ada.get("/me").text
    assert "Ada" not in bob.get("/me").text
    assert ada.get("/me/export").json["runner"]["id"] == 7001
    assert bob.get("/me/export").json["runner"]["id"] == 7002
