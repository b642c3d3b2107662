"""How every rule sounds: numbers first, one thing to do, no alarm, no diagnosis, the runner's own units."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.notes.compose import notice_text
from plugin.rules import BY_NAME, ramp
from plugin.rules.notice import Family
from plugin.rules.telling import NextTime, Scope, Telling
from plugin.training.history import Memory, Soreness
from plugin.training.runs import Shoe, ShoeKind, Sport
from plugin.translations.voice import LABELS, WARNINGS, Voice
from tests.rules.examples import BOOK, MONDAY, found, history_of, run, weeks_of

CONDITIONS = ("fasciitis", "metatarsalgia", "syndrome", "stress fracture", "neuroma", "tendin", "shin splints")
NO_DIAGNOSIS = (
    "This isn't a diagnosis. If it's sharp, getting worse, or still there after two weeks, see a doctor or physio."
)
NEXT_TIMES = [
    None,
    *(
        NextTime(scope=scope, metres=Decimal(15_400), next_week=MONDAY + timedelta(days=7), days_left=days_left)
        for scope in Scope
        for days_left in (1, 5)
    ),
]


def sore(label, *, number=0, shoe=None):
    return Soreness(run_id=f"s{number}", day=MONDAY + timedelta(days=number), labels=frozenset({label}), shoe=shoe)


def soreness_notice(*labels, **numbers):
    one = run(20, 8)
    reading = Soreness(run_id=one.id, day=one.day, labels=frozenset(labels))
    notice = found("soreness", one, memory=Memory(reading=reading))
    return dataclasses.replace(notice, numbers={**notice.numbers, **numbers})


def strict_ramp(km):
    """A week of `km` after one of 20, held against that one alone."""
    runs = weeks_of(30, 30, 30, 20, km)
    limits = dataclasses.replace(BOOK.limits["ramp"], strict=True)
    return ramp.find(runs[-1], history_of(*runs).as_of(runs[-1]), limits)


def barefoot():
    runs = [run(-40 + 7 * number, 20, shoe="Old") for number in range(6)]
    first = run(0, 6, shoe="Thin")
    history = history_of(*runs, first, shoes={"Thin": Shoe(id="Thin", name="Thin", kind=ShoeKind.MINIMALIST)})
    return found("new_shoe", first, history=history)


def every_notice():
    """One notice of each rule and shade, as found by the rules themselves."""
    back = [run(-2 * number, 10) for number in range(6)][::-1]
    easy = [run(3 * number, 6, minutes=33, cadence=Decimal(74)) for number in range(5)]
    old = [run(-40, 10, shoe="Old"), run(-10, 15, shoe="Old")]
    yield found("long_run", run(0, 14), run(7, 17))
    yield found("long_run", run(0, 14), run(7, 20))
    yield found("long_run", run(0, 14), run(7, 30))
    yield found("long_run", run(0, 14), run(7, 21.1, is_race=True))
    yield found("ramp", *weeks_of(30, 32, 30, 31, 38))
    yield found("ramp", *weeks_of(30, 32, 30, 31, 49))
    yield from (strict_ramp(km) for km in (24, 38))
    yield found("comeback", *back, run(42, 7))
    yield found("comeback", *back, run(42, 10))
    yield found("comeback", *back, run(42, 5), run(50, 12))
    yield found("comeback", *back, run(42, 12, is_race=True))
    yield found("streak", *[run(number, 5) for number in range(4)])
    yield found("streak", *[run(number, 5) for number in range(8)])
    yield found("streak", *[run(-20 + number, 5) for number in range(4)], *[run(number, 5) for number in range(6)])
    yield found("worn_shoe", run(0, 495, shoe="Ghost 15"), run(7, 10, shoe="Ghost 15"))
    yield found("worn_shoe", run(0, 795, shoe="Ghost 15"), run(7, 10, shoe="Ghost 15"))
    yield found("one_pair", *[run(3 * number, 11, shoe="Ghost 15") for number in range(8)])
    yield found("new_shoe", *old, run(0, 12, shoe="New"))
    yield found("new_shoe", *old, run(0, 5, shoe="New"), run(2, 12, shoe="New"))
    yield found("new_shoe", run(0, 10, shoe="Racer", is_race=True))
    yield barefoot()
    yield found("cadence", *easy)
    yield found("recovery", run(0, 20), run(7, 20))
    yield found("recovery", run(0, 5, is_race=True))
    yield found("recovery", run(0, 8, sport=Sport.TRAIL, climb_m=Decimal(200)))
    yield found("recovery", *[run(3 * number, 8) for number in range(8)])
    for label in LABELS:
        yield soreness_notice(label)
    for kind in WARNINGS:
        yield soreness_notice("red_flag", warnings=(kind,))
    yield soreness_notice("achilles", is_persistent=1, days=15, shoe="Ghost 15", shoe_m=Decimal(412_345))


NOTICES = [one for one in every_notice() if one is not None]


def told(notice, voice=None, *, next_time=None, leads=True, today=None):
    """A notice's line in a note."""
    voice, today = voice or Voice(), today or notice.day
    telling = Telling(read_on=today, leads=leads, next_time=next_time if notice.family == Family.LOAD else None)
    return f"{notice_text(notice, voice, today)} {BY_NAME[notice.rule].advise(notice, voice, telling)}".strip()


