"""Who was turned away stays out: sessions that ended, links of who left, state that nobody earned, mailboxes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from plugin.cli.server import THREADS
from plugin.ports import Granted
from plugin.stores.memory import MemoryStore
from plugin.web.connect import AT_ONCE
from tests.e2e.harness import until
from tests.security.test_forgeries import copy_of
from tests.web.application import Application, Grants, settings

DAY = timedelta(days=1)


class CountingStore(MemoryStore):
    """Counts what is written down as used."""

    rows = 0

    def use_once(self, token: str, *, until: datetime, now: datetime) -> bool:
        self.rows += 1
        return super().use_once(token, until=until, now=now)


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_copy_of_an_ended_session_stays_dead_for_as_long_as_it_could_be_signed_anew() -> None:
    application = Application()
    browser = application.browser().connect()
    thief = copy_of(application, browser)
    browser.post("/sign-out", seen_on="/me")
    for days in (1, 29, 31, 60, 89, 91, 400):
        application.clock.now += timedelta(days=days)
        # Each of these once put something into the session, and so signed all of it anew.
        thief.get("/")
        thief.post("/connect", {"agree": "yes"}, seen_on="/")
        assert thief.get("/me").status_code == 303


def test_a_session_whose_login_is_over_is_emptied_at_once() -> None:
    application = Application()
    browser = application.browser().connect()
    thief = copy_of(application, browser)
    browser.post("/sign-out", seen_on="/me")
    thief.get("/")
    with thief.client.session_transaction() as held:
        assert "runner" not in held
        assert "login" not in held


def test_however_often_somebody_comes_a_login_ends_after_ninety_days() -> None:
    application = Application()
    browser = application.browser().connect()
    for _ in range(89):
        application.clock.now += DAY
        assert browser.get("/me").status_code == 200
    application.clock.now += 2 * DAY
    assert browser.get("/me").status_code == 303


def test_a_session_that_does_not_say_when_it_began_is_none() -> None:
    application = Application()
    browser = application.browser().connect()
    with browser.client.session_transaction() as held:
        del held["at"]
    assert browser.get("/me").status_code == 303


def test_signing_out_on_every_device_ends_every_session_and_the_next_login_counts() -> None:
    application = Application()
    here, elsewhere = application.browser().connect(), application.browser().connect()
    thief = copy_of(application, elsewhere)
    application.clock.now += DAY
    assert here.post("/me/sign-out", seen_on="/me/settings").status_code == 303
    for one in (here, elsewhere, thief):
        assert one.get("/me").status_code == 303
    application.clock.now += timedelta(seconds=1)
    assert application.browser().connect().get("/me").status_code == 200


def test_signing_out_ever_again_keeps_a_bounded_record_and_every_copy_stays_dead() -> None:
    application = Application()
    copies = []
    for _ in range(60):
        application.clock.now += timedelta(minutes=1)
        browser = application.browser().connect()
        copies.append(copy_of(application, browser))
        browser.post("/sign-out", seen_on="/me")
    assert len(application.runner().ended_logins) <= 50
    assert {one.get("/me").status_code for one in copies} == {303}


# --- state is earned --------------------------------------------------------------------------------------------------


def test_who_brings_no_code_or_said_no_leaves_nothing_in_the_store() -> None:
    store = CountingStore()
    application = Application(store=store)
    for more in ({"code": ""}, {"code": "", "error": "access_denied"}, {"scope": "read"}, {"code": "no code\n"}):
        browser = application.browser()
        browser.come_back(browser.leave_for_strava()["state"], **more)
    assert store.rows == 0
    assert application.strava.codes == []


def test_a_stranger_with_made_up_codes_soon_costs_strava_nothing() -> None:
    store = CountingStore()
    application = Application(store=store, limits_floods=True)
    statuses = []
    for number in range(20):
        browser = application.browser()
        browser.get("/")
        statuses.append(browser.come_back(browser.leave_for_strava()["state"], code=f"made-up-{number}").status_code)
    assert len(application.strava.codes) == 8
    assert statuses[8:] == [429] * 12
    assert store.rows == 8


@dataclass
class SilentGrants(Grants):
    """Strava takes codes and does not answer before `goes_on`."""

    goes_on: threading.Event = field(default_factory=threading.Event)

    def grant(self, code: str, scopes: frozenset[str]) -> Granted:
        granted = super().grant(code, scopes)
        assert self.goes_on.wait(60)
        return granted


def test_a_strava_that_says_nothing_holds_half_of_the_sites_threads_at_most() -> None:
    strava = SilentGrants()
    application = Application(strava=strava)
    browsers = [application.browser() for _ in range(AT_ONCE + 1)]
    states = [browser.leave_for_strava()["state"] for browser in browsers]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        waiting = [crowd.submit(browsers[number].come_back, states[number]) for number in range(AT_ONCE)]
        until(lambda: len(strava.codes) == AT_ONCE, "Strava to be asked")
        assert browsers[-1].come_back(states[-1]).status_code == 503
        assert len(strava.codes) == AT_ONCE
        strava.goes_on.set()
    assert [one.result().status_code for one in waiting] == [303] * AT_ONCE
    # The state was not used up.
    assert browsers[-1].come_back(states[-1]).status_code == 303
    assert AT_ONCE <= THREADS // 2


def test_posts_without_a_token_are_counted_too() -> None:
    client = Application(limits_floods=True).app.test_client()
    answers = [client.post("/connect", data={"agree": "yes"}).status_code for _ in range(310)]
    assert answers[:300] == [400] * 300
    assert answers[300:] == [429] * 10


def test_answers_to_runs_that_are_not_on_record_are_not_kept() -> None:
    application = Application()
    browser = application.browser().connect()
    before = application.runner()
    for run in range(1, 40):
        form = {"do": "not-for-me", "rule": "ramp", "run": str(run)}
        assert browser.post("/me/say", form, seen_on="/me").status_code == 404
        link = application.link("not-for-me", r=7001, u=run, k="ramp")
        assert application.app.test_client().post(link).status_code == 410
    assert application.runner() == before


# --- links and mailboxes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["confirm", "unsubscribe", "snooze", "race", "no-run", "not-for-me"])
def test_links_of_somebody_who_left_are_dead_when_they_come_again(action: str) -> None:
    application = Application()
    browser = application.browser().connect()
    link = application.link(action, r=7001, u=5, k="ramp", e="ada@example.org")
    browser.post("/me/disconnect", seen_on="/me/settings")
    application.clock.now += timedelta(minutes=5)
    application.browser().connect()
    was = application.runner()
    application.store.change_runner(
        7001, lambda one: replace(one, settings=replace(one.settings, email="ada@example.org"))
    )
    for method in ("GET", "POST"):
        assert application.app.test_client().open(link, method=method).status_code == 410
    assert not application.runner().settings.email_confirmed
    assert application.runner().dismissals == was.dismissals


def asks(application: Application, browser, address: str) -> None:  # type: ignore[no-untyped-def]
    browser.post("/me/settings", {"channel": "page", "email": address, "soreness": ""}, seen_on="/me/settings")


def test_a_mailbox_cannot_be_flooded_under_many_names() -> None:
    application = Application()
    browser = application.browser().connect()
    for number in range(9):
        asks(application, browser, f"victim+{number}@example.org")
    assert application.mails is not None
    assert len(application.mails.sent) == 3
    application.clock.now += timedelta(hours=2)
    for address in (
        "v.ictim@gmail.com",
        "vi.ctim@gmail.com",
        "v.i.c.t.i.m@gmail.com",
        "victim+x@googlemail.com",
        "VICTIM@gmail.com",
    ):
        asks(application, browser, address)
    assert len([one for _, one in application.mails.sent if "gmail" in one]) == 3


def test_one_runner_cannot_keep_another_from_confirming_their_address() -> None:
    application = Application(settings=settings(athlete_limit=5))
    first = application.browser().connect()
    for number in range(9):
        asks(application, first, "ada@example.org" if number % 2 else "ada+x@example.org")
    application.strava.runner_id = 7002
    second = application.browser().connect()
    asks(application, second, "ada@example.org")
    assert application.mails is not None
    assert application.mails.sent[-1] == (7002, "ada@example.org")
