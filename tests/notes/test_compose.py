"""A note is one text: it names one number for next time, never argues with itself, and fits the day it is read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugin.notes.block import CLOSE, OPEN
from plugin.notes.compose import allowance_text, note_text, quiet_line, subject_of
from plugin.notes.evaluate import evaluate
from plugin.notes.example_note import example
from plugin.notes.next_time import next_time
from plugin.notes.note import Allowance, Choice, Note, Verdict, WithheldReason
from plugin.rules.telling import Scope
from plugin.training.history import Memory, Soreness
from plugin.translations.voice import Voice
from tests.paths import ROOT
from tests.rules.examples import BOOK, MONDAY, Record, evaluate_history, found, history_of, run, weeks_of
from tests.rules.test_words import soreness_notice

LONG = found("long_run", run(0, 14), run(7, 20))
TUESDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=number) for number in (1, 5, 6))


def allowing(after: date, length_km=None, week_km=None) -> Allowance:
    """What a run on `after` leaves for the next day."""
    length_m, week_m = (None if km is None else Decimal(str(km)) * 1000 for km in (length_km, week_km))
    return Allowance(day=after + timedelta(days=1), length_m=length_m, week_m=week_m)


def note_on(day, leader, second=None, allowance=None, tip=None) -> Note:
    one, two = (None if notice is None else replace(notice, day=day) for notice in (leader, second))
    return Note(run_id="1", day=day, leader=one, second=two, tip=tip, allowance=allowance)


def text_of(note, today=None, voice=None):
    return note_text(note, voice or Voice(), BOOK, today or note.day)


@pytest.mark.parametrize(
    ("day", "length_km", "week_km", "said"),
    [
        (TUESDAY, 15.4, 30, "and keep the next run to 15.4 km or less."),
        (TUESDAY, 15.4, None, "and keep the next run to 15.4 km or less."),
        (TUESDAY, 22, 30, "and keep the next run to 20.0 km or less."),
        (TUESDAY, 15.4, 9, "Take an easy day or two. Keep the rest of this week to 9.0 km in all."),
        (TUESDAY, 15.43, 15.48, "Take an easy day or two. Keep the rest of this week to 15.4 km in all."),
        (TUESDAY, None, 9, "Take an easy day or two. Keep the rest of this week to 9.0 km in all."),
        (TUESDAY, None, 30, "Take an easy day or two."),
        (TUESDAY, None, None, "Take an easy day or two."),
        (SATURDAY, 15.4, 1.9, "That's about it for this week; if you run again before Monday, short and easy."),
        (SATURDAY, 15.4, -7, "That's about it for this week; if you run again before Monday, short and easy."),
        (
            TUESDAY, 15.4, 0.2,
            "That's about it for long or hard runs this week; if you run again before Monday, short and easy.",
        ),
        (SUNDAY, 15.4, 33, "and keep the next run to 15.4 km or less."),
        (SUNDAY, 15.4, 9, "Take an easy day or two. Keep next week to 9.0 km in all."),
    ],
)  # fmt: skip
def test_the_number_for_next_time(day, length_km, week_km, said):
    text = text_of(note_on(day, LONG, allowance=allowing(day, length_km, week_km)))
    assert text.endswith(said)
    assert len(re.findall(r"[\d.]+ km", text)) == 2 + bool(re.search(r"\d\.\d km", said))


def test_the_week_ends_when_the_runners_week_ends():
    note = note_on(TUESDAY, LONG, allowance=allowing(TUESDAY, 15.4, 1))
    assert "before Sunday, short and easy" in text_of(note, voice=Voice(first_weekday=6))
    note = note_on(SATURDAY, LONG, allowance=allowing(SATURDAY, 15.4, 9))
    assert "Keep next week to 9.0 km in all." in text_of(note, voice=Voice(first_weekday=6))


def test_a_week_that_grew_too_fast_names_the_next_week_when_it_is_over():
    ramp = found("ramp", *weeks_of(30, 32, 30, 31, 38))
    note = note_on(SUNDAY, ramp, allowance=allowing(SUNDAY, 15.4, 35.2))
    assert text_of(note).endswith("Keep next week to 35.2 km in all.")


def test_beside_soreness_no_number_is_said_and_the_load_is_told_once():
    sore = soreness_notice("achilles", is_loaded=1)
    text = text_of(note_on(TUESDAY, sore, LONG, allowing(TUESDAY, 15.4, 30)))
    first, second = text.split("\n")
    assert "running more lately" not in first
    assert second == "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km)."
    assert "running more lately too" in text_of(note_on(TUESDAY, sore))


def test_the_second_line_carries_the_number_where_the_first_is_of_a_shoe():
    worn = found("worn_shoe", run(0, 795, shoe="Ghost 15"), run(7, 10, shoe="Ghost 15"))
    text = text_of(note_on(TUESDAY, worn, LONG, allowing(TUESDAY, 15.4, 30)))
    first, second = text.split("\n")
    assert first == "Your Ghost 15 has 805 km on it. Foam gives out before it looks worn: time for the next pair."
    assert second.endswith("(14.0 km). Keep the next run to 15.4 km or less.")


def test_a_note_of_a_shoe_alone_says_nothing_of_the_next_run():
    worn = found("worn_shoe", run(0, 495, shoe="Ghost 15"), run(7, 10, shoe="Ghost 15"))
    assert "next" not in text_of(note_on(TUESDAY, worn, allowance=allowing(TUESDAY, 15.4, 30)))


def test_a_level_four_note_offers_no_exercise():
    one = run(20, 8)
    reading = Soreness(run_id=one.id, day=one.day, labels=frozenset({"stress_fracture", "red_flag"}))
    choice = evaluate(one, history_of(one).as_of(one, memory=Memory(reading=reading)), Record(), BOOK)
    text = text_of(choice.note)
    assert "stop running for now" in text
    assert text.split("\n")[-1].startswith("Tip: ")
    assert not any(tip.words in text for tip in BOOK.tips if tip.is_exercise)


def test_a_late_run_is_told_by_its_day_with_what_is_true_today():
    weeks = [run(7 * week + day, km) for week in range(4) for day, km in ((1, 10), (3, 10), (5, 14))]
    runs = [*weeks, run(34, 20)]
    read_on = runs[-1].day + timedelta(days=2)
    ledger = history_of(*runs).as_of(runs[-1])
    in_time = evaluate(runs[-1], ledger, Record(), BOOK)
    late = evaluate(runs[-1], ledger, Record(), BOOK, today=read_on)
    assert text_of(in_time.note).startswith("Today's 20.0 km is 43 % longer")
    assert text_of(late.note, read_on).startswith("Sunday's 20.0 km was 43 % longer")
    assert late.allowance.day == read_on
    assert late.allowance.week_m == in_time.allowance.week_m


def test_a_week_that_is_over_is_no_news():
    runs = [run(7 * week + day, 10) for week in range(4) for day in (0, 2, 4)] + [run(28 + day, 10) for day in range(5)]
    ledger = history_of(*runs).as_of(runs[-1])

    def told_of_ramp(today):
        choice = evaluate(runs[-1], ledger, Record(), BOOK, today=today)
        return [one.told for one in choice.verdicts if one.notice.rule == "ramp"]

    assert told_of_ramp(MONDAY + timedelta(days=34)) == [True]
    assert told_of_ramp(MONDAY + timedelta(days=35)) == [False]


@pytest.mark.parametrize(
    ("length_km", "week_km", "said"),
    [
        (15.49, 30, "Your next run can be up to 15.4 km, and this week has 30.0 km left."),
        (15.4, 9, "This week has 9.0 km left."),
        (15.4, None, "Your next run can be up to 15.4 km."),
        (None, 9, "This week has 9.0 km left."),
        (15.4, 0, "That's about it for long or hard runs this week; if you run again before Monday, short and easy."),
        (None, None, ""),
    ],
)
def test_what_may_be_run_next_is_one_sentence(length_km, week_km, said):
    assert allowance_text(allowing(TUESDAY, length_km, week_km), Voice(), TUESDAY) == said


def test_the_week_ahead_is_next_week_only_while_it_is_not_here():
    allowance = allowing(SUNDAY, 15.4, 33)
    assert allowance_text(allowance, Voice(), SUNDAY).endswith("and next week has room for 33.0 km.")
    assert allowance_text(allowance, Voice(), SUNDAY + timedelta(days=1)).endswith("and this week has 33.0 km left.")


def test_a_line_on_every_run_is_said_where_nothing_else_is_and_never_beside_soreness():
    allowance = allowing(TUESDAY, 15.4, 30)
    quiet = Choice(note=None, verdicts=(), allowance=allowance)
    assert quiet_line(quiet, Voice(), TUESDAY) == (
        "All quiet. Your next run can be up to 15.4 km, and this week has 30.0 km left."
    )
    assert quiet_line(replace(quiet, allowance=None), Voice(), TUESDAY) == ""
    assert quiet_line(replace(quiet, note=note_on(TUESDAY, LONG)), Voice(), TUESDAY) == ""
    sore = Verdict(notice=soreness_notice("blister"), withheld=WithheldReason.QUIET_PERIOD)
    assert quiet_line(replace(quiet, verdicts=(sore,)), Voice(), TUESDAY) == ""


def subject(*runs):
    *_, (_, _, choice) = evaluate_history(history_of(*runs), BOOK)
    return subject_of(choice.note, Voice(), choice.note.day)


@pytest.mark.parametrize("name", ["No. 3 Dr. Rapid", "Ghost 15", "Ghost. ", "a. b. c. d"])
def test_a_mails_subject_says_what_it_is_about_whatever_the_pair_is_called(name):
    pair = " ".join(name.split())
    assert subject(run(0, 495, shoe=name), run(7, 10, shoe=name)) == f"Your {pair} has 505 km on it"
    old = [run(-40, 10, shoe="Old"), run(-10, 15, shoe="Old")]
    assert subject(*old, run(0, 12, shoe=name)) == f"12.0 km in the {pair} on its first run"


@pytest.mark.parametrize("note", [(soreness_notice("achilles"), LONG), (LONG, soreness_notice("blister"))])
def test_of_soreness_nothing_stands_in_a_subject(note):
    assert subject_of(note_on(TUESDAY, *note), Voice(), TUESDAY) == "A note on your run"


def test_the_example_is_a_real_note_and_the_readme_quotes_it():
    note, rulebook = example()
    lines = note_text(note, Voice(), rulebook, note.day).split("\n")
    assert lines[0] == (
        "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km). Jumps like this go with "
        "more overuse injuries on average. Take an easy day or two, and keep the next run to 15.4 km or less."
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = " ".join(line.removeprefix(">").strip() for line in readme.splitlines() if line.startswith(">"))
    assert quoted in ("", f"{OPEN} {' '.join(lines)} {CLOSE}")


def test_next_time_is_of_the_run_unless_the_week_allows_less():
    scopes = {
        next_time(allowing(day, length_km, week_km), told, Voice(), day).scope
        for day in (TUESDAY, SATURDAY, SUNDAY)
        for length_km in (5, 15.4)
        for week_km in (1, 5, 15.4, 40)
        for told in ((), (LONG,))
    }
    assert scopes == set(Scope)
