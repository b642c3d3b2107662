"""Where the second reading found the first one wrong, one example each, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from plugin.notes.evaluate import evaluate_history
from plugin.training.history import Soreness
from plugin.training.runs import Run
from tests.rules.examples import BOOK, history_of, level, run


def verdicts(*runs: Run, words: dict[str, Soreness] | None = None) -> dict[tuple[str, str], tuple[int, str | None]]:
    """(run id, rule) to the level and why it was withheld, None if told."""
    return {
        (one.id, verdict.notice.rule): (verdict.notice.level, verdict.withheld and str(verdict.withheld))
        for one, _, choice in evaluate_history(history_of(*runs), BOOK, words)
        for verdict in choice.verdicts
    }


def sore(one: Run, *labels: str, cleared: tuple[str, ...] = ()) -> Soreness:
    return Soreness(run_id=one.id, day=one.day, labels=frozenset(labels), cleared=frozenset(cleared))


def test_four_kilometres_are_enough_for_a_long_run() -> None:
    assert level("long_run", run(0, 2), run(7, 4)) == 1
    assert level("long_run", run(0, 2), run(7, "3.999")) is None


def test_a_rule_stays_quiet_when_the_travellers_day_goes_back() -> None:
    before, first = run(0, 10, id="a"), run(8, 14, id="b")
    later = run(8, "14.5", id="c", at="20:00")
    later = replace(later, day=later.day - timedelta(days=1))
    found = verdicts(before, first, later)
    assert found["b", "long_run"] == (2, None)
    assert found["c", "long_run"] == (2, "quiet period")


def test_the_budget_is_for_what_leads_a_note_may_follow_behind_soreness() -> None:
    runs = [run(0, 10, id="a"), run(8, 12, id="b"), run(10, 17, id="c"), run(11, 5, id="d")]
    runs += [run(12, 5, id="e"), run(13, 5, id="f")]
    alone = verdicts(*runs)
    assert [alone[one, "long_run"] for one in "bc"] == [(1, None), (2, None)]
    # Four days in a row, the third such note in a week.
    assert alone["f", "streak"] == (1, "weekly budget")
    behind = verdicts(*runs, words={"f": sore(runs[-1], "achilles")})
    assert behind["f", "soreness"] == (3, None)
    assert behind["f", "streak"] == (1, None)


def test_an_all_clear_in_the_evening_ends_what_was_sore_in_the_morning() -> None:
    morning, evening, later = run(0, 5, id="a"), run(0, 5, id="b", at="20:00"), run(14, 5, id="c")
    words = {"a": sore(morning, "achilles"), "c": sore(later, "achilles")}
    assert verdicts(morning, evening, later, words=words)["c", "soreness"] == (3, None)
    words["b"] = sore(evening, cleared=("achilles",))
    assert verdicts(morning, evening, later, words=words)["c", "soreness"] == (2, None)


def test_soreness_is_off_the_record_after_four_weeks_however_long_nothing_was_run() -> None:
    slow = [run(day, 8, id=f"r{day}", minutes=48, cadence=70) for day in range(0, 12, 2)]
    last = {wait: run(wait, 8, id="last", minutes=48, cadence=70) for wait in (38, 39)}
    words = {"r10": sore(slow[5], "achilles")}
    assert ("last", "cadence") not in verdicts(*slow, last[38], words=words)
    assert ("last", "cadence") in verdicts(*slow, last[39], words=words)


def test_after_a_race_there_is_always_something_to_do_whatever_is_sore() -> None:
    first, race = run(0, 20, id="a"), run(20, 18, id="b", is_race=True)
    everything = ("plantar_fasciitis", "achilles", "shin", "metatarsalgia", "mortons_neuroma", "red_flag")
    assert verdicts(first, race, words={"a": sore(first, *everything)})["b", "recovery"] == (0, None)
