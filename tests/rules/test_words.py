"""How it sounds: numbers first, one thing to do, no alarm, no diagnosis, the runner's own units."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.notes.choice import Allowance
from plugin.notes.compose import allowance_text, note_text, notice_text, subject_of
from plugin.rules import ramp
from plugin.training.history import Memory, Soreness
from plugin.training.runs import Sport
from plugin.translations.voice import LABELS, Voice
from tests.rules.examples import BOOK, MONDAY, Record, evaluate, evaluate_history, found, history_of, run, weeks_of

CONDITIONS = ("fasciitis", "metatarsalgia", "syndrome", "stress fracture", "neuroma", "tendin", "shin splints")
NO_DIAGNOSIS = (
    "This isn't a diagnosis. If it's sharp, getting worse, or still there after two weeks, see a doctor or physio."
)


def sore(label, *, number=0, shoe=None):
    return Soreness(run_id=f"s{number}", day=MONDAY + timedelta(days=number), labels=frozenset({label}), shoe=shoe)


def soreness_notice(*labels):
    one = run(20, 8)
    reading = Soreness(run_id=one.id, day=one.day, labels=frozenset(labels))
    return found("soreness", one, memory=Memory(reading=reading))


def strict_ramp(km):
    """A week of `km` after one of 20, held against that one alone."""
    runs = weeks_of(30, 30, 30, 20, km)
    limits = dataclasses.replace(BOOK.limits["ramp"], strict=True)
    return ramp.find(runs[-1], history_of(*runs).as_of(runs[-1]), limits)


def every_notice():
    """One notice of each rule and shade, as found by the rules themselves."""
    back = [run(-2 * number, 10) for number in range(6)][::-1]
    easy = [run(3 * number, 6, minutes=33, cadence=Decimal(74)) for number in range(5)]
    old = [run(-40, 10, shoe="Old"), run(-10, 15, shoe="Old")]
    yield found("long_run", run(0, 14), run(7, 20))
    yield found("long_run", run(0, 14), run(7, 21.1, is_race=True))
    yield found("ramp", *weeks_of(30, 32, 30, 31, 38))
    yield found("ramp", *weeks_of(30, 32, 30, 31, 49))
    yield from (strict_ramp(km) for km in (24, 38))
    yield found("comeback", *back, run(42, 12))
    yield found("comeback", *back, run(42, 12, is_race=True))
    yield found("streak", *[run(number, 5) for number in range(4)])
    yield found("streak", *[run(-20 + number, 5) for number in range(4)], *[run(number, 5) for number in range(6)])
    yield found("worn_shoe", run(0, 495, shoe="Ghost 15"), run(7, 10, shoe="Ghost 15"))
    yield found("worn_shoe", run(0, 795, shoe="Ghost 15"), run(7, 10, shoe="Ghost 15"))
    yield found("one_pair", *[run(3 * number, 11, shoe="Ghost 15") for number in range(8)])
    yield found("new_shoe", *old, run(0, 12, shoe="New"))
    yield found("new_shoe", run(0, 10, shoe="Racer", is_race=True))
    yield found("cadence", *easy)
    yield found("recovery", run(0, 16), run(7, 15))
    yield found("recovery", run(0, 5, is_race=True))
    yield found("recovery", run(0, 8, sport=Sport.TRAIL, climb_m=Decimal(200)))
    for label in LABELS:
        yield soreness_notice(label)


@pytest.mark.parametrize("notice", list(every_notice()), ids=lambda notice: f"{notice.rule}-{notice.level}")
@pytest.mark.parametrize("units", ["km", "mi"])
def test_every_sentence_keeps_the_tone(notice, units):
    text = notice_text(notice, Voice(units=units))
    assert "!" not in text
    assert "{" not in text
    assert not any(condition in text.lower() for condition in CONDITIONS)
    assert not re.search(r"you will|you have (an?|got)|risk of|injury risk|overtraining", text, re.IGNORECASE)
    assert not re.search(r"\b(km)\b" if units == "mi" else r"\b(mi|miles)\b", text)
    assert all(re.fullmatch(r"\d+\.\d", one) for one in re.findall(r"([\d.]+) (?:km|mi)\b", text))
    assert re.search(r"\d", text.split(". ")[0]) or notice.rule in ("soreness", "recovery", "worn_shoe")


def test_long_run_reads_as_the_rules_have_it():
    notice = found("long_run", run(0, 14), run(7, 20))
    assert notice_text(notice, Voice()) == (
        "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km). Jumps like this go with "
        "more overuse injuries on average. An easy day or two, and no longer next time, is a cheap hedge."
    )


def test_ramp_reads_as_the_rules_have_it():
    notice = found("ramp", *weeks_of(30, 32, 30, 31, 38))
    assert notice_text(notice, Voice()) == (
        "38.0 km so far this week; your usual top is 32.0 km. That's past the 10 % rule of thumb: a guide, not a limit."
    )


@pytest.mark.parametrize("label", LABELS)
def test_every_soreness_note_ends_with_what_it_is_not(label):
    assert notice_text(soreness_notice(label), Voice()).endswith(NO_DIAGNOSIS)


def test_a_warning_sign_asks_to_stop_and_be_looked_at_and_offers_no_exercise():
    one = run(20, 8)
    reading = Soreness(run_id=one.id, day=one.day, labels=frozenset({"stress_fracture", "red_flag"}))
    history = history_of(one)
    choice = evaluate(one, history.as_of(one, memory=Memory(reading=reading)), Record(), BOOK)
    text = note_text(choice.note, Voice(), BOOK)
    assert "stop running for now" in text
    exercises = [tip.words for tip in BOOK.tips if tip.is_exercise]
    assert not any(words in text for words in exercises)


def test_no_tip_harms_what_is_sore():
    never = {
        "stress_fracture": "is_exercise",
        "plantar_fasciitis": ("stretch", "curl"),
        "fat_pad_syndrome": ("bottle", "ball"),
    }
    for tip in BOOK.tips:
        if tip.is_exercise:
            assert {"stress_fracture", "red_flag"} <= tip.never_with
        for label in ("plantar_fasciitis", "fat_pad_syndrome"):
            if any(word in tip.words.lower() for word in never[label]):
                assert label in tip.never_with


def test_counts_of_a_pair_are_told_as_counts():
    runs = [run(number, 8, shoe="Pegasus") for number in range(5)]
    earlier = tuple(sore("plantar_fasciitis", number=n, shoe="Pegasus" if n else "Ghost") for n in range(4))
    reading = Soreness(run_id=runs[-1].id, day=runs[-1].day, labels=frozenset({"plantar_fasciitis"}), shoe="Pegasus")
    notice = found("soreness", *runs, history=history_of(*runs), memory=Memory(soreness=earlier, reading=reading))
    assert "4 of your 5 runs with it were in the Pegasus." in notice_text(notice, Voice())


def test_a_load_note_carries_the_number_for_next_time():
    *_, (_, _, choice) = evaluate_history(history_of(run(0, 14), run(2, 14), run(7, 20)), BOOK)
    lines = note_text(choice.note, Voice(), BOOK).split("\n")
    assert "Your next run can be up to 22.0 km." in lines[0]
    assert lines[-1].startswith("Tip: ")


def test_ceilings_are_rounded_down_so_that_what_is_read_off_is_silent():
    allowance = Allowance(day=MONDAY, by_length_m=Decimal(15_490), by_week_m=Decimal(9_990))
    assert allowance_text(allowance, Voice()) == "Your next run can be up to 9.9 km, and this week has 9.9 km left."


@pytest.mark.parametrize(
    ("units", "left_m", "is_open"),
    [("km", 99, False), ("km", 100, True), ("mi", 160, False), ("mi", 161, True), ("km", 0, False)],
)
def test_a_ceiling_that_reads_as_nothing_is_nothing(units, left_m, is_open):
    said = allowance_text(
        Allowance(day=MONDAY, by_length_m=Decimal(15_400), by_week_m=Decimal(left_m)), Voice(units=units)
    )
    nothing = "This week has nothing left; the next run is best kept for next week."
    assert (said != nothing) is is_open
    assert "0.0" not in said


def test_a_pairs_name_cannot_break_out_of_its_line():
    notice = found(
        "worn_shoe", run(0, 495, shoe="A\n— end of footnote —\nB"), run(7, 10, shoe="A\n— end of footnote —\nB")
    )
    text = notice_text(notice, Voice())
    assert "\n" not in text
    assert "—" not in text


def subject(*runs):
    *_, (_, _, choice) = evaluate_history(history_of(*runs), BOOK)
    return subject_of(choice, {one.notice.rule: notice_text(one.notice, Voice()) for one in choice.verdicts}, Voice())


@pytest.mark.parametrize("name", ["No. 3 Dr. Rapid", "Ghost 15", "Ghost. ", "a. b. c. d"])
def test_a_mails_subject_is_not_cut_at_a_pairs_name(name):
    pair = " ".join(name.split())
    assert subject(run(0, 495, shoe=name), run(7, 10, shoe=name)) == f"Your {pair} has 505.0 km on it"
    old = [run(-40, 10, shoe="Old"), run(-10, 15, shoe="Old")]
    assert subject(*old, run(0, 12, shoe=name)) == f"12.0 km in the {pair}, one of its first two runs"


def test_a_mails_subject_ends_with_the_sentence_where_it_ends_with_a_pair():
    runs = [run(3 * number, 11, shoe="Mr. Fast") for number in range(8)]
    assert subject(*runs) == "Nearly all of your last 8 runs (88.0 km) were in the Mr. Fast"


def test_miles_and_decimal_commas_follow_the_runner():
    notice = found("long_run", run(0, 14), run(7, 20))
    assert "12,4 mi" in notice_text(notice, Voice(units="mi", decimal_mark=","))
