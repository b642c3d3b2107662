"""Parts the runner named with neither complaint nor all-clear: asked about once, with one tap to answer.

The question stands on the runner's page, and in a note on the run or the weekly mail where these go anyway. It is as
private as soreness: what asks goes nowhere where others read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.ports import Runner
from plugin.soreness import MENTIONED
from plugin.training.history import Soreness
from plugin.translations.voice import marked

ASKED_FOR = timedelta(days=7)
"""An older mention is not asked about any more: the runner may not remember."""
QUESTIONS = {
    "foot": marked("You mentioned your foot: sore, or fine?"),
    "ankle": marked("You mentioned your ankle: sore, or fine?"),
    "heel": marked("You mentioned your heel: sore, or fine?"),
    "shin": marked("You mentioned your shin: sore, or fine?"),
    "achilles": marked("You mentioned your Achilles: sore, or fine?"),
}


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One question: the run whose words named the part."""

    run_id: int
    day: date
    part: str


def part_to_ask(reading: Soreness | None, earlier: Iterable[Soreness]) -> str | None:
    """The part that a note on the run may ask about: one that no run of the week before named, so that nobody is asked
    the same again and again."""
    if reading is None or reading.labels:
        return None
    recent = [one for one in earlier if one.run_id != reading.run_id and reading.day - one.day < ASKED_FOR]
    asked = {part for one in recent for part in one.mentioned}
    return next((part for part in sorted(reading.mentioned - asked) if part not in reading.answers), None)


def open_mentions(runner: Runner, today: date) -> tuple[Mention, ...]:
    """What there is to ask, the latest first: each part once, and none that a later run speaks of."""
    if not runner.settings.reads_soreness:
        return ()
    return tuple(_open(runner.soreness, today))


def _open(soreness: Sequence[Soreness], today: date) -> Iterator[Mention]:
    spoken_of: set[str] = set()
    for one in sorted(soreness, key=lambda one: one.day, reverse=True):
        for part in sorted(one.mentioned - spoken_of):
            if part not in one.answers and today - one.day < ASKED_FOR and one.run_id.isdecimal():
                yield Mention(run_id=int(one.run_id), day=one.day, part=part)
        spoken_of |= one.mentioned
        if one.labels or one.cleared:
            spoken_of |= MENTIONED