def test_a_notice_of_every_rule_is_here():
    assert {one.rule for one in NOTICES} == set(BY_NAME)
    assert sum(1 for one in every_notice() if one is None) == 0


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: f"{notice.rule}-{notice.level}")
@pytest.mark.parametrize("units", ["km", "mi"])
def test_every_sentence_keeps_the_tone(notice, units):
    for leads in (True, False):
        for next_time in NEXT_TIMES:
            for late in (0, 1, 9):
                today = notice.day + timedelta(days=late)
                text = told(notice, Voice(units=units), next_time=next_time, leads=leads, today=today)
                assert "!" not in text
                assert "{" not in text
                assert "  " not in text
                assert not any(condition in text.lower() for condition in CONDITIONS)
                assert not re.search(r"you will|you have (an?|got)|your risk|injury risk|overtraining", text, re.I)
                assert not re.search(r"\bkm\b" if units == "mi" else r"\b(mi|miles)\b", text)
                assert "Today's" not in text or not late
                assert all(sentence[0].isupper() or sentence[0].isdigit() for sentence in re.split(r"(?<=\.) ", text))


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: f"{notice.rule}-{notice.level}")
def test_what_was_seen_is_one_sentence(notice):
    """It is a mail's subject as well."""
    for late in (0, 1, 9):
        said = notice_text(notice, Voice(), notice.day + timedelta(days=late))
        assert said.endswith(".")
        assert not re.search(r"\. [A-Z]", said)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: f"{notice.rule}-{notice.level}")
def test_a_number_for_next_time_is_said_once_or_not_at_all(notice):
    for leads in (True, False):
        for next_time in NEXT_TIMES:
            text = told(notice, next_time=next_time, leads=leads)
            has_number = next_time is not None and next_time.scope != Scope.FULL
            says_it = notice.rule in ("long_run", "ramp", "comeback") and has_number
            assert text.count("15.4 km") == int(says_it)
            full = next_time is not None and next_time.scope == Scope.FULL and notice.rule != "streak"
            if full and notice.family == Family.LOAD:
                assert "if you run again before Monday, short and easy" in text


@pytest.mark.parametrize(
    ("notice", "text"),
    [
        (
            found("long_run", run(0, 14), run(7, 20)),
            "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km). Jumps like this go "
            "with more overuse injuries on average. Take an easy day or two, and keep the next run to 15.4 km or less.",
        ),
        (
            found("long_run", run(0, 14), run(7, 30)),
            "Today's 30.0 km is 114 % longer than your longest run of the last 30 days (14.0 km). That's a big jump, "
            "and jumps like this go with more overuse injuries on average. Take two or three days easy or off, however "
            "good you feel, and keep the next run to 15.4 km or less.",
        ),
        (
            found("ramp", *weeks_of(30, 32, 30, 31, 38)),
            "38.0 km so far this week, after weeks of 30, 32, 30 and 31 km. That's past the 10 % rule of thumb: "
            "a guide, not a limit. Keep the next run to 15.4 km or less.",
        ),
        (
            found("comeback", *[run(-2 * number, 20) for number in range(6)][::-1], run(42, 16)),
            "Today's 16.0 km comes in your first week back after 42 days off. Legs come back faster than feet: "
            "keep the next run to 15.4 km or less.",
        ),
    ],
)
def test_load_reads_as_the_rules_have_it(notice, text):
    number = NextTime(scope=Scope.RUN, metres=Decimal(15_490), next_week=MONDAY)
    assert told(notice, next_time=number) == text


