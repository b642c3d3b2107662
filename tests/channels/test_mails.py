"""The four mails, as they arrive: words, links that act, headers, and nothing from strangers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.channels import Email, Mailer
from plugin.channels.mail.links import Links
from plugin.channels.mail.mime import POLICY, as_mail
from plugin.channels.mail.note_letters import note_letter
from plugin.errors import NotTold, StoreBroken
from plugin.notes.mentions import Mention
from plugin.notes.note import Allowance
from plugin.notes.rulebook import read_rulebook
from plugin.ports import ChannelName, Settings, Snapshot, Texts
from plugin.settings.email_address import BadAddress, read_sender
from plugin.settings.encryption import BadLink
from plugin.stores.memory import MemoryStore
from plugin.summary.weekly import Digest
from plugin.training.runs import Run
from plugin.translations.voice import Voice
from plugin.wiring import kept_weeks, voice_of
from tests.channels.fakes import NOTE, NOW, PUBLIC_URL, RUN_ID, SUBJECT, a_message, a_pair, a_runner, twelve_weeks
from tests.channels.mailbox import Mailbox, served
from tests.channels.reading import KEYRING, Received, read

NASTY = '"><script>alert(1)</script>\r\nBcc: all@example.org\r\n\r\n<img src=x onerror=alert(1)>'


BOOK = read_rulebook()
WITH_WEEKS = 8
"""A runner whose list is kept."""


@pytest.fixture(scope="module")
def office():
    """A post office and the mailbox that it sends to."""
    box = Mailbox()
    with served(box) as port:
        yield (
            Mailer(
                f"smtp://127.0.0.1:{port}",
                "Footnote <note@example.org>",
                PUBLIC_URL,
                KEYRING,
                voice=voice_of,
                weeks_of=lambda runner, now: twelve_weeks() if runner.id == WITH_WEEKS else (),
            ),
            box,
        )


def a_digest(**more) -> Digest:
    given = {
        "day": date(2026, 11, 22),
        "weeks": twelve_weeks(),
        "allowance": Allowance(day=date(2026, 11, 23), length_m=Decimal(15400), week_m=Decimal(38580)),
        "pairs": (a_pair(),),
        "exercise": "Towel scrunches, two minutes a foot, on three days.",
    } | more
    return Digest(runner=given.pop("runner", a_runner()), **given)


def sent(office, send) -> Received:
    _, box = office
    before = len(box.mails)
    send(office[0])
    assert len(box.mails) == before + 1
    return Received(box.mails[-1])


def every_mail(office) -> list[Received]:
    return [
        sent(office, lambda post: post.note(a_message(), NOW)),
        sent(office, lambda post: post.digest(a_digest(), NOW)),
        sent(office, lambda post: post.reconnect(a_runner(), NOW)),
        sent(office, lambda post: post.confirm(a_runner(), "new@example.org", NOW)),
    ]


def test_the_subject_says_the_thing_itself(office):
    subjects = [mail.mail["Subject"] for mail in every_mail(office)]
    assert subjects == [
        SUBJECT,
        "32.0 km this week; your next run can be up to 15.4 km",
        "Footnote can no longer see your runs",
        "Is this your address for Footnote?",
    ]


def test_every_mail_has_the_headers_of_an_automatic_one(office):
    for mail in every_mail(office):
        head = mail.mail
        assert head["Auto-Submitted"] == "auto-generated"
        assert head["Message-ID"].endswith("@footnote.example.org>")
        assert head["Date"].datetime == NOW
        assert head["From"].addresses[0].display_name == "Footnote"
        assert len(head["To"].addresses) == 1


def test_every_mail_but_the_confirmation_can_be_unsubscribed_with_one_click(office):
    *mails, confirmation = every_mail(office)
    for mail in mails:
        assert mail.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = mail.mail["List-Unsubscribe"].strip("<>")
        assert mail.mail["List-Unsubscribe"] == f"<{link}>"
        assert read(link)["r"] == 7
        assert mail.acts("unsubscribe") == read(link)
    assert confirmation.mail["List-Unsubscribe"] is None


def test_the_weekly_mail_is_on_until_it_is_turned_off_and_says_so(office):
    assert Settings().digest
    week = sent(office, lambda post: post.digest(a_digest(), NOW))
    assert "because the weekly mail is on in your settings." in " ".join(week.text.split())
    assert week.acts("unsubscribe")["k"] == "digest"


def test_every_header_line_can_be_read_back_as_it_was_meant(office):
    """A long link must not be folded into an encoded word: mail programs do not look into those."""
    post, box = office
    post.note(a_message(lead_rule="a_rule_with_a_long_name_" * 5), NOW)
    raw = box.mails[-1].split(b"\r\n\r\n")[0].decode("ascii")
    [line] = [line for line in raw.split("\r\n") if line.startswith("List-Unsubscribe:")]
    assert line.startswith(f"List-Unsubscribe: <{PUBLIC_URL}/mail/unsubscribe/")
    assert line.endswith(">")
    assert b"=?" not in box.mails[-1]


def test_links_lead_to_us_or_to_strava_only(office):
    for mail in every_mail(office):
        for link in mail.links:
            assert link.startswith((f"{PUBLIC_URL}/", "https://www.strava.com/"))
        assert all(source.startswith("cid:") for source in mail.page.sources)


def test_plain_text_and_html_say_the_same_and_lead_to_the_same_places(office):
    for mail in every_mail(office):
        assert set(mail.page.links) == set(mail.text_links)
    note = every_mail(office)[0]
    for line in NOTE.split("\n"):
        assert line in " ".join(note.text.split())
        assert line in note.page.words.replace("\u00a0", " ")


def test_lines_of_plain_text_are_short_except_for_links(office):
    for mail in every_mail(office):
        assert all(len(line) <= 78 for line in mail.text.splitlines() if "://" not in line)


def test_the_links_of_a_note_act_on_its_run_and_rule(office):
    note = sent(office, lambda post: post.note(a_message(), NOW))
    for action in ("snooze", "race", "not-for-me"):
        assert note.acts(action) == {"r": 7, "u": RUN_ID, "k": "long_run"}
    assert note.acts("unsubscribe") == {"r": 7, "u": 0, "k": ""}
    assert f"https://www.strava.com/activities/{RUN_ID}" in note.page.links
    assert "View on Strava" in note.text
    assert "Powered by Strava" in note.text
    assert "Powered by Strava" in note.html


def test_a_note_of_the_evening_look_belongs_to_no_run(office):
    note = sent(office, lambda post: post.note(a_message(run_id=0, lead_rule="worn_shoe"), NOW))
    assert note.acts("snooze") == {"r": 7, "u": 0, "k": "worn_shoe"}
    assert not any("/race/" in link or "/activities/" in link for link in note.links)


def test_every_sentence_of_every_mail_is_in_the_runners_language(office):
    """What is left of English are names: of Strava, of us, of pairs and people."""
    runner = a_runner(language="de")
    tip = "Scrunch a towel towards you with your toes, a minute a foot, a few times this week."
    mails = [
        sent(office, lambda post: post.note(a_message("Heute 20,0 km.", runner=runner, subject="Heute 20,0 km"), NOW)),
        sent(office, lambda post: post.digest(a_digest(runner=runner, exercise=tip), NOW)),
        sent(office, lambda post: post.reconnect(runner, NOW)),
        sent(office, lambda post: post.confirm(runner, "new@example.org", NOW)),
    ]
    english = re.compile(r"\b(the|your|you|this|week of|settings|unsubscribe|open|snooze|tip|page|run|and)\b", re.I)
    for mail in mails:
        assert '<html lang="de">' in mail.html
        words = re.sub(r"https?://\S+|View on Strava|Powered by Strava|Connect with Strava", "", mail.text)
        assert english.findall(words) == []
        assert english.findall(mail.page.words.replace("View on Strava", "")) == []
    assert "je Fuß eine Minute" in " ".join(mails[1].text.split())
    assert [link for link in mails[0].page.links if "/mail/" in link]


def test_a_note_that_says_to_see_a_professional_offers_no_silence(office):
    note = sent(office, lambda post: post.note(a_message(lead_rule="soreness", can_be_silenced=False), NOW))
    assert "/mail/snooze/" not in note.text + note.html
    assert "/mail/not-for-me/" not in note.text + note.html
    assert "/mail/unsubscribe/" in note.text
    assert "View on Strava" in note.text


def preview(mail):
    [hidden] = re.findall(r'<div style="display:none[^>]*>(.*?)</div>', mail.html)
    return unescape(hidden).replace("\u200c", "")


SORE = (
    "Your own words mention heel or arch pain. A few days easy or off is the first thing to try.\n"
    "Tip: Ring a doctor or physio today."
)


@pytest.mark.parametrize(
    "note", [SORE, NOTE + "\nYour own words mention a sore foot.\nTip: Make tomorrow a day without running."]
)
def test_of_soreness_nothing_stands_where_a_phone_shows_it(office, note):
    """The preview on a locked phone shows the subject and the first words of the mail, whatever they are."""
    message = a_message(note, subject="A note on your run", lead_rule="soreness", is_public_safe=False)
    mail = sent(office, lambda post: post.note(message, NOW))
    assert mail.mail["Subject"] == "A note on your run of Sun 22 Nov"
    assert preview(mail).strip() == "Open it to read the note."
    assert len(preview(mail)) >= 150, "a short one would be filled up with what comes next"


def test_a_note_says_of_which_run_it_is_in_both_parts(office):
    message = a_message(texts=Texts(title="Morning Run\r\nBcc: everyone"))
    mail = sent(office, lambda post: post.note(message, NOW))
    about = "Morning Run Bcc: everyone · Sun 22 Nov · 20.0 km"
    assert about in " ".join(mail.page.words.replace("\xa0", " ").split())
    assert about in " ".join(mail.text.split())
    assert mail.mail["Bcc"] is None


def test_a_note_has_the_weeks_as_a_picture_and_in_words_as_far_as_they_are_kept(office):
    for runner_id, pictures in ((WITH_WEEKS, 1), (7, 0)):
        message = a_message(runner=replace(a_runner(), id=runner_id))
        mail = sent(office, lambda post, message=message: post.note(message, NOW))
        assert len(mail.pictures) == pictures
        assert " ".join(mail.text.split()).count("Your last 12 weeks, the oldest first: 20.0 km, 22.0 km,") == pictures


class DamagedStore(MemoryStore):
    def snapshot(self, runner_id):
        raise StoreBroken("damaged")


def test_the_weeks_beside_a_note_come_from_the_kept_list_and_never_keep_a_note_from_leaving():
    store, runner = MemoryStore(), a_runner()
    store.enrol(runner, limit=1)
    assert kept_weeks(store, BOOK, runner, NOW) == ()
    runs = tuple(example_run(NOW - timedelta(days=7 * back)) for back in range(5))
    store.keep_snapshot(Snapshot(runner_id=runner.id, fetched_at=NOW, runs=runs))
    assert [week.metres for week in kept_weeks(store, BOOK, runner, NOW)] == [0] * 7 + [10_000] * 5
    assert kept_weeks(DamagedStore(), BOOK, runner, NOW) == ()


def example_run(start):
    far = Decimal(10_000)
    return Run(id=f"{start:%Y%m%d}", start=start, day=start.date(), distance_m=far, moving_s=far / 3)


def test_what_is_not_of_soreness_shows_its_tip_on_a_phone(office):
    mail = sent(office, lambda post: post.note(a_message("Long one.\nTip: Rest."), NOW))
    assert preview(mail) == "Tip: Rest."


def test_the_first_sentence_stands_once_above_the_fold(office):
    first = "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km)"
    mail = sent(office, lambda post: post.note(a_message(f"{first}. An easy day or two.", subject=first), NOW))
    assert mail.mail["Subject"] == first
    assert unescape(mail.html.split("</head>")[1]).count(first) == 1
    assert " ".join(mail.text.split()).count(first) == 1


@pytest.mark.parametrize("rule", ["soreness", "worn_shoe", "streak"])
def test_it_was_a_race_is_no_answer_where_it_changes_nothing(office, rule):
    note = sent(office, lambda post: post.note(a_message(lead_rule=rule), NOW))
    assert not any("/race/" in link for link in note.links)


def test_the_confirmation_goes_to_the_new_address_says_who_asked_and_nothing_else(office):
    _, box = office
    runner = a_runner(email="old@example.org", email_confirmed=False)
    mail = sent(office, lambda post: post.confirm(runner, "new@example.org", NOW))
    assert box.to == ["new@example.org"]
    assert mail.acts("confirm") == {"r": 7, "u": 0, "k": "", "e": "new@example.org"}
    assert len(set(mail.links)) == 1
    assert "Ana Meier" in mail.text
    assert "48 hours" in mail.text  # as long as `plugin.web.links.AGES` says; held in tests/web/test_mail_links.py


def test_a_runners_name_carries_no_link_and_no_advertisement_to_a_stranger(office):
    runner = replace(a_runner(), name="Win money at https://evil.example/win www.evil.example " + "now " * 40)
    mail = sent(office, lambda post: post.confirm(runner, "stranger@example.org", NOW))
    assert "evil.example" not in mail.text + mail.html
    assert len(mail.text) < 800


def test_nothing_but_the_confirmation_goes_to_an_address_that_is_not_confirmed(office):
    post, box = office
    before = len(box.mails)
    for runner in (a_runner(email_confirmed=False), a_runner(email=None), a_runner(email_bounced=True)):
        assert not Email(post).can_tell(runner)
        for send in (
            lambda runner=runner: post.note(a_message(runner=runner), NOW),
            lambda runner=runner: post.digest(a_digest(runner=runner), NOW),
            lambda runner=runner: post.reconnect(runner, NOW),
        ):
            with pytest.raises(NotTold) as told:
                send()
            assert told.value.for_good
    assert len(box.mails) == before


def test_mail_is_closed_where_the_operator_has_no_mail_server(office):
    assert Email(office[0]).can_tell(a_runner())
    assert not Email(None).can_tell(a_runner())
    assert not Email(office[0]).can_tell(replace(a_runner(), failed_channels=frozenset({ChannelName.EMAIL})))


def test_the_digest_has_the_weeks_as_a_picture_and_in_words(office):
    mail = sent(office, lambda post: post.digest(a_digest(), NOW))
    [(content_id, png)] = mail.pictures.items()
    assert mail.page.sources == [f"cid:{content_id.strip('<>')}"]
    assert png.startswith(b"\x89PNG")
    assert 'alt="Your last 12 weeks, the oldest first: 20.0 km, 22.0 km,' in mail.html
    words = " ".join(mail.text.split())
    assert "You ran 32.0 km this week; it allowed 38.0 km." in words
    assert "Your next run can be up to 15.4 km, and next week has room for 38.5 km." in words
    assert "- Pegasus 40: 742 km of 800 km, there in the week of 14 Dec" in words
    assert "One exercise: Towel scrunches, two minutes a foot, on three days." in words


def test_a_digest_in_the_middle_of_the_week_speaks_of_this_week(office):
    allowance = Allowance(day=date(2026, 11, 20), length_m=Decimal(15400), week_m=Decimal(9000))
    mail = sent(office, lambda post: post.digest(a_digest(allowance=allowance), NOW))
    assert "This week has 9.0 km left." in " ".join(mail.text.split())


@pytest.mark.parametrize(
    ("week_km", "words"),
    [
        (32, "You ran 32.0 km last week; it allowed 38.0 km."),
        (48, "You ran 48.0 km last week, more than the 38.0 km it allowed: a guide, not a limit."),
        (None, "You ran 32.0 km last week."),
    ],
)
def test_a_digest_after_the_week_it_is_about_calls_it_last_week(office, week_km, words):
    weeks = twelve_weeks()
    changed = {"ceiling_m": None} if week_km is None else {"metres": Decimal(week_km * 1000)}
    weeks = (*weeks[:-1], replace(weeks[-1], **changed))
    day = weeks[-1].first_day + timedelta(days=7)
    allowance = Allowance(day=day + timedelta(days=1), length_m=Decimal(15400), week_m=Decimal(9000))
    mail = sent(office, lambda post: post.digest(a_digest(weeks=weeks, day=day, allowance=allowance), NOW))
    text = " ".join(mail.text.split())
    assert words in text
    assert mail.mail["Subject"] == f"{week_km or 32}.0 km last week; your next run can be up to 9.0 km"
    assert "This week has 9.0 km left." in text
    assert "last week</" in mail.html


def test_a_digest_says_nothing_is_left_where_that_is_what_would_be_read_off(office):
    allowance = Allowance(day=date(2026, 11, 20), length_m=Decimal(15400), week_m=Decimal(60))
    mail = sent(office, lambda post: post.digest(a_digest(allowance=allowance), NOW))
    assert mail.mail["Subject"] == "32.0 km this week"
    assert "if you run again before Monday, short and easy" in " ".join(mail.text.split())
    assert "up to 0.0" not in mail.text


def test_a_digest_of_an_empty_book_still_reads_well(office):
    mail = sent(office, lambda post: post.digest(a_digest(weeks=(), allowance=None, pairs=(), exercise=""), NOW))
    assert mail.mail["Subject"] == "0.0 km this week"
    assert mail.pictures == {}
    assert "None" not in mail.text


def test_a_week_past_its_ceiling_is_said_as_a_guide(office):
    weeks = twelve_weeks()
    weeks = (*weeks[:-1], replace(weeks[-1], metres=Decimal(48000)))
    mail = sent(office, lambda post: post.digest(a_digest(weeks=weeks), NOW))
    assert "48.0 km this week, more than the 38.0 km it allowed: a guide, not a limit." in " ".join(mail.text.split())


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (a_pair(metres=Decimal(812000)), "812 km, past its 800 km: time for another pair"),
        (a_pair(retires_in_week_of=None), "742 km of 800 km"),
        (replace(a_pair(), look_m=None, replace_m=None), "742 km"),
    ],
)
def test_each_pair_coming_due_is_said_in_its_own_words(office, pair, words):
    mail = sent(office, lambda post: post.digest(a_digest(pairs=(pair,)), NOW))
    assert f"- Pegasus 40: {words}\n" in mail.text


def test_units_and_dates_follow_the_runner(office):
    runner = a_runner(units="mi", language="de")
    mail = sent(office, lambda post: post.digest(a_digest(runner=runner), NOW))
    assert mail.mail["Subject"] == "19,9 mi in dieser Woche; dein nächster Lauf: bis zu 9,5 mi"
    assert "14. Dez" in mail.text
    assert '<html lang="de">' in mail.html


def test_a_language_nobody_knows_does_not_keep_a_digest_back(office):
    mail = sent(office, lambda post: post.digest(a_digest(runner=a_runner(language="../x\r\n")), NOW))
    assert "14 Dec" in mail.text
    assert '<html lang="en">' in mail.html


def test_names_and_texts_from_strava_stay_words(office):
    """Run titles, shoe names, runners' names: no tag, no header, no line of their own in a header."""
    runner = replace(a_runner(), name=NASTY)
    mails = [
        sent(office, lambda post: post.note(a_message(f"In the {NASTY}.", subject=f"8 km: {NASTY}"), NOW)),
        sent(office, lambda post: post.digest(a_digest(pairs=(a_pair(NASTY),), exercise=NASTY, runner=runner), NOW)),
        sent(office, lambda post: post.confirm(runner, "new@example.org", NOW)),
        sent(office, lambda post: post.reconnect(runner, NOW)),
    ]
    for mail in mails:
        assert mail.mail["Bcc"] is None
        assert mail.page.tags.isdisjoint({"script"})
        assert all(source != "x" for source in mail.page.sources)
    assert office[1].to == ["ana@example.org"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_makes_a_mail_that_can_be_read(subject, text):

    links = Links(public_url=PUBLIC_URL, keyring=KEYRING)
    letter = note_letter(a_message(text, subject=subject), links, Voice())
    mail = as_mail(letter, sender=read_sender("note@example.org"), to="a@example.org", host=links.host, now=NOW)
    raw = mail.as_bytes(policy=POLICY)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    received = Received(raw)
    assert set(received.mail.keys()) == set(mail.keys())
    assert received.mail["Subject"] == letter.subject


@pytest.mark.parametrize("address", ["a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", NASTY])
def test_a_mail_never_leaves_for_more_than_one_plain_address(office, address):
    post, box = office
    before = len(box.mails)
    with pytest.raises(BadAddress):
        post.confirm(a_runner(), address, NOW)
    with pytest.raises(NotTold) as told:
        post.note(a_message(runner=a_runner(email=address)), NOW)
    assert told.value.for_good
    assert len(box.mails) == before


def test_links_of_two_actions_are_not_interchangeable(office):
    note = sent(office, lambda post: post.note(a_message(), NOW))
    [snooze] = {link for link in note.links if "/mail/snooze/" in link}
    with pytest.raises(BadLink):
        read(snooze.replace("/snooze/", "/unsubscribe/"))


def test_a_deletion_is_confirmed_in_writing_and_names_nobody(office):
    mail = sent(office, lambda post: post.deleted(a_runner(), NOW))
    assert mail.mail["To"] == "ana@example.org"
    words = " ".join(mail.text.split())
    assert "On 2026-11-22 18:00 UTC everything that Footnote at footnote.example.org kept of you was deleted" in words
    for part in (mail.text, mail.html):
        assert "Ana" not in part
        assert "unsubscribe" not in part.lower()


def test_where_the_operator_is_reached_stands_in_every_mail():
    box = Mailbox()
    with served(box) as port:
        url, contact = f"smtp://127.0.0.1:{port}", "https://example.org/help"
        post = Mailer(url, "note@example.org", PUBLIC_URL, KEYRING, voice=voice_of, contact=contact)
        post.note(a_message(), NOW)
        post.digest(a_digest(), NOW)
        post.confirm(a_runner(), "new@example.org", NOW)
        post.reconnect(a_runner(), NOW)
        post.deleted(a_runner(), NOW)
    mails = [Received(mail) for mail in box.mails]
    assert len(mails) == 5
    for mail in mails:
        assert f"Contact: {contact}" in mail.text
        assert f"Contact: {contact}" in mail.html
        # No link leads out of a mail but to us and to Strava.
        assert contact not in mail.page.links


def test_a_mail_that_asks_about_a_part_offers_both_answers_and_shows_nothing_on_a_locked_phone(office):
    note = sent(office, lambda post: post.note(a_message(asks="shin", is_public_safe=False), NOW))
    mention = Mention(run_id=RUN_ID, day=date(2026, 11, 20), part="shin")
    digest = sent(office, lambda post: post.digest(a_digest(mention=mention), NOW))
    for mail in (note, digest):
        for action in ("part-sore", "part-fine"):
            assert mail.acts(action) == {"r": 7, "u": RUN_ID, "k": "shin"}
        assert "shin" not in mail.mail["Subject"]
    assert "You mentioned your shin: sore, or fine?" in digest.text
    assert "part-sore" not in sent(office, lambda post: post.digest(a_digest(), NOW)).text
