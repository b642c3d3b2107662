"""Links in mails: GET shows a button and changes nothing, POST acts with the token as its only proof."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.ports import ChannelName, Dismissal, Fingerprint, JobKind, NoteStatus, RunRecord, StoredNotice
from plugin.training.history import Soreness
from tests.web.application import NOW, TOKENS, Application, change, other_runner

RUN = 555
LINKS: dict[str, dict[str, str | int]] = {
    "confirm": {"r": 7001, "u": 0, "k": "", "e": "ada@example.org"},
    "unsubscribe": {"r": 7001, "u": 0, "k": ""},
    "snooze": {"r": 7001, "u": RUN, "k": "long_run"},
    "race": {"r": 7001, "u": RUN, "k": "long_run"},
    "no-run": {"r": 7001, "u": RUN, "k": ""},
    "not-for-me": {"r": 7001, "u": RUN, "k": "long_run"},
    "part-sore": {"r": 7001, "u": RUN, "k": "shin"},
    "part-fine": {"r": 7001, "u": RUN, "k": "shin"},
    "undo": {"r": 7001, "u": RUN, "k": "long_run", "a": "snooze"},
}


@pytest.fixture
def application() -> Application:
    application = Application()
    application.browser().connect(channel="email")
    application.inbox.forget(7001)
    change(application, email="ada@example.org")
    run_record = RunRecord(
        runner_id=7001, run_id=RUN, day=NOW.date(), looked_at=NOW, telling=NoteStatus.TOLD, text="Long one."
    )
    application.store.change_run_record(7001, RUN, lambda _: run_record)
    mentioned = Soreness(run_id=str(RUN), day=NOW.date(), mentioned=frozenset({"shin"}))
    application.store.change_runner(7001, lambda was: replace(was, soreness=(mentioned,)))
    return application


def follow(application: Application, action: str, **payload: str | int) -> Any:
    """What a mail program does for one-click: a POST without cookies or token of a form."""
    path = application.link(action, **(payload or LINKS[action]))
    return application.app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})


@pytest.mark.parametrize("action", LINKS)
def test_looking_at_a_link_changes_nothing(application: Application, action: str) -> None:
    before = (application.runner(), application.store.run_record(7001, RUN))
    answer = application.browser().get(application.link(action, **LINKS[action]))
    assert answer.status_code == 200
    assert len(re.findall("<button", answer.text)) == 1
    assert 'method="post"' in answer.text
    assert "action=" not in answer.text[answer.text.index("<form") : answer.text.index("</form>")]
    assert "csrf" not in answer.text
    assert (application.runner(), application.store.run_record(7001, RUN)) == before
    assert len(application.inbox.everything()) == 0


@pytest.mark.parametrize("action", LINKS)
def test_pressing_the_button_answers_200_without_login(application: Application, action: str) -> None:
    assert follow(application, action).status_code == 200


@pytest.mark.parametrize("action", LINKS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_wrong_or_old_does_nothing(application: Application, action: str, method: str) -> None:
    before = (application.runner(), application.store.run_record(7001, RUN))
    good = application.link(action, **LINKS[action])
    other = "snooze" if action != "snooze" else "race"
    for path in (good[:-1], good + "x", application.link(other, **LINKS[action]).replace(f"/{other}/", f"/{action}/")):
        assert 400 <= getattr(application.app.test_client(), method)(path).status_code < 500
    application.clock.now += timedelta(days=366)
    assert 400 <= getattr(application.app.test_client(), method)(good).status_code < 500
    assert (application.runner(), application.store.run_record(7001, RUN)) == before


@pytest.mark.parametrize(("hours", "works"), [(47, True), (49, False)])
def test_a_confirmation_works_as_long_as_its_mail_says(application: Application, hours: int, works: bool) -> None:
    path = application.link("confirm", **LINKS["confirm"])
    application.clock.now += timedelta(hours=hours)
    assert (application.app.test_client().post(path).status_code == 200) is works
    assert application.runner().settings.email_confirmed is works


def test_an_unknown_action_is_404(application: Application) -> None:
    assert follow(application, "delete-everything", r=7001).status_code == 404


def test_the_link_of_somebody_who_left_is_gone(application: Application) -> None:
    application.store.forget(7001)
    assert follow(application, "unsubscribe").status_code == 410


def test_a_confirmed_address_is_the_runners(application: Application) -> None:
    change(application, email_bounced=True)
    assert follow(application, "confirm").status_code == 200
    chosen = application.runner().settings
    assert chosen.email_confirmed
    assert not chosen.email_bounced


def test_the_link_to_an_address_typed_before_confirms_nothing(application: Application) -> None:
    change(application, email="new@example.org")
    assert 400 <= follow(application, "confirm").status_code < 500
    assert not application.runner().settings.email_confirmed


def test_unsubscribing_stops_all_mail(application: Application) -> None:
    change(application, email_confirmed=True)
    assert "No more mail" in follow(application, "unsubscribe").text
    chosen = application.runner().settings
    assert chosen.channel is ChannelName.PAGE
    assert not chosen.digest
    assert not chosen.email_confirmed, "nothing may fall back to mail either"


def test_unsubscribing_leaves_a_private_note_where_it_is(application: Application) -> None:
    change(application, channel=ChannelName.PRIVATE_NOTE)
    follow(application, "unsubscribe")
    assert application.runner().settings.channel is ChannelName.PRIVATE_NOTE


def test_the_digests_own_link_stops_the_digest_alone(application: Application) -> None:
    change(application, email_confirmed=True)
    follow(application, "unsubscribe", r=7001, u=0, k="digest")
    chosen = application.runner().settings
    assert (chosen.digest, chosen.channel, chosen.email_confirmed) == (False, ChannelName.EMAIL, True)


def test_a_rule_is_snoozed_for_a_week(application: Application) -> None:
    follow(application, "snooze")
    assert application.runner().settings.snoozed == {"long_run": date(2026, 11, 25)}


def test_without_a_rule_all_is_snoozed(application: Application) -> None:
    follow(application, "snooze", r=7001, u=0, k="")
    assert application.runner().settings.snoozed == {"*": date(2026, 11, 25)}


def test_a_longer_snooze_is_not_cut_short(application: Application) -> None:
    change(application, snoozed={"long_run": date(2027, 1, 1)})
    follow(application, "snooze")
    assert application.runner().settings.snoozed == {"long_run": date(2027, 1, 1)}


def test_it_was_a_race_has_the_run_looked_at_again(application: Application) -> None:
    assert follow(application, "race").status_code == 200
    run_record = application.store.run_record(7001, RUN)
    assert run_record is not None
    assert run_record.called_race
    (delivery,) = application.inbox.everything()
    assert (delivery.runner_id, delivery.run_id, delivery.why, delivery.due_at) == (7001, RUN, JobKind.SAID, NOW)
    assert application.woken >= 1


def test_a_race_nobody_remembers_is_gone(application: Application) -> None:
    assert follow(application, "race", r=7001, u=1, k="long_run").status_code == 410
    assert application.store.run_record(7001, 1) is None


def test_not_for_me_is_kept_once_a_note(application: Application) -> None:
    follow(application, "not-for-me")
    follow(application, "not-for-me")
    assert application.runner().dismissals == (Dismissal(rule="long_run", day=NOW.date(), run_id=RUN),)


def test_not_for_me_by_mail_says_what_it_does_the_first_and_the_second_time(application: Application) -> None:
    first = follow(application, "not-for-me").text
    assert "the note is taken off this run. Say it once more within 60 days" in first
    application.store.change_runner(
        7001, lambda was: replace(was, dismissals=(*was.dismissals, Dismissal(rule="long_run", day=NOW.date())))
    )
    assert "you won&#39;t get this kind of note until Fri 18 Dec." in follow(application, "not-for-me").text


ANSWERS: dict[str, dict[str, str]] = {
    **{do: {} for do in ("snooze", "race", "no-run", "not-for-me")},
    "hurts": {"place": "shin", "side": "left", "score": "5"},
}


@pytest.mark.parametrize("do", ANSWERS)
@pytest.mark.parametrize("rule", ["long_run", ""])
@pytest.mark.parametrize("times", [1, 2])
def test_what_was_answered_by_a_link_is_taken_back_without_login(
    application: Application, do: str, rule: str, times: int
) -> None:
    silenced = StoredNotice(rule="long_run", family="load", level=2, told=False, withheld="snoozed")
    facts = Fingerprint(is_run=True, distance_m=Decimal(20000), sport="Run", day=NOW.date(), shoe=None)
    application.store.change_run_record(7001, RUN, lambda was: was and replace(was, found=(silenced,), facts=facts))
    was = (application.runner(), application.store.run_record(7001, RUN))
    link = application.link(do, r=7001, u=RUN, k=rule)
    program = application.app.test_client()
    for _ in range(times):
        said = program.post(link, data=ANSWERS[do])
        assert said.status_code == 200
    assert (application.runner(), application.store.run_record(7001, RUN)) != was
    application.inbox.forget(7001)
    (path,) = re.findall('<form method="post" action="(/mail/undo/[^"]+)"', said.text)
    assert program.get(path).status_code == 200
    assert (application.runner(), application.store.run_record(7001, RUN)) != was
    taken_back = program.post(path)
    assert taken_back.status_code == 200
    assert "Your answer no longer counts." in taken_back.text
    assert (application.runner(), application.store.run_record(7001, RUN)) == was
    assert [one.why for one in application.inbox.of_runner(7001)] == [JobKind.SAID]


def test_a_link_takes_back_answers_only(application: Application) -> None:
    before = application.runner()
    assert follow(application, "undo", r=7001, u=RUN, k="", a="confirm").status_code == 404
    assert follow(application, "undo", r=7001, u=1, k="", a="race").status_code == 410
    assert application.runner() == before


def test_a_link_acts_for_its_own_runner_only(application: Application) -> None:
    stranger = other_runner(application)
    before = application.store.runner(7002)
    stranger.client.post(application.link("unsubscribe", **LINKS["unsubscribe"]))
    assert application.store.runner(7002) == before
    assert application.runner().tokens == TOKENS


@pytest.mark.parametrize(("action", "is_sore"), [("part-sore", True), ("part-fine", False)])
def test_an_answer_about_a_mentioned_part_counts_like_words(
    application: Application, action: str, is_sore: bool
) -> None:
    assert "You mentioned your shin" in application.browser().get(application.link(action, **LINKS[action])).text
    assert follow(application, action).status_code == 200
    (kept,) = application.runner().soreness
    assert kept.answers == {"shin": is_sore}
    assert [one.why for one in application.inbox.of_runner(7001)] == [JobKind.SAID]


def test_an_answer_about_a_part_that_was_not_mentioned_is_gone(application: Application) -> None:
    assert follow(application, "part-sore", r=7001, u=RUN, k="heel").status_code == 410
    assert follow(application, "part-sore", r=7001, u=RUN, k="nonsense").status_code == 410
