"""Links in mails: GET shows a button and changes nothing, POST acts with the token as its only proof."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from plugin.ports import ChannelName, Dismissal, Look, Telling, Why
from tests.web.house import NOW, TOKENS, House, change, other_runner

RUN = 555
LINKS: dict[str, dict[str, str | int]] = {
    "confirm": {"r": 7001, "u": 0, "k": "", "e": "ada@example.org"},
    "unsubscribe": {"r": 7001, "u": 0, "k": ""},
    "snooze": {"r": 7001, "u": RUN, "k": "long_run"},
    "race": {"r": 7001, "u": RUN, "k": "long_run"},
    "not-for-me": {"r": 7001, "u": RUN, "k": "long_run"},
}


@pytest.fixture
def house() -> House:
    house = House()
    house.browser().connect(channel="email")
    house.inbox.forget(7001)
    change(house, email="ada@example.org")
    look = Look(runner_id=7001, run_id=RUN, day=NOW.date(), looked_at=NOW, telling=Telling.TOLD, text="Long one.")
    house.books.change_look(7001, RUN, lambda _: look)
    return house


def follow(house: House, action: str, **payload: str | int) -> Any:
    """What a mail program does for one-click: a POST without cookies or token of a form."""
    path = house.link(action, **(payload or LINKS[action]))
    return house.app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})


@pytest.mark.parametrize("action", LINKS)
def test_looking_at_a_link_changes_nothing(house: House, action: str) -> None:
    before = (house.runner(), house.books.look(7001, RUN))
    answer = house.browser().get(house.link(action, **LINKS[action]))
    assert answer.status_code == 200
    assert len(re.findall("<button", answer.text)) == 1
    assert 'method="post"' in answer.text
    assert "action=" not in answer.text[answer.text.index("<form") : answer.text.index("</form>")]
    assert "csrf" not in answer.text
    assert (house.runner(), house.books.look(7001, RUN)) == before
    assert len(house.inbox.everything()) == 0


@pytest.mark.parametrize("action", LINKS)
def test_pressing_the_button_answers_200_without_login(house: House, action: str) -> None:
    assert follow(house, action).status_code == 200


@pytest.mark.parametrize("action", LINKS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_wrong_or_old_does_nothing(house: House, action: str, method: str) -> None:
    before = (house.runner(), house.books.look(7001, RUN))
    good = house.link(action, **LINKS[action])
    other = "snooze" if action != "snooze" else "race"
    for path in (good[:-1], good + "x", house.link(other, **LINKS[action]).replace(f"/{other}/", f"/{action}/")):
        assert 400 <= getattr(house.app.test_client(), method)(path).status_code < 500
    house.clock.now += timedelta(days=366)
    assert 400 <= getattr(house.app.test_client(), method)(good).status_code < 500
    assert (house.runner(), house.books.look(7001, RUN)) == before


@pytest.mark.parametrize(("hours", "works"), [(47, True), (49, False)])
def test_a_confirmation_works_as_long_as_its_mail_says(house: House, hours: int, works: bool) -> None:
    path = house.link("confirm", **LINKS["confirm"])
    house.clock.now += timedelta(hours=hours)
    assert (house.app.test_client().post(path).status_code == 200) is works
    assert house.runner().settings.email_confirmed is works


def test_an_unknown_action_is_404(house: House) -> None:
    assert follow(house, "delete-everything", r=7001).status_code == 404


def test_the_link_of_somebody_who_left_is_gone(house: House) -> None:
    house.books.forget(7001)
    assert follow(house, "unsubscribe").status_code == 410


def test_a_confirmed_address_is_the_runners(house: House) -> None:
    change(house, email_bounced=True)
    assert follow(house, "confirm").status_code == 200
    chosen = house.runner().settings
    assert chosen.email_confirmed
    assert not chosen.email_bounced


def test_the_link_to_an_address_typed_before_confirms_nothing(house: House) -> None:
    change(house, email="new@example.org")
    assert 400 <= follow(house, "confirm").status_code < 500
    assert not house.runner().settings.email_confirmed


def test_unsubscribing_stops_all_mail(house: House) -> None:
    change(house, email_confirmed=True)
    assert "No more mail" in follow(house, "unsubscribe").text
    chosen = house.runner().settings
    assert chosen.channel is ChannelName.PAGE
    assert not chosen.digest
    assert not chosen.email_confirmed, "nothing may fall back to mail either"


def test_unsubscribing_leaves_a_private_note_where_it_is(house: House) -> None:
    change(house, channel=ChannelName.PRIVATE_NOTE)
    follow(house, "unsubscribe")
    assert house.runner().settings.channel is ChannelName.PRIVATE_NOTE


def test_the_digests_own_link_stops_the_digest_alone(house: House) -> None:
    change(house, email_confirmed=True)
    follow(house, "unsubscribe", r=7001, u=0, k="digest")
    chosen = house.runner().settings
    assert (chosen.digest, chosen.channel, chosen.email_confirmed) == (False, ChannelName.EMAIL, True)


def test_a_rule_is_snoozed_for_a_week(house: House) -> None:
    follow(house, "snooze")
    assert house.runner().settings.snoozed == {"long_run": date(2026, 11, 25)}


def test_without_a_rule_all_is_snoozed(house: House) -> None:
    follow(house, "snooze", r=7001, u=0, k="")
    assert house.runner().settings.snoozed == {"*": date(2026, 11, 25)}


def test_a_longer_snooze_is_not_cut_short(house: House) -> None:
    change(house, snoozed={"long_run": date(2027, 1, 1)})
    follow(house, "snooze")
    assert house.runner().settings.snoozed == {"long_run": date(2027, 1, 1)}


def test_it_was_a_race_has_the_run_looked_at_again(house: House) -> None:
    assert follow(house, "race").status_code == 200
    look = house.books.look(7001, RUN)
    assert look is not None
    assert look.called_race
    (delivery,) = house.inbox.everything()
    assert (delivery.runner_id, delivery.run_id, delivery.why, delivery.due_at) == (7001, RUN, Why.SAID, NOW)
    assert house.woken >= 1


def test_a_race_nobody_remembers_is_gone(house: House) -> None:
    assert follow(house, "race", r=7001, u=1, k="long_run").status_code == 410
    assert house.books.look(7001, 1) is None


def test_not_for_me_is_kept_once_a_note(house: House) -> None:
    follow(house, "not-for-me")
    follow(house, "not-for-me")
    assert house.runner().dismissals == (Dismissal(rule="long_run", day=NOW.date()),)
    follow(house, "not-for-me", r=7001, u=RUN + 1, k="long_run")
    assert len(house.runner().dismissals) == 2


def test_a_link_acts_for_its_own_runner_only(house: House) -> None:
    stranger = other_runner(house)
    before = house.books.runner(7002)
    stranger.client.post(house.link("unsubscribe", **LINKS["unsubscribe"]))
    assert house.books.runner(7002) == before
    assert house.runner().tokens == TOKENS
