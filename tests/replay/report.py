"""How often something is said: notes a month by rule, over the recorded histories.

python -m tests.replay.report [folder] prints the table, and what the budget of a month withholds; docs/how-often.md
shows both.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from plugin.notes.choose_note import ChooseLimits
from plugin.notes.rulebook import read_lexicon, read_rulebook
from plugin.replay import Replay, play
from plugin.replay.imports import read
from plugin.replay.play import Played
from plugin.replay.soreness_readings import readings_of
from plugin.rules import BY_NAME
from plugin.rules.notice import STRONG, TIP, Family
from tests.paths import SHARED

RECORDED = SHARED
STEADY_WEEKS = 26
BREAK_DAYS = 14
BREAKS_A_YEAR = 2
MONTH_DAYS = 30
YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Told:
    """A note: its day, what led it, whether a race was run."""

    day: date
    rule: str
    level: int
    is_race: bool
    second: str | None

    @property
    def is_tip(self) -> bool:
        return self.level == TIP

    @property
    def is_bounded(self) -> bool:
        """Whether it is one of the four in thirty days. What answers the runner's own words is counted, never kept."""
        return not self.is_race and self.level < STRONG and BY_NAME[self.rule].FAMILY in (Family.LOAD, Family.FORM)


@dataclass(frozen=True)
class Counts:
    """What one runner would have been told."""

    name: str
    days: tuple[date, ...]
    """Days of running, in order."""
    told: tuple[Told, ...]

    @property
    def weeks(self) -> float:
        return ((self.days[-1] - self.days[0]).days + 1) / 7 if self.days else 0

    @property
    def breaks(self) -> int:
        """Times of two weeks and more without a run."""
        return sum(1 for before, after in pairwise(self.days) if (after - before).days >= BREAK_DAYS)

    @property
    def is_steady(self) -> bool:
        """At least half a year, and at most two breaks a year."""
        return self.weeks >= STEADY_WEEKS and self.breaks <= BREAKS_A_YEAR * self.weeks * 7 / YEAR_DAYS

    @property
    def months(self) -> int:
        """Months in which something was run: silence in a month off is no merit."""
        return len({(day.year, day.month) for day in self.days})

    @property
    def a_month(self) -> float:
        return len(self.told) / self.months if self.months else 0

    @property
    def most_in_a_month(self) -> int:
        """The most notes in any thirty days, without those that are not bounded."""
        return most_within([one.day for one in self.told if one.is_bounded], MONTH_DAYS)

    def least_days_between_tips(self, *, races: bool) -> int | None:
        """Between two notes that are a tip alone; `races`: the later one after a race."""
        tips = [one for one in self.told if one.is_tip]
        waits = [(after.day - before.day).days for before, after in pairwise(tips) if after.is_race == races]
        return min(waits, default=None)


def most_within(days: list[date], number: int) -> int:
    """The most of them in any `number` days."""
    return max(
        (sum(1 for day in days if first <= day < first + timedelta(days=number)) for first in days),
        default=0,
    )


def months_run(replay: Replay) -> int:
    """Months in which something was run."""
    return counts("", replay).months


def told(one: Played) -> Told | None:
    if one.note is None:
        return None
    second = one.note.second
    leader = one.note.leader
    is_race = one.run.is_race or bool(leader.numbers.get("is_race"))
    return Told(leader.day, leader.rule, leader.level, is_race, second.rule if second else None)


def counts(name: str, replay: Replay) -> Counts:
    days = sorted({one.run.day for one in replay.played if one.aside is None})
    return Counts(name, tuple(days), tuple(note for one in replay.played if (note := told(one))))


def histories(folder: Path) -> list[Path]:
    """Every history under runners/ and exports/."""
    return sorted([*folder.glob("runners/*.csv"), *folder.glob("exports/*activities*.csv")])


def all_counts(folder: Path, *, is_month_bounded: bool = True) -> Iterator[Counts]:
    """`is_month_bounded`: False plays without the budget of thirty days."""
    rulebook, lexicon = read_rulebook(), read_lexicon()
    if not is_month_bounded:
        rulebook = replace(rulebook, limits={**rulebook.limits, "choose": unbounded(rulebook.limits["choose"])})
    for path in histories(folder):
        archive = read(path, zone=None)
        readings = readings_of(archive, lexicon) if archive.words else {}
        yield counts(path.stem.removesuffix("__activities"), play(archive, rulebook, readings=readings))


def unbounded(limits: ChooseLimits) -> ChooseLimits:
    return replace(limits, month_notes=limits.month_days * limits.budget_days)


def withheld(bounded: list[Counts], free: list[Counts]) -> str:
    """What the budget of a month withholds, in a sentence."""
    steady = [(one, other) for one, other in zip(bounded, free, strict=True) if one.is_steady]
    notes = sum(len(one.told) for one, _ in steady), sum(len(other.told) for _, other in steady)
    most = max((other.most_in_a_month for _, other in steady), default=0)
    return f"Without the budget of thirty days: {notes[1]} notes instead of {notes[0]}, at most {most} in thirty days."


def table(counted: list[Counts]) -> str:
    """Markdown: a line a history, what led the notes by rule; then the steady runners (*) together.

    Of them the median of notes a month, the most in thirty days, and by rule the notes of all by the months of all.
    """
    rules = list(BY_NAME)
    heads = ["history", "weeks", "breaks", "notes a month", "most in 30 days", *rules]
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)]]
    for one in counted:
        led = Counter(note.rule for note in one.told)
        lines.append(
            [
                one.name + (" *" if one.is_steady else ""),
                f"{one.weeks:.0f}",
                str(one.breaks),
                f"{one.a_month:.1f}",
                str(one.most_in_a_month),
                *(f"{led[rule] / one.months:.2f}" if led[rule] else "" for rule in rules),
            ]
        )
    steady = [one for one in counted if one.is_steady]
    if steady:
        led = Counter(note.rule for one in steady for note in one.told)
        months = sum(one.months for one in steady)
        lines.append(
            [
                "all *",
                "",
                "",
                f"{median(one.a_month for one in steady):.1f}",
                str(max(one.most_in_a_month for one in steady)),
                *(f"{led[rule] / months:.2f}" if led[rule] else "" for rule in rules),
            ]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED
    counted = list(all_counts(folder))
    sys.stdout.write(table(counted) + "\n\n")
    sys.stdout.write(withheld(counted, list(all_counts(folder, is_month_bounded=False))) + "\n")
