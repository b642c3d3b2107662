"""What the runner chooses is kept; what is wrong is said beside its field and nothing is saved."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.errors import NotTold
from plugin.ports import ChannelName, Fingerprint, HowMuch, JobKind, NoteStatus, Pair, RunRecord, StoredNotice
from plugin.training.history import Soreness
from plugin.training.runs import Shoe, ShoeKind
from tests.web.application import NOW, Application, Browser, change, settings

PAIR = Pair(shoe=Shoe(id="g1", name="Ghost 15"), odometer_m=Decimal(612_345), start_m=Decimal(0))


@pytest.fixture
def application() -> Application:
    application = Application()
    application.browser().connect(channel="page")
    application.store.change_runner(7001, lambda was: replace(was, pairs={"g1": PAIR}))
    return application


@pytest.fixture
def browser(application: Application) -> Browser:
    return application.browser().connect()


def save(browser: Browser, status: int = 303, **form: Any) -> Any:
    answer = browser.post("/me/settings", form)
    assert answer.status_code == status, answer.text
    return answer


def test_what_is_chosen_is_kept(application: Application, browser: Browser) -> None:
    save(
        browser,
        channel="description",
        public_ok="yes",
        units="mi",
        week_starts="sunday",
        digest_day="friday",
        check_hour="7",
        language="en",
        soreness="yes",
        listed=["rules", "week", "quiet"],
        rule=["long_run", "worn_shoe"],
        strict_ramp="yes",
        how_much="a line on every run",
        paused="yes",
    )
    chosen = application.runner().settings
    assert chosen.channel is ChannelName.DESCRIPTION
    assert chosen.how_much is HowMuch.EVERY_RUN
    assert (chosen.public_ok, chosen.units, chosen.week_starts) == (True, "mi", "sunday")
    assert (chosen.digest, chosen.digest_day, chosen.check_hour, chosen.language) == (False, "friday", 7, "en")
    assert chosen.reads_soreness
    assert chosen.strict_ramp
    assert chosen.paused
    assert chosen.rules_off == {"comeback", "ramp", "streak", "one_pair", "new_shoe", "cadence", "recovery"}


def test_a_form_with_a_few_fields_leaves_the_rest_alone(application: Application, browser: Browser) -> None:
    change(application, rules_off=frozenset({"ramp"}), digest=False, check_hour=6, strict_ramp=True)
    save(browser, units="mi")
    chosen = application.runner().settings
    assert (chosen.units, chosen.channel) == ("mi", ChannelName.PAGE)
    assert (chosen.rules_off, chosen.digest, chosen.check_hour) == (frozenset({"ramp"}), False, 6)
    assert chosen.strict_ramp


def test_the_page_shows_what_is_kept(application: Application, browser: Browser) -> None:
    change(application, units="mi", email="ada@example.org", digest_day="friday")
    page = browser.get("/me/settings").text
    assert "<option selected>mi</option>" in page
    assert 'value="ada@example.org"' in page
    assert '<option value="friday" selected>' in page
    assert 'value="page" checked' in page
    assert "Ghost 15" in page


def test_the_description_needs_the_runners_yes(application: Application, browser: Browser) -> None:
    answer = save(browser, 400, channel="description", units="mi")
    assert 'id="public_ok-error"' in answer.text
    assert 'value="description" checked' in answer.text
    assert application.runner().settings.channel is ChannelName.PAGE
    assert application.runner().settings.units == "km", "nothing is saved where one field is wrong"


def test_no_comment_where_the_app_may_not_post_one(application: Application, browser: Browser) -> None:
    assert 'value="comment"' not in browser.get("/me/settings").text
    save(browser, 400, channel="comment")


def test_a_comment_where_the_app_may() -> None:
    application = Application(settings=settings(comments=True))
    save(application.browser().connect(), channel="comment")
    assert application.runner().settings.channel is ChannelName.COMMENT


def test_without_write_nothing_on_the_activity_can_be_chosen(application: Application) -> None:
    browser = application.browser().connect(scope="read,activity:read_all")
    answer = save(browser, 400, channel="private_note")
    assert 'id="channel-error"' in answer.text


def test_email_needs_an_address(application: Application, browser: Browser) -> None:
    answer = save(browser, 400, channel="email", email="")
    assert 'id="email-error"' in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org, bob@example.org",
        "ada@example.org;bob@example.org",
        "ada@example.org bob@example.org",
        "ada@example.org\r\nBcc: all@example.org",
        "ada@example.org\nBcc: all@example.org",
        "Ada <ada@example.org>",
        '"a b"@example.org',
        "ada@@example.org",
        "ada@exa mple.org",
        "ada@-example.org",
        "a" * 65 + "@example.org",
        "ada@" + "x" * 250 + ".org",
        "ada@example.org\x00",
        "ada@éxample.org",
        "<script>@example.org",
    ],
)
def test_anything_but_one_address_is_refused_and_stays_as_typed(
    application: Application, browser: Browser, typed: str
) -> None:
    answer = save(browser, 400, email=typed)
    assert 'aria-describedby="email-error' in answer.text
    assert "<script>@" not in answer.text
    assert application.runner().settings.email is None
    assert application.mails is not None
    assert application.mails.sent == []


@pytest.mark.parametrize("typed", ["ada@example.org", "a.d+a@sub.example.co.uk", " ada@example.org ", "ada@localhost"])
def test_a_new_address_is_unconfirmed_and_gets_the_confirmation(
    application: Application, browser: Browser, typed: str
) -> None:
    save(browser, channel="email", email=typed)
    chosen = application.runner().settings
    assert (chosen.email, chosen.email_confirmed) == (typed.strip(), False)
    assert application.mails is not None
    assert application.mails.sent == [(7001, typed.strip())]


def test_another_address_must_be_confirmed_anew(application: Application, browser: Browser) -> None:
    change(application, email="ada@example.org", email_confirmed=True)
    save(browser, email="ada@example.org")
    assert application.runner().settings.email_confirmed
    save(browser, email="ada@example.net")
    assert not application.runner().settings.email_confirmed
    save(browser, email="")
    assert application.runner().settings.email is None


def test_at_most_three_confirmations_an_hour_go_to_an_address(application: Application, browser: Browser) -> None:
    assert application.mails is not None
    for number in range(6):
        save(browser, email="victim@example.org" if number % 2 == 0 else "Victim@example.org")
    assert len(application.mails.sent) == 3
    for _again in range(2):
        save(browser, resend="yes")
    assert len(application.mails.sent) == 3
    application.clock.now += timedelta(minutes=61)
    save(browser, resend="yes")
    assert len(application.mails.sent) == 4


def test_one_runner_cannot_mail_the_whole_world(application: Application, browser: Browser) -> None:
    assert application.mails is not None
    for number in range(20):
        save(browser, email=f"somebody{number}@example.org")
    assert len(application.mails.sent) == 9


def test_a_mail_server_that_refuses_is_said_and_the_rest_is_saved(application: Application, browser: Browser) -> None:
    assert application.mails is not None
    application.mails.trouble = NotTold("no such mailbox", for_good=True)
    save(browser, email="ada@example.org", units="mi")
    assert "could not be sent" in browser.get("/me/settings").text
    assert application.runner().settings.units == "mi"


def test_without_a_mail_server_no_address_is_taken() -> None:
    application = Application(mails=None)
    browser = application.browser().connect()
    assert 'name="email"' not in browser.get("/me/settings").text
    save(browser, 400, email="ada@example.org")
    save(browser, 400, channel="email")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("units", "furlong"),
        ("week_starts", "friday"),
        ("how_much", "everything"),
        ("digest_day", "someday"),
        ("check_hour", "24"),
        ("check_hour", "-1"),
        ("check_hour", "x"),
        ("check_hour", "0" * 5000),
        ("language", "../../etc"),
        ("language", "xx"),
        ("pair-g1-kind", "clog"),
        ("pair-g1-look", "many"),
        ("pair-g1-look", "-5"),
        ("pair-g1-replace", "NaN"),
        ("pair-g1-replace", "1e99"),
        ("pair-g1-start", "Infinity"),
    ],
)
def test_wrong_input_is_answered_beside_its_field(
    application: Application, browser: Browser, field: str, typed: str
) -> None:
    before = application.runner()
    answer = save(browser, 400, **{field: typed, "email": "kept@example.org"})
    assert f'id="{field}-error"' in answer.text
    assert f'aria-describedby="{field}-error' in answer.text
    assert 'value="kept@example.org"' in answer.text, "what was typed elsewhere is kept"
    assert application.runner() == before


def test_a_pairs_kind_and_limits_are_kept_in_metres(application: Application, browser: Browser) -> None:
    save(
        browser,
        **{
            "pair-g1-kind": "racer",
            "pair-g1-look": "250",
            "pair-g1-replace": "400,5",
            "pair-g1-start": "30",
            "pair-g1-retired": "yes",
            "listed": "pairs",
        },
    )
    pair = application.runner().pairs["g1"]
    assert pair.shoe.kind is ShoeKind.RACER
    assert (pair.shoe.look_m, pair.shoe.replace_m, pair.start_m) == (250_000, Decimal("400500"), 30_000)
    assert pair.shoe.is_retired
    assert pair.odometer_m == Decimal(612_345)


def test_limits_are_read_in_the_unit_they_were_shown_in(application: Application, browser: Browser) -> None:
    save(browser, **{"shown_in": "km", "units": "mi", "pair-g1-look": "500"})
    assert application.runner().pairs["g1"].shoe.look_m == 500_000
    page = browser.get("/me/settings").text
    assert 'value="310.69"' in page
    save(browser, **{"shown_in": "mi", "pair-g1-look": "310.69", "pair-g1-replace": "500"})
    assert application.runner().pairs["g1"].shoe.replace_m == Decimal("804672.000")


def test_looking_comes_before_replacing(application: Application, browser: Browser) -> None:
    answer = save(browser, 400, **{"pair-g1-look": "700", "pair-g1-replace": "600"})
    assert 'id="pair-g1-replace-error"' in answer.text


@pytest.mark.parametrize(
    ("typed", "kilometres"),
    [
        ("1.000", 1000),
        ("1,000", 1000),
        ("1 000", 1000),
        ("1\u202f000", 1000),
        ("1'000", 1000),
        ("1.000,5", "1000.5"),
        ("1,000.5", "1000.5"),
        ("650,5", "650.5"),
        ("650.125", "650.125"),
        ("100", 100),
        ("20000", 20000),
        (" 800 ", 800),
    ],
)
def test_a_limit_is_read_as_the_one_number_that_makes_sense(
    application: Application, browser: Browser, typed: str, kilometres: int | str
) -> None:
    save(browser, **{"pair-g1-replace": typed})
    assert application.runner().pairs["g1"].shoe.replace_m == Decimal(kilometres) * 1000


@pytest.mark.parametrize("part", ["look", "replace"])
@pytest.mark.parametrize(
    "typed", ["1", "0", "99.9", "1e3", "20001", "1.00", "10.00", "1.0000", "1.00.000", "+800", "800 km"]
)
def test_a_limit_that_makes_no_sense_is_refused_and_stays_as_typed(
    application: Application, browser: Browser, part: str, typed: str
) -> None:
    answer = save(browser, 400, **{f"pair-g1-{part}": typed})
    assert "Write a distance from 100 to 20000 km, like 650 or 1000." in answer.text
    assert f'value="{typed}" aria-invalid="true"' in answer.text
    assert application.runner().pairs["g1"].shoe.replace_m is None


def test_a_limit_in_miles_is_as_far_as_one_in_kilometres(application: Application, browser: Browser) -> None:
    change(application, units="mi")
    answer = save(browser, 400, **{"pair-g1-replace": "62"})
    assert "Write a distance from 63 to 12427 mi, like 650 or 1000." in answer.text
    save(browser, **{"pair-g1-replace": "1,000"})
    assert application.runner().pairs["g1"].shoe.replace_m == Decimal("1609344")


def test_a_limit_of_the_least_there_is_can_be_kept_in_either_unit(application: Application, browser: Browser) -> None:
    save(browser, **{"pair-g1-look": "100", "units": "mi"})
    shown = re.search(r'name="pair-g1-look"[^>]*value="([^"]*)"', browser.get("/me/settings").text)
    assert shown
    save(browser, **{"pair-g1-look": shown[1], "shown_in": "mi"})


@pytest.mark.parametrize(
    ("typed", "kilometres"), [("0", 0), ("7,5", "7.5"), ("1 000", 1000), ("1.000,5", "1000.5"), ("0.125", "0.125")]
)
def test_what_a_pair_had_before_may_be_little(
    application: Application, browser: Browser, typed: str, kilometres: int | str
) -> None:
    save(browser, **{"pair-g1-start": typed})
    assert application.runner().pairs["g1"].start_m == Decimal(kilometres) * 1000


@pytest.mark.parametrize("typed", ["1.000", "1,234"])
def test_what_could_be_one_or_a_thousand_is_asked_again(application: Application, browser: Browser, typed: str) -> None:
    answer = save(browser, 400, **{"pair-g1-start": typed})
    assert "Write a number without a mark for thousands, like 650 or 1000." in answer.text
    assert f'value="{typed}" aria-invalid="true"' in answer.text
    assert application.runner().pairs["g1"].start_m == 0


def test_an_emptied_limit_is_the_usual_one_again(application: Application, browser: Browser) -> None:
    save(browser, **{"pair-g1-look": "700", "pair-g1-replace": "900"})
    save(browser, **{"pair-g1-look": "", "pair-g1-replace": ""})
    shoe = application.runner().pairs["g1"].shoe
    assert (shoe.look_m, shoe.replace_m) == (None, None)


def test_withdrawing_the_consent_deletes_what_was_read(application: Application, browser: Browser) -> None:
    save(browser, soreness="yes")
    sore = Soreness(run_id="5", day=NOW.date(), labels=frozenset({"achilles"}))
    application.store.change_runner(7001, lambda was: replace(was, soreness=(sore,)))
    facts = Fingerprint(is_run=True, distance_m=Decimal(9000), sport="Run", day=NOW.date(), shoe=None, words="digest")
    found = (
        StoredNotice(rule="soreness", family="soreness", level=2, told=True, leads=True, text="A sore Achilles."),
        StoredNotice(
            rule="ramp", family="load", level=1, told=False, withheld="less important", text="38.0 km so far."
        ),
    )
    run_record = RunRecord(
        runner_id=7001, run_id=5, day=NOW.date(), looked_at=NOW, facts=facts, found=found,
        telling=NoteStatus.TOLD, channel=ChannelName.PAGE, text="A sore Achilles.",
    )  # fmt: skip
    application.store.change_run_record(7001, 5, lambda _: run_record)
    save(browser)
    assert not application.runner().settings.reads_soreness
    assert application.runner().soreness == ()
    after = application.store.run_record(7001, 5)
    assert after is not None
    assert [one.rule for one in after.found] == ["ramp"]
    assert after.facts is not None
    assert (after.facts.words, after.text) == ("", "")


def a_sore_look(run_id: int, **more: Any) -> RunRecord:
    said = StoredNotice(rule="soreness", family="soreness", level=2, told=True, leads=True, text="A sore Achilles.")
    facts = Fingerprint(
        is_run=True, distance_m=Decimal(9000), sport="Run", day=NOW.date(), shoe=None, words="achilles,"
    )
    run_record = RunRecord(
        runner_id=7001, run_id=run_id, day=NOW.date(), looked_at=NOW, facts=facts, found=(said,),
        telling=NoteStatus.TOLD, channel=ChannelName.PRIVATE_NOTE, told_at=NOW,
        text="Your own words mention a sore Achilles.",
    )  # fmt: skip
    return replace(run_record, **more)


def test_withdrawing_the_consent_has_what_was_said_of_it_taken_off_the_activities(
    application: Application, browser: Browser
) -> None:
    save(browser, soreness="yes")
    application.inbox.forget(7001)
    ramp = StoredNotice(rule="ramp", family="load", level=1, told=True, leads=True, text="38.0 km so far.")
    run_records = [
        a_sore_look(5),
        a_sore_look(6, text="", facts=None),
        a_sore_look(7, telling=NoteStatus.SENDING, told_at=None),
        a_sore_look(8, telling=NoteStatus.REMOVED),
        a_sore_look(9, channel=ChannelName.EMAIL, mailed=True),
        a_sore_look(10, found=(ramp,), text="38.0 km so far."),
    ]
    for run_record in run_records:
        application.store.change_run_record(7001, run_record.run_id, lambda _, run_record=run_record: run_record)
    before = application.woken
    save(browser)
    asked = {(one.run_id, one.why, one.due_at) for one in application.inbox.everything()}
    assert asked == {(run_id, JobKind.SAID, application.clock.now) for run_id in (5, 6, 7)}
    assert application.woken > before
    kept = {run_record.run_id: run_record.text for run_record in application.store.run_records(7001)}
    assert [kept[run_id] for run_id in (5, 8, 9, 10)] == ["", "", "", "38.0 km so far."]
    assert "Achilles" not in repr([run_record.found for run_record in application.store.run_records(7001)])


def test_choosing_a_way_that_failed_gives_it_another_chance(application: Application, browser: Browser) -> None:
    application.store.change_runner(
        7001, lambda was: replace(was, failed_channels=frozenset({ChannelName.PRIVATE_NOTE}))
    )
    save(browser, units="mi")
    assert application.runner().failed_channels == {ChannelName.PRIVATE_NOTE}
    save(browser, channel="private_note")
    assert application.runner().failed_channels == frozenset()


def test_names_from_strava_are_escaped(application: Application, browser: Browser) -> None:
    shoe = Shoe(id='g"><script>', name="<script>alert(1)</script>")
    application.store.change_runner(7001, lambda was: replace(was, name="<b>Ada</b>", pairs={shoe.id: Pair(shoe=shoe)}))
    for path in ("/me/settings", "/me"):
        page = browser.get(path).text
        assert "<script>" not in page
        assert "<b>Ada" not in page


def test_a_concurrent_change_is_not_lost(application: Application, browser: Browser) -> None:
    token = browser.token("/me/settings")
    application.store.change_runner(
        7001, lambda was: replace(was, pairs={"g1": replace(PAIR, odometer_m=Decimal(700_000))})
    )
    browser.client.post("/me/settings", data={"csrf_token": token, "pair-g1-kind": "trail"})
    pair = application.runner().pairs["g1"]
    assert (pair.odometer_m, pair.shoe.kind) == (700_000, ShoeKind.TRAIL)


def test_the_zone_follows_the_runs_until_the_runner_fixes_it(application: Application, browser: Browser) -> None:
    assert "automatic: UTC" in browser.get("/me/settings").text
    save(browser, timezone="Asia/Tokyo")
    assert application.runner().settings.timezone == "Asia/Tokyo"
    assert str(application.runner().zone) == "Asia/Tokyo"
    assert "<option selected>Asia/Tokyo</option>" in browser.get("/me/settings").text
    save(browser, 400, timezone="Mars/Olympus")
    save(browser, timezone="")
    assert str(application.runner().zone) == "UTC"


def test_the_way_that_works_goes_on_until_the_new_address_is_confirmed(
    application: Application, browser: Browser
) -> None:
    save(browser, channel="private_note")
    save(browser, channel="email", email="ada@example.org")
    chosen = application.runner().settings
    assert (chosen.channel, chosen.until_confirmed) == (ChannelName.EMAIL, ChannelName.PRIVATE_NOTE)
    assert "Until then: private note on the activity." in browser.get("/me").text
    application.app.test_client().post(application.link("confirm", r=7001, u=0, k="", e="ada@example.org"))
    assert application.runner().settings.until_confirmed is None
    save(browser, channel="page")
    assert application.runner().settings.until_confirmed is None


def told(run_id: int, **changes: Any) -> RunRecord:
    facts = Fingerprint(is_run=True, distance_m=Decimal(20_000), sport="Run", day=NOW.date(), shoe=None)
    record = RunRecord(
        runner_id=7001,
        run_id=run_id,
        day=NOW.date(),
        looked_at=NOW,
        facts=facts,
        telling=NoteStatus.TOLD,
        channel=ChannelName.PRIVATE_NOTE,
        text="Today's 20.0 km is long.",
    )
    return replace(record, **changes)


@pytest.mark.parametrize("choice", [{"units": "mi"}, {"language": "de"}])
def test_notes_of_the_last_days_follow_other_units_and_another_language(
    application: Application, browser: Browser, choice: dict[str, str]
) -> None:
    application.inbox.forget(7001)
    for record in (told(1), told(2, looked_at=NOW - timedelta(days=7)), told(3, text=""), told(4, is_old=True)):
        application.store.change_run_record(7001, record.run_id, lambda _, record=record: record)
    save(browser, **choice)
    assert [(one.run_id, one.why) for one in application.inbox.of_runner(7001)] == [(1, JobKind.REREAD)]
    assert application.store.run_record(7001, 1).judge_again
    assert re.search(
        "One note of the last week is being rewritten|Eine Notiz der letzten Woche", browser.get("/me").text
    )


@pytest.mark.parametrize("choice", [{"units": "km"}, {"language": "en"}, {"digest_day": "friday"}])
def test_nothing_is_written_anew_where_the_words_stay(
    application: Application, browser: Browser, choice: dict[str, str]
) -> None:
    application.inbox.forget(7001)
    application.store.change_run_record(7001, 1, lambda _: told(1))
    save(browser, **choice)
    assert application.inbox.of_runner(7001) == []


def test_what_was_noticed_is_said_in_the_units_of_the_page(application: Application, browser: Browser) -> None:
    numbers = {"longest_m": "14000", "session_m": "20000", "is_race": 0}
    found = StoredNotice(
        rule="long_run", family="load", level=2, told=False, withheld="snoozed", text="Today's 20.0 km", numbers=numbers
    )
    application.keep_list()
    application.store.change_run_record(
        7001, 1, lambda _: told(1, telling=NoteStatus.NOTHING, channel=None, text="", found=(found,))
    )
    change(application, units="mi")
    page = browser.get("/me").text
    assert "12.4 mi is 43 % longer" in page.replace("\u00a0", " ")
    assert "20.0 km" not in page.replace("\u00a0", " ")
