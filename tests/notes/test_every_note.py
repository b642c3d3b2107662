"""What is true of every note, read from its finished text as a stranger would, over every history there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest

from tests.notes.played import Read, every_note, late_notes
from tests.notes.stranger import LANGUAGES, UNITS, About, Distance, Note
from tests.oracle.written import evaluated, read, run

LEAST_M = Decimal(2000)
EXERCISES = {"roll", "stretch", "calf raises", "toe curls", "towel", "mobility", "softer steps"}
FOREFOOT = {"metatarsalgia", "mortons_neuroma", "stress_fracture"}
AGAINST = {
    "calf raises": {"achilles", "calf", "shin", "red_flag", *FOREFOOT},
    "stretch": {"achilles", "calf", "thigh", "red_flag", "stress_fracture"},
    "roll": {"achilles", "calf", "shin", "red_flag", "stress_fracture"},
    "toe curls": {"plantar_fasciitis", "blister", "red_flag", *FOREFOOT},
    "towel": {"plantar_fasciitis", "blister", "red_flag", *FOREFOOT},
    "mobility": {"achilles", "knee", "red_flag", "stress_fracture"},
    "softer steps": {"achilles", "shin", *FOREFOOT},
}
"""Exercise to the sore places it would load."""
SMALL_WORDS = 4
"""Words of fewer letters say nothing of what a tip is about."""


def wrong_with(one: Read) -> dict[str, list[str]]:
    """Property to what is wrong with it in this note."""
    return {name: found for name, check in PROPERTIES.items() if (found := check(one))}


def one_number_for_one_thing(one: Read) -> list[str]:
    shown: dict[str, set[tuple[Decimal, ...]]] = {}
    for distance in one.note.distances:
        if distance.about != About.RUN:
            shown.setdefault(distance.about, set()).add(distance.values)
    return [f"{about}: {sorted(values)}" for about, values in shown.items() if len(values) > 1]


def one_number_for_next_time(one: Read) -> list[str]:
    numbers = {distance.value for distance in one.note.of_next_time()}
    return [f"{sorted(numbers)}"] if len(numbers) > 1 else []


def every_distance_was_run(one: Read) -> list[str]:
    truth = one.truth
    pauses = [found.numbers["P"] for found in truth.found if found.rule == "comeback"]
    run = [truth.session_m, truth.run.distance_m, truth.week_m, truth.longest_m, truth.month_m, *pauses]
    known = {About.RUN: [metres for metres in run if metres is not None], About.PAIR: [truth.worn_m or Decimal(0)]}
    return [
        f"{distance.shown} of {distance.about}: {distance.sentence}"
        for distance in one.note.distances
        if distance.about in known and not any(is_shown(one, distance, metres) for metres in known[distance.about])
    ]


def is_shown(one: Read, distance: Distance, metres: Decimal) -> bool:
    step = "0.1" if "." in str(distance.value) else "1"
    return len(distance.values) == 1 and one.in_units(metres, step, ROUND_HALF_UP) == distance.value


def nothing_longer_than_what_was_too_long(one: Read) -> list[str]:
    if not one.note.says_too_long:
        return []
    return [
        f"{distance.value} after {one.truth.session_m} m"
        for distance in one.note.of_next_time()
        if distance.value * UNITS[one.units] > one.truth.session_m
    ]


def nothing_beyond_what_is_allowed(one: Read) -> list[str]:
    room = one.truth.room
    found = []
    for distance in one.note.of_next_time():
        metres = distance.value * UNITS[distance.unit]
        if room is None:
            found.append(f"{distance.value} beside soreness")
        elif room.week_m is not None and metres > room.week_m:
            found.append(f"{distance.value} of {distance.about}: the week has {room.week_m} m left")
        elif room.week_m is None and distance.about != About.NEXT_RUN:
            found.append(f"{distance.value} of {distance.about}: the week has no limit")
        elif distance.about == About.NEXT_RUN and (room.length_m is None or metres > room.length_m):
            found.append(f"{distance.value} of {distance.about}: {room.length_m} m are allowed")
    return found


def nothing_under_two_kilometres(one: Read) -> list[str]:
    least = one.in_units(LEAST_M, "0.1", ROUND_DOWN)
    return [f"{distance.value}" for distance in one.note.of_next_time() if distance.value < least]


def level_four_is_alone(one: Read) -> list[str]:
    note, words = one.note, one.note.words
    leader = one.truth.leader
    is_grave = leader is not None and leader.level == 4
    found = []
    if is_grave != note.has(words.stop):
        found.append("the text says stop running at level 4 alone")
    if is_grave:
        lines = [line for line in note.lines if not line.startswith(words.tip)]
        found += [f"{len(lines)} lines"] if len(lines) != 1 else []
        found += ["speaks of load"] if note.has(words.load) else []
        found += [f"{note.topics(note.plain) & EXERCISES}"] if note.topics(note.plain) & EXERCISES else []
        found += ["nothing is said of a diagnosis"] if not note.has(words.no_diagnosis) else []
        found += ["nothing to do today"] if not note.has(words.ring) else []
    return found


def weeks_are_real(one: Read) -> list[str]:
    """Whole, the newest last, up to the one before this."""
    real = [one.in_units(week, "1", ROUND_HALF_UP) for week in reversed(one.truth.weeks_m)]
    return [
        f"{distance.shown}, really {real}"
        for distance in one.note.distances
        if distance.about == About.WEEKS_BEFORE and list(distance.values) != real[-len(distance.values) :]
    ]


def no_tip_repeats_its_note(one: Read) -> list[str]:
    tip, body = one.note.tip, one.note.body
    if not tip:
        return []
    twice = one.note.topics(tip) & one.note.topics(body)
    content = {word.lower() for word in re.findall(r"\w+", tip) if len(word) > SMALL_WORDS}
    again = content & {word.lower() for word in re.findall(r"\w+", body)}
    return [f"{twice}"] if twice else [f"{again}"] if 2 * len(again) > len(content) else []


def no_exercise_against_what_is_sore(one: Read) -> list[str]:
    return [
        f"{exercise} beside {AGAINST[exercise] & one.truth.sore}"
        for exercise in one.note.topics(one.note.plain) & set(AGAINST)
        if AGAINST[exercise] & one.truth.sore
    ]


def nothing_is_cried_out(one: Read) -> list[str]:
    return ["!"] if "!" in one.note.plain else []


def decimals_where_they_mean_something(one: Read) -> list[str]:
    """One for what was run and what may be; none for pairs, weeks before and from a hundred on."""
    found = []
    for distance in one.note.distances:
        mark = one.note.words.mark
        for shown, value in zip(distance.shown, distance.values, strict=True):
            is_whole = distance.about in (About.PAIR, About.WEEKS_BEFORE) or value >= 100
            pattern = r"\d+" if is_whole else rf"\d+\{mark}\d"
            if not re.fullmatch(pattern, shown):
                found.append(f"{shown} {distance.unit} of {distance.about}: {distance.sentence}")
    return found


def units_are_the_runners(one: Read) -> list[str]:
    return [distance.sentence for distance in one.note.distances if distance.unit != one.units]


def a_streak_beats_what_is_usual(one: Read) -> list[str]:
    found = []
    streak = next((found.numbers["streak"] for found in one.truth.found if found.rule == "streak"), None)
    for match in re.finditer(one.note.words.a_streak, one.note.plain):
        usual = match["usual"]
        if int(match["streak"]) != streak or (usual is not None and int(usual) >= int(match["streak"])):
            found.append(match[0])
    return found


def it_is_in_one_language(one: Read) -> list[str]:
    return re.findall(one.note.words.foreign, one.note.plain, re.IGNORECASE)


PROPERTIES: dict[str, Callable[[Read], list[str]]] = {
    check.__name__: check
    for check in (
        one_number_for_one_thing,
        one_number_for_next_time,
        every_distance_was_run,
        nothing_longer_than_what_was_too_long,
        nothing_beyond_what_is_allowed,
        nothing_under_two_kilometres,
        level_four_is_alone,
        weeks_are_real,
        no_tip_repeats_its_note,
        no_exercise_against_what_is_sore,
        nothing_is_cried_out,
        decimals_where_they_mean_something,
        units_are_the_runners,
        a_streak_beats_what_is_usual,
        it_is_in_one_language,
    )
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_note(name: str) -> None:
    wrong = [f"{found} in {one}" for one in every_note() if (found := PROPERTIES[name](one))]
    assert not wrong, f"{len(wrong)} notes, for example:\n" + "\n\n".join(wrong[:5])


def test_every_language_is_read() -> None:
    assert {one.language for one in every_note()} == set(LANGUAGES)


def test_every_language_says_the_same_numbers_of_the_same_things() -> None:
    said: dict[tuple[str, str, str], dict[str, list[tuple[str, tuple[Decimal, ...]]]]] = {}
    for one in every_note():
        numbers = sorted((distance.about.value, distance.values) for distance in one.note.distances)
        said.setdefault((one.history, one.truth.run.id, one.units), {})[one.language] = numbers
    assert [note for note, by_language in said.items() if len({str(one) for one in by_language.values()}) > 1] == []


def test_everything_is_said_somewhere() -> None:
    """What is never found in any note would be read past."""
    for language in LANGUAGES:
        about = Counter(
            distance.about for one in every_note() if one.language == language for distance in one.note.distances
        )
        assert set(about) == set(About), about
        notes = [one.note for one in every_note() if one.language == language]
        for pattern in ("stop", "no_diagnosis", "too_long", "a_streak", "ring"):
            assert any(note.has(getattr(note.words, pattern)) for note in notes), pattern
        topics = {topic for note in notes for topic in note.topics(note.plain)}
        assert topics >= EXERCISES, EXERCISES - topics


def test_a_note_that_is_read_later_is_true_then() -> None:
    """It is not called today's, and a week that is over is not called this one."""
    late = list(late_notes())
    assert len(late) > 100
    assert [note.text for _, _, note in late if note.has(note.words.today)] == []
    over = [note for day, today, note in late if today - timedelta(days=today.weekday()) > day]
    assert [note.text for note in over if note.has(note.words.week_so_far)] == []
    assert any(note.has(note.words.week_so_far) for _, _, note in late)