def test_weeks_before_the_first_run_are_not_named():
    assert "after weeks of 10 and 12 km." in told(found("ramp", *weeks_of(10, 12, 20)))


def test_a_late_run_is_called_by_its_day():
    notice = found("long_run", run(-1, 14), run(6, 18))
    assert told(notice, today=notice.day + timedelta(days=2)).startswith("Sunday's 18.0 km was 29 % longer")
    assert told(notice, today=notice.day + timedelta(days=9)).startswith("9 March's 18.0 km was 29 % longer")


@pytest.mark.parametrize(
    ("metres", "text"), [(99_900, "99.9 km"), (99_960, "100 km"), (505_049, "505 km"), (9_990, "10.0 km")]
)
def test_decimals_end_where_they_say_nothing(metres, text):
    assert Voice().distance(Decimal(metres)) == text


def test_a_ceiling_is_rounded_down_so_that_what_is_read_off_is_silent():
    assert Voice().distance(Decimal(15_490), down=True) == "15.4 km"
    assert Voice().distance(Decimal(115_990), down=True) == "115 km"


@pytest.mark.parametrize("label", [label for label in LABELS if label not in ("red_flag", "stress_fracture")])
def test_soreness_below_a_warning_ends_with_what_it_is_not(label):
    assert told(soreness_notice(label)).endswith(NO_DIAGNOSIS)


@pytest.mark.parametrize("kind", WARNINGS)
def test_a_warning_is_named_and_asks_to_stop(kind):
    text = told(soreness_notice("achilles", "red_flag", warnings=(kind,)))
    assert text.startswith(f"You mention a sore Achilles and {WARNINGS[kind]}.")
    assert "stop running for now and have it looked at: ring a doctor or physio today" in text
    assert text.endswith("This isn't a diagnosis.")
    assert "a warning sign" not in text


def test_what_lasts_is_told_with_its_days_and_a_physio_by_name():
    text = told(soreness_notice("achilles", is_persistent=1, days=15, shoe="Ghost 15", shoe_m=Decimal(412_345)))
    assert "That's 15 days now: book a physio this week." in text
    assert "You were in the Ghost 15 (412 km)." in text
    assert "after two weeks" not in text


def test_counts_of_a_pair_are_told_as_counts():
    runs = [run(number, 8, shoe="Pegasus") for number in range(5)]
    earlier = tuple(sore("plantar_fasciitis", number=n, shoe="Pegasus" if n else "Ghost") for n in range(4))
    reading = Soreness(run_id=runs[-1].id, day=runs[-1].day, labels=frozenset({"plantar_fasciitis"}), shoe="Pegasus")
    notice = found("soreness", *runs, history=history_of(*runs), memory=Memory(soreness=earlier, reading=reading))
    assert "4 of your 5 runs with it were in the Pegasus." in told(notice)


def test_no_tip_harms_what_is_sore():
    never = {"plantar_fasciitis": ("stretch", "curl"), "fat_pad_syndrome": ("bottle", "ball")}
    for tip in BOOK.tips:
        if tip.is_exercise:
            assert {"stress_fracture", "red_flag"} <= tip.never_with
        for label, words in never.items():
            if any(word in tip.words.lower() for word in words):
                assert label in tip.never_with


def test_a_pairs_name_cannot_break_out_of_its_line():
    name = "A\n— end of footnote —\nB"
    text = told(found("worn_shoe", run(0, 495, shoe=name), run(7, 10, shoe=name)))
    assert "\n" not in text
    assert "—" not in text


def test_miles_and_decimal_commas_follow_the_runner():
    notice = found("long_run", run(0, 14), run(7, 20))
    assert "12,4 mi" in told(notice, Voice(units="mi", decimal_mark=","))
