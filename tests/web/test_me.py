"""The runner's own page: filled within a minute, everything escaped, the say one click away, and the way out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from plugin.notes.note import Allowance
from plugin.ports import (
    Budget,
    ChannelName,
    Dismissal,
    Fingerprint,
    JobKind,
    NoteStatus,
    RunRecord,
    Snapshot,
    State,
    StoredNotice,
    new_delivery,
)
from plugin.ports.reasons import Reason, as_kept
from plugin.summary.model import RunnerSummary
from plugin.training.runs import Run
from plugin.training.runs_set_aside import SetAsideReason
from tests.web.application import NOW, Application, Browser, change, other_runner, summary

TOLD = StoredNotice(rule="long_run", family="load", level=2, told=True, leads=True, text="Today's 24.0 km is long.")
KEPT = StoredNotice(rule="ramp", family="load", level=1, told=False, withheld="less important", text="47.0 km so far.")


def remember(application: Application, run_id: int = 9001, **changes: Any) -> RunRecord:
    facts = Fingerprint(is_run=True, distance_m=Decimal(24000), sport="Run", day=NOW.date(), shoe=None)
    run_record = RunRecord(
        runner_id=7001,
        run_id=run_id,
        day=NOW.date(),
        looked_at=NOW,
        facts=facts,
        found=(TOLD, KEPT),
        telling=NoteStatus.TOLD,
        channel=ChannelName.PRIVATE_NOTE,
        text="Today's 24.0 km is 33 % longer.\nTip: an easy day.",
    )
    application.store.change_run_record(7001, run_id, lambda _: replace(run_record, **changes))
    return run_record


@pytest.mark.parametrize("path", ["/me", "/me/settings", "/me/preview", "/me/export"])
def test_without_login_pages_lead_home_and_json_is_401(application: Application, path: str) -> None:
    stranger = application.browser()
    answer = stranger.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    answer = stranger.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["status"] == 401


@pytest.mark.parametrize("path", ["/me/settings", "/me/disconnect", "/me/say", "/me/fill"])
def test_without_login_nothing_can_be_posted(application: Application, path: str) -> None:
    answer = application.browser().post(path, {"do": "snooze"}, seen_on="/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_while_it_is_being_filled_the_page_looks_again_by_itself(application: Application) -> None:
    browser = application.browser().connect()
    answer = browser.get("/me")
    assert answer.headers["Refresh"] == "3"
    assert "Filling your page" in answer.text
    application.keep_list()
    (delivery,) = application.inbox.everything()
    taken = application.inbox.take(NOW)
    assert taken is not None
    assert "Refresh" in browser.get("/me").headers
    application.inbox.done(delivery.id)
    answer = browser.get("/me")
    assert "Refresh" not in answer.headers
    assert "Week by week" in answer.text


def test_a_page_that_could_not_be_filled_offers_to_ask_again(application: Application) -> None:
    browser = application.browser().connect()
    (delivery,) = application.inbox.everything()
    application.inbox.take(NOW)
    application.inbox.park(delivery.id, reason="Strava said no")
    answer = browser.get("/me")
    assert "Refresh" not in answer.headers
    assert 'action="/me/fill"' in answer.text
    assert browser.post("/me/fill", seen_on="/me").status_code == 303
    waiting = [one for one in application.inbox.everything() if one.state is State.WAITING]
    assert [(one.why, one.run_id) for one in waiting] == [(JobKind.PREVIEW, 0)]


def test_a_filled_page_is_not_asked_for_again(application: Application, browser: Browser) -> None:
    browser.post("/me/fill", seen_on="/me/settings")
    assert len(application.inbox.everything()) == 0


def test_the_page_answers_at_a_glance(application: Application, browser: Browser) -> None:
    page = browser.get("/me").text
    assert "19.9\xa0km" in page, "what the week has left, rounded down"
    assert "21.0\xa0km so far" in page
    assert "Vaporlite" in page
    assert page.count('<rect class="bar') == 12
    assert "18 Jan 2027" in page
    assert "62\xa0%" in page
    assert "Ghost &lt;b&gt;15" in page
    assert "<b>15" not in page


def test_of_a_retired_pair_nothing_is_due(application: Application, browser: Browser) -> None:
    def retired(name: str) -> None:
        pairs = tuple(replace(pair, is_retired=pair.is_retired or name in pair.name) for pair in application.seen.pairs)
        application.seen = replace(application.seen, pairs=pairs)

    assert "Vaporlite" in browser.get("/me").text
    retired("Vaporlite")
    page = browser.get("/me").text
    assert "Vaporlite" not in page
    assert "Next pair due" in page
    assert "612\xa0km of 800\xa0km" in page, "the next one is"
    retired("")
    page = browser.get("/me").text
    assert "Ghost" not in page
    assert "time for the next pair" not in page
    assert "look closely" not in page
    assert "All your pairs are retired." in page
    assert "no shoes are named" not in page


def test_every_picture_has_its_numbers_in_a_table(application: Application, browser: Browser) -> None:
    page = browser.get("/me").text
    for week in application.seen.weeks:
        assert f"{week.metres / 1000:.1f}\xa0km" in page
    assert page.count("<caption>") == page.count("<desc id=") == page.count('<svg class="picture"') == 2
    assert page.count("<title id=") == page.count('role="img"') == 3, "the third is the rotation, with a list below it"


def weeks_of(count: int) -> RunnerSummary:
    """A summary whose list reaches back so many weeks."""
    seen = summary()
    (first, *_, last) = seen.weeks
    earlier = [
        replace(first, first_day=last.first_day - timedelta(weeks=back), metres=Decimal(20_000 + 100 * back))
        for back in range(count - 1, 11, -1)
    ]
    return replace(seen, weeks=(*earlier, *seen.weeks))


@pytest.mark.parametrize(
    ("reach", "offered"), [(12, [4, 12]), (20, [4, 12, 26]), (26, [4, 12, 26]), (52, [4, 12, 26, 52])]
)
def test_the_weeks_shown_can_be_chosen_as_far_as_the_list_reaches(
    application: Application, browser: Browser, reach: int, offered: list[int]
) -> None:
    application.seen = weeks_of(reach)
    for window in (4, 12, 26, 52):
        page = browser.get(f"/me?weeks={window}").text
        assert [int(one) for one in re.findall(r'href="/me\?weeks=(\d+)#weeks"', page)] == offered
        shown = window if window in offered else 12
        assert page.count('<rect class="bar') == min(shown, reach)
        assert f'?weeks={shown}#weeks" aria-current' in page


def test_where_the_list_ends_is_said_and_never_drawn_as_nothing(application: Application, browser: Browser) -> None:
    seen = weeks_of(20)
    unknown = tuple(replace(week, metres=None, ceiling_m=None) if n < 3 else week for n, week in enumerate(seen.weeks))
    application.seen = replace(seen, weeks=unknown)
    application.store.keep_snapshot(
        Snapshot(runner_id=7001, fetched_at=NOW, runs=(), reaches=NOW - timedelta(weeks=17))
    )
    page = browser.get("/me?weeks=26").text
    assert "Strava's last list reaches back to 25 Jul 2026; what was run before is not known here." in page
    assert page.count('class="unknown"') == page.count("not known</td>") == 3
    assert page.count('<rect class="bar') == 17
    assert "not known here" not in browser.get("/me?weeks=12").text


def test_a_note_is_marked_on_its_run_and_linked_to_its_line(application: Application, browser: Browser) -> None:
    seen = summary()
    last = replace(seen.sessions[-1], run_ids=("9001",))
    application.seen = replace(seen, sessions=(*seen.sessions[:-1], last))
    remember(application, run_id=9001, day=last.day)
    page = browser.get("/me").text
    assert page.count('href="#run-9001"') == 2, "the mark, and the day beside the picture"
    assert 'id="run-9001"' in page
    remember(application, run_id=9001, day=last.day, telling=NoteStatus.TAKEN_OUT)
    assert 'href="#run-9001"' not in browser.get("/me").text


def test_a_run_of_a_session_says_how_long_the_session_was(application: Application, browser: Browser) -> None:
    """A note is about the session: 24.0 km beside a run of 16.0 km alone would contradict it."""
    seen = summary()
    last = replace(seen.sessions[-1], metres=Decimal(24_000), run_ids=("9000", "9001"))
    application.seen = replace(seen, sessions=(*seen.sessions[:-1], last))
    facts = Fingerprint(is_run=True, distance_m=Decimal(16_000), sport="Run", day=last.day, shoe=None)
    remember(application, run_id=9001, day=last.day, facts=facts)
    assert "16.0\xa0km of a session of 24.0\xa0km" in browser.get("/me").text


def test_what_is_due_first_comes_first_with_its_week_and_the_rotation_adds_up(
    application: Application, browser: Browser
) -> None:
    page = browser.get("/me").text
    shoes = page[page.index('<ul class="pairs">') :]
    assert shoes.index("Vaporlite") < shoes.index("Ghost") < shoes.index("Speedgoat")
    assert "due now" in shoes
    assert "due in the week of 18 Jan 2027" in shoes
    assert re.findall(r"<strong>(\d+)\xa0%</strong>", shoes) == ["62", "38"]


def test_numbers_stand_in_the_runners_unit(application: Application, browser: Browser) -> None:
    change(application, units="mi")
    page = browser.get("/me").text
    assert "12.3\xa0mi" in page, "19.95 km, rounded down"
    assert "\xa0km" not in page


def test_numbers_stand_in_the_runners_language(application: Application, browser: Browser) -> None:
    change(application, language="de")
    assert "19,9\xa0km" in browser.get("/me").text


def test_on_the_last_day_of_a_week_the_room_is_next_weeks(application: Application, browser: Browser) -> None:
    allowance = Allowance(day=date(2026, 11, 23), length_m=Decimal(20000), week_m=Decimal(41000))
    application.seen = replace(summary(), allowance=allowance)
    page = browser.get("/me").text
    assert "Next week" in page
    assert "41.0\xa0km" in page


def test_a_week_with_nothing_left_points_to_the_next(application: Application, browser: Browser) -> None:
    allowance = Allowance(day=date(2026, 11, 20), length_m=Decimal(20000), week_m=Decimal(-4000))
    application.seen = replace(summary(), allowance=allowance)
    page = browser.get("/me").text
    assert "that is about it for this week" in page
    assert "or less" not in page


def test_a_runner_without_runs_sees_a_whole_page(application: Application, browser: Browser) -> None:
    application.seen = replace(summary(), sessions=(), allowance=None, pairs=(), said=())
    assert browser.get("/me").status_code == 200
    assert browser.get("/me/preview").status_code == 200


def test_what_was_said_stands_word_for_word_with_what_was_kept_back_and_why(
    application: Application, browser: Browser
) -> None:
    remember(application)
    page = browser.get("/me").text
    assert "Today&#39;s 24.0 km is 33 % longer." in page
    assert "Tip: an easy day." in page
    assert "47.0 km so far." in page
    assert "Something else mattered more." in page
    assert "https://www.strava.com/activities/9001" in page


def test_after_seven_days_the_rule_is_named_without_the_words(application: Application, browser: Browser) -> None:
    remember(application, text="", facts=None, found=(replace(TOLD, text=""), replace(KEPT, text="")))
    page = browser.get("/me").text
    assert "a run much longer than lately" in page


@pytest.mark.parametrize("telling", list(NoteStatus))
def test_every_fate_of_a_note_has_a_page(application: Application, browser: Browser, telling: NoteStatus) -> None:
    remember(application, telling=telling)
    assert browser.get("/me").status_code == 200


def test_runs_from_before_are_not_in_the_record(application: Application, browser: Browser) -> None:
    remember(application, run_id=4242, found=(), text="", telling=NoteStatus.NOTHING, is_old=True)
    assert "4242" not in browser.get("/me").text


def test_looking_back_shows_what_would_have_been_said(application: Application, browser: Browser) -> None:
    page = browser.get("/me/preview").text
    assert "33 % longer than your longest run" in page
    assert "47.0 km so far this week." in page


@pytest.mark.parametrize(("units", "left_m"), [("km", 99), ("mi", 160)])
def test_a_next_run_that_reads_as_nothing_is_for_next_week(
    application: Application, browser: Browser, units: str, left_m: int
) -> None:
    change(application, units=units)
    allowance = Allowance(day=date(2026, 11, 20), length_m=Decimal(20000), week_m=Decimal(left_m))
    application.seen = replace(summary(), allowance=allowance)
    page = browser.get("/me").text
    assert "that is about it for this week" in page
    assert "or less, and Footnote stays silent" not in page


@pytest.mark.parametrize(("units", "step", "least"), [("km", "1.0 km", "4.0 km"), ("mi", "0.6 mi", "2.5 mi")])
def test_the_footnotes_say_what_ceilings_are_made_of(
    application: Application, browser: Browser, units: str, step: str, least: str
) -> None:
    change(application, units=units)
    page = browser.get("/me").text.replace("\u00a0", " ")
    assert "a tenth above the usual top of the four weeks before, and at least" in page
    assert f"but at least {step} longer and never under {least}, or what the week has left" in page


def test_a_strict_runner_reads_that_last_week_is_the_measure(application: Application, browser: Browser) -> None:
    application.seen = replace(summary(), is_strict=True)
    for path in ("/me", "/me/sheet"):
        page = browser.get(path).text.replace("\u00a0", " ")
        assert "a tenth above the week before" in page
        assert "a tenth above the usual top" not in page


def test_a_rule_is_snoozed_and_woken_from_the_page(application: Application, browser: Browser) -> None:
    remember(application)
    browser.post("/me/say", {"do": "snooze", "rule": "long_run", "run": "9001"}, seen_on="/me")
    assert application.runner().settings.snoozed == {"long_run": date(2026, 11, 25)}
    assert "none until the end of Wed 25 Nov, as you asked." in browser.get("/me/settings").text
    browser.post("/me/say", {"do": "wake", "rule": "long_run", "from": "settings"}, seen_on="/me/settings")
    assert application.runner().settings.snoozed == {}


def test_a_run_is_called_a_race_from_the_page(application: Application, browser: Browser) -> None:
    remember(application)
    assert "It was a race" in browser.get("/me").text
    answer = browser.post("/me/say", {"do": "race", "run": "9001"}, seen_on="/me")
    assert answer.headers["Location"] == "/me#run-9001"
    run_record = application.store.run_record(7001, 9001)
    assert run_record is not None
    assert run_record.called_race
    assert [(one.run_id, one.why) for one in application.inbox.everything()] == [(9001, JobKind.SAID)]
    page = browser.get("/me").text
    assert "You said it was a race." in page
    assert ">It was a race<" not in page


ANSWERS = {
    "race": ("It was a race", "You said it was a race."),
    "not-for-me": ("Not for me", "Not for you: the note is taken off this run."),
    "snooze": ("None of this kind for a week", "No note of this kind until the end of Wed 25 Nov."),
    "no-run": ("This was no run", "You said this was no run"),
}


def entry(browser: Browser, run_id: int = 9001) -> str:
    """The line of a run on the overview."""
    _, is_there, rest = browser.get("/me").text.partition(f'<li id="run-{run_id}">')
    assert is_there
    return rest.partition('<li id="run-')[0]


def answer(browser: Browser, do: str) -> Any:
    if do == "no-run":
        return browser.post("/me/run/9001/no-run", seen_on="/me")
    return browser.post("/me/say", {"do": do, "rule": "long_run", "run": "9001"}, seen_on="/me")


@pytest.mark.parametrize("do", ANSWERS)
def test_an_answer_shows_where_its_button_was_and_can_be_taken_back(
    application: Application, browser: Browser, do: str
) -> None:
    button, state = ANSWERS[do]
    remember(application)
    before = application.runner()
    assert f">{button}<" in entry(browser)
    assert answer(browser, do).headers["Location"] == "/me#run-9001"
    assert state in entry(browser)
    assert f">{button}<" not in entry(browser)
    undone = browser.post("/me/run/9001/undo", {"do": do}, seen_on="/me")
    assert undone.headers["Location"] == "/me#run-9001"
    assert state not in entry(browser)
    assert f">{button}<" in entry(browser)
    assert application.runner() == before


@pytest.mark.parametrize("path", ["/me/run/9001/undo", "/me/run/9001/no-run/undo"])
def test_all_answers_to_a_run_are_taken_back_at_once(application: Application, browser: Browser, path: str) -> None:
    remember(application)
    before = application.runner()
    for do in ANSWERS:
        answer(browser, do)
    assert application.runner() != before
    browser.post(path, seen_on="/me")
    assert application.runner() == before
    record = application.store.run_record(7001, 9001)
    assert record is not None
    assert not record.called_race


@pytest.mark.parametrize(("do", "judged"), [("race", 1), ("no-run", 1), ("not-for-me", 1), ("snooze", 0)])
def test_the_run_is_judged_again_where_the_answer_changes_what_is_true(
    application: Application, browser: Browser, do: str, judged: int
) -> None:
    remember(application)
    answer(browser, do)
    assert [one.why for one in application.inbox.everything()] == [JobKind.SAID] * judged
    application.inbox.forget(7001)
    browser.post("/me/run/9001/undo", seen_on="/me")
    assert [one.why for one in application.inbox.everything()] == [JobKind.SAID] * judged


def test_a_run_that_was_none_does_not_count_and_says_so(application: Application, browser: Browser) -> None:
    remember(application, text="", found=(), telling=NoteStatus.TAKEN_OUT)
    answer(browser, "no-run")
    assert application.runner().no_runs == {"9001": NOW.date()}
    assert "You said this was no run" in entry(browser)


def test_the_first_not_for_me_silences_nothing_and_the_second_says_until_when(
    application: Application, browser: Browser
) -> None:
    remember(application)
    remember(application, run_id=9002)
    answer(browser, "not-for-me")
    assert "Say it once more within 60 days" in entry(browser)
    assert "End it" not in browser.get("/me/settings").text
    browser.post("/me/say", {"do": "not-for-me", "rule": "long_run", "run": "9002"}, seen_on="/me")
    assert "you won't get this kind of note until Fri 18 Dec." in unescape(entry(browser, 9002))
    settings_page = browser.get("/me/settings").text
    assert "You said “not for me” twice." in settings_page
    browser.post("/me/say", {"do": "wake", "rule": "long_run", "from": "settings"}, seen_on="/me/settings")
    assert application.runner().dismissals == ()
    assert "You said “not for me” twice." not in browser.get("/me/settings").text


@pytest.mark.parametrize("kept_as", ["not for me", "turned off"])
def test_a_note_taken_off_for_not_for_me_says_so_whichever_version_kept_the_reason(
    application: Application, browser: Browser, kept_as: str
) -> None:
    found = (replace(TOLD, told=False, withheld=kept_as), KEPT)
    remember(application, text="", found=found, telling=NoteStatus.TAKEN_OUT)
    assert "it no longer applied" in entry(browser)
    answer(browser, "not-for-me")
    line = unescape(entry(browser))
    assert "The note was removed: you said it wasn't for you." in line
    assert "<em>You said it wasn't for you.</em>" in line
    assert "it no longer applied" not in line
    assert "You turned this off." not in line


def test_what_two_dismissals_withhold_says_until_when(application: Application, browser: Browser) -> None:
    remember(
        application, text="", found=(replace(TOLD, told=False, withheld="turned off"),), telling=NoteStatus.NOTHING
    )
    assert "You turned this off." in entry(browser)
    twice = tuple(Dismissal(rule="long_run", day=NOW.date() - timedelta(days=ago)) for ago in (8, 3))
    application.store.change_runner(7001, lambda was: replace(was, dismissals=twice))
    assert "You said “not for me” twice: none of this kind until the end of Tue 15 Dec." in entry(browser)
    assert "You turned this off." not in entry(browser)
    change(application, rules_off=frozenset({"long_run"}))
    assert "You turned this off." in entry(browser)


@pytest.mark.parametrize("path", ["/me/run/4711/no-run", "/me/run/4711/undo", "/me/say"])
def test_an_answer_to_a_run_that_is_not_on_record_changes_nothing(
    application: Application, browser: Browser, path: str
) -> None:
    before = application.runner()
    form = {"do": "not-for-me", "rule": "long_run", "run": "4711"} if path == "/me/say" else {}
    assert browser.post(path, form, seen_on="/me").status_code == 404
    assert application.runner() == before
    assert application.inbox.everything() == []


def test_every_run_looked_at_has_its_line(application: Application, browser: Browser) -> None:
    remember(application)
    remember(application, run_id=9002, found=(), text="", telling=NoteStatus.NOTHING, channel=None)
    remember(application, run_id=9003, found=(KEPT,), text="", telling=NoteStatus.NOTHING, channel=None)
    due = NOW + timedelta(minutes=2)
    application.inbox.keep(new_delivery(7001, 9004, JobKind.EVENT, NOW, due))
    assert "Private note on the activity" in entry(browser)
    assert "Read at 12:00. Nothing to say." in entry(browser, 9002)
    assert "no note was written" in entry(browser, 9003)
    assert "47.0 km so far." in entry(browser, 9003)
    assert "Came in at 12:00. Footnote reads it at 12:02" in entry(browser, 9004)
    application.inbox.again(application.inbox.everything()[0].id, due_at=NOW + timedelta(minutes=15), reason="500")
    assert "Next try at 12:15." in entry(browser, 9004)
    application.inbox.park(application.inbox.everything()[0].id, reason="500 eight times")
    assert "could not be read" in entry(browser, 9004)


@pytest.mark.parametrize(
    ("reason", "on_the_line", "in_the_banner"),
    [
        (as_kept(Reason.TROUBLE, "500"), "Waiting for Strava. Next try at 12:15.", "Strava doesn't answer just now."),
        (as_kept(Reason.NOT_TOLD, "451"), "The mail server did not take the note. Next try at 12:15.", "take mail"),
        (Reason.WINDOW_FULL, "Waiting for Strava. Next try at 12:15.", ""),
        (as_kept(Reason.BUG, "KeyError"), "Something went wrong here. Next try at 12:15.", ""),
    ],
)
def test_who_keeps_a_run_waiting_is_said_with_the_next_try(
    application: Application, browser: Browser, reason: str, on_the_line: str, in_the_banner: str
) -> None:
    application.inbox.keep(new_delivery(7001, 9004, JobKind.EVENT, NOW, NOW))
    assert "just now" not in browser.get("/me").text
    application.inbox.again(application.inbox.everything()[0].id, due_at=NOW + timedelta(minutes=15), reason=reason)
    assert on_the_line in entry(browser, 9004)
    banners = re.findall(r'<p class="banner">(.*?)</p>', browser.get("/me").text)
    assert [in_the_banner in one and "12:15" in one for one in banners] == ([True] if in_the_banner else [])


@pytest.mark.parametrize("reason", list(SetAsideReason))
def test_a_run_that_does_not_count_says_why(application: Application, browser: Browser, reason: SetAsideReason) -> None:
    is_future = reason is SetAsideReason.FUTURE
    aside = reason if is_future else None
    remember(application, found=(), text="", telling=NoteStatus.NOTHING, channel=None, aside=aside)
    own = {
        SetAsideReason.FLAGGED: {"is_flagged": True},
        SetAsideReason.TOO_FAST: {"moving_s": Decimal(60)},
        SetAsideReason.NO_DISTANCE: {"distance_m": Decimal(0)},
        SetAsideReason.NO_TIME: {"moving_s": Decimal(0), "elapsed_s": Decimal(0)},
        SetAsideReason.NO_RUN: {"is_no_run": True},
        SetAsideReason.COPY: {},
        SetAsideReason.FUTURE: {},
    }[reason]
    longer = Run(
        id="1",
        start=NOW,
        day=NOW.date(),
        sport="Run",
        distance_m=Decimal(24100),
        moving_s=Decimal(7200),
        elapsed_s=Decimal(7200),
    )
    run = replace(longer, id="9001", **{"distance_m": Decimal(24000), **own})
    runs = (longer, run) if reason is SetAsideReason.COPY else (run,)
    application.store.keep_snapshot(Snapshot(runner_id=7001, fetched_at=NOW, runs=() if is_future else runs))
    assert "Doesn't count:" in entry(browser)


def test_the_page_says_when_strava_was_last_asked(application: Application, browser: Browser) -> None:
    assert "Strava last checked: 12:00." in browser.get("/me").text


@pytest.mark.parametrize(("rule", "offered"), [("soreness", False), ("worn_shoe", False), ("comeback", True)])
def test_a_race_is_offered_where_it_would_change_something(
    application: Application, browser: Browser, rule: str, offered: bool
) -> None:
    remember(application, found=(replace(TOLD, rule=rule),))
    assert ("It was a race" in browser.get("/me").text) is offered


def test_of_a_note_that_the_runner_took_out_no_words_are_promised(application: Application, browser: Browser) -> None:
    remember(application, telling=NoteStatus.REMOVED, text="")
    page = browser.get("/me").text
    assert "You deleted this note on Strava." in page
    assert "The text itself is deleted" not in page


def test_a_note_is_dismissed_from_the_page(application: Application, browser: Browser) -> None:
    remember(application)
    browser.post("/me/say", {"do": "not-for-me", "run": "9001", "rule": "long_run"}, seen_on="/me")
    assert application.runner().dismissals == (Dismissal(rule="long_run", day=NOW.date(), run_id=9001),)


def test_a_dismissal_takes_nothing_from_what_was_dismissed_before(application: Application, browser: Browser) -> None:
    days = [NOW.date() - timedelta(days=ago) for ago in (61, 60, 6)]
    before = tuple(Dismissal(rule=rule, day=day) for rule, day in zip(("ramp", "long_run", "ramp"), days, strict=True))
    application.store.change_runner(7001, lambda was: replace(was, dismissals=before))
    remember(application)
    browser.post("/me/say", {"do": "not-for-me", "run": "9001", "rule": "long_run"}, seen_on="/me/settings")
    assert application.runner().dismissals == (*before, Dismissal(rule="long_run", day=NOW.date(), run_id=9001))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": "dance"},
        {"do": "race", "run": "../1"},
        {"do": "race", "run": "²"},
        {"do": "race", "run": "9" * 5000},
        {"do": "not-for-me", "run": "1"},
    ],
)
def test_a_say_that_says_nothing_is_400(application: Application, browser: Browser, form: dict[str, str]) -> None:
    before = application.runner()
    assert browser.post("/me/say", form, seen_on="/me/settings").status_code == 400
    assert application.runner() == before


def test_nobody_speaks_for_another_runner(application: Application, browser: Browser) -> None:
    remember(application)
    stranger = other_runner(application)
    stranger.post("/me/say", {"do": "race", "run": "9001"}, seen_on="/me/settings")
    run_record = application.store.run_record(7001, 9001)
    assert run_record is not None
    assert not run_record.called_race
    assert application.store.run_record(7002, 9001) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"must_reconnect": True}, "no longer lets Footnote see your runs"),
        ({"failed_channels": frozenset({ChannelName.PRIVATE_NOTE})}, "This didn't work: private note on the activity."),
    ],
)
def test_what_needs_the_runner_is_said_on_the_page(
    application: Application, browser: Browser, changes: dict[str, Any], words: str
) -> None:
    application.store.change_runner(7001, lambda was: replace(was, **changes))
    assert words in browser.get("/me").text


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(closed_until=NOW + timedelta(minutes=15), closed_because="full"), "ask again at 12:15."),
        (
            Budget(closed_until=NOW + timedelta(minutes=10), closed_because="inactive", is_inactive=True),
            "has switched this Footnote off",
        ),
        (Budget(closed_until=NOW - timedelta(minutes=1), closed_because="full"), ""),
    ],
)
def test_while_strava_is_closed_the_page_says_so(
    application: Application, browser: Browser, budget: Budget, words: str
) -> None:
    application.strava.budget = lambda: budget  # type: ignore[method-assign]
    page = browser.get("/me").text
    assert words in page
    assert ("none is lost" in page or "nothing is lost" in page) is bool(words)


def test_a_bounced_or_unconfirmed_address_is_said_on_the_page(application: Application, browser: Browser) -> None:
    change(application, channel=ChannelName.EMAIL, email="ada@example.org")
    assert "Confirm your address and your notes will come by email." in browser.get("/me").text
    change(application, email_confirmed=True, email_bounced=True)
    assert "Mail to your address came back." in browser.get("/me").text


def test_everything_held_can_be_taken_along(application: Application, browser: Browser) -> None:
    answer = browser.get("/me/export")
    assert answer.content_type == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json["runner"]["name"] == "Ada"


def test_leaving_deletes_says_so_and_ends_every_session(application: Application, browser: Browser) -> None:
    elsewhere = application.browser().connect()
    answer = browser.post("/me/disconnect", seen_on="/me/settings")
    assert answer.status_code == 200
    assert "Everything is gone" in answer.text
    assert application.forgotten == [7001]
    for one in (browser, elsewhere):
        assert one.get("/me").status_code == 303


def test_a_session_from_before_leaving_stays_dead_when_the_runner_comes_again(
    application: Application, browser: Browser
) -> None:
    stolen = browser.client.get_cookie("fn")
    assert stolen is not None
    browser.post("/me/disconnect", seen_on="/me/settings")
    application.clock.now += timedelta(minutes=5)
    application.browser().connect()
    thief = application.browser()
    thief.client.set_cookie("fn", stolen.value)
    assert thief.get("/me").status_code == 303


def test_getting_a_page_that_deletes_deletes_nothing(application: Application, browser: Browser) -> None:
    assert browser.get("/me/disconnect").status_code == 405
    assert application.forgotten == []


def test_signing_out_forgets_this_browser_only(application: Application, browser: Browser) -> None:
    browser.post("/sign-out", seen_on="/me")
    assert browser.get("/me").status_code == 303
    assert application.forgotten == []


@pytest.mark.parametrize(("path", "has_list"), [("/", True), ("/me", True), ("/me", False), ("/me/plan", True)])
def test_footnotes_are_numbered_in_the_order_they_are_read(path: str, has_list: bool) -> None:
    application = Application()
    browser = application.browser().connect()
    if has_list:
        application.keep_list()
    page = browser.get(path).text
    numbers = [int(one) for one in re.findall(r'<p><sup aria-hidden="true">([0-9])</sup>', page)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert page.count("It is no doctor and makes no diagnosis.") == 1