OLD_NOTES = [
    (
        [nothing_longer_than_what_was_too_long, nothing_beyond_what_is_allowed],
        "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km). Jumps like this go with "
        "more overuse injuries on average. An easy day or two, and no longer next time, is a cheap hedge. Your next "
        "run can be up to 22.0 km.\nTip: Make tomorrow a day without running.",
        "en",
    ),
    (
        [nothing_longer_than_what_was_too_long, nothing_beyond_what_is_allowed],
        "Heute 20,0 km, 43 % länger als dein längster Lauf der letzten 30 Tage (14,0 km). Dein nächster Lauf kann bis "
        "zu 22,0 km lang sein.",
        "de",
    ),
    (
        [one_number_for_next_time, nothing_under_two_kilometres],
        "Your next run can be up to 2.8 km, and this week has 1.8 km left.",
        "en",
    ),
    ([every_distance_was_run], "Bisher 20,0 km in dieser Woche; sonst ist bei 8,1 km Schluss.", "de"),
    ([weeks_are_real], "20.0 km so far this week, after weeks of 12 and 13 km.", "en"),
    ([decimals_where_they_mean_something, every_distance_was_run], "Your Ghost has 501.2 km on it.", "en"),
    ([a_streak_beats_what_is_usual], "14 run days in a row; your usual most is 36.", "en"),
    (
        [no_tip_repeats_its_note],
        "4 run days in a row. A day without running is training too.\nTip: Make tomorrow a day without running.",
        "en",
    ),
    ([nothing_is_cried_out, level_four_is_alone], "Please stop running for now!", "en"),
    ([units_are_the_runners], "12.4 mi so far this week.", "en"),
    ([it_is_in_one_language], "4 run days in a row, more than you're used to. Ein Tag ohne Laufen.", "de"),
]
"""Notes of the release before, or like them, and what is wrong with them."""


@pytest.mark.parametrize(("checks", "text", "language"), OLD_NOTES)
def test_what_was_wrong_is_found(checks: list[Callable[[Read], list[str]]], text: str, language: str) -> None:
    truth = evaluated([run(0, 14), run(7, 20)])[-1]
    old = Read("old", language, "km", Note(text, language, names=("Ghost",)), truth)
    assert set(wrong_with(old)) >= {check.__name__ for check in checks}


def test_what_is_sore_is_not_loaded() -> None:
    sore = run(7, 5)
    truth = evaluated([run(0, 14), sore], {sore.id: read("achilles")})[-1]
    text = (
        "You mention a sore Achilles. Keep the next run to 5.0 km or less.\nTip: Two sets of twelve slow calf raises."
    )
    old = Read("old", "en", "km", Note(text, "en"), truth)
    assert set(wrong_with(old)) == {"no_exercise_against_what_is_sore", "nothing_beyond_what_is_allowed"}
