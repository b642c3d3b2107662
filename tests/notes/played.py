"""Every note of every history, real and made up, in every language and unit, beside what was really run.

What was run, what was too long and what is allowed next comes from the oracle (tests/oracle), never from the product.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from plugin.notes.choose_note import Record
from plugin.notes.compose import note_text
from plugin.notes.evaluate import evaluate, evaluate_history
from plugin.notes.rulebook import read_lexicon, read_rulebook
from plugin.replay import play
from plugin.replay.command import voice_of
from plugin.replay.imports import Archive, read
from plugin.replay.soreness_readings import readings_of
from plugin.training.history import History
from tests.notes.stranger import LANGUAGES, UNITS, Note
from tests.oracle import naive
from tests.oracle.histories import made
from tests.paths import SHARED
from tests.replay.histories import archive_of

MADE_UP = 80
"""Made-up runners."""
SENTENCES = (
    "Stabbing pain in my left heel on the first steps",
    "Achilles sore again after the hills",
    "Shin splints the whole way",
    "Blister on my big toe",
    "Ball of my foot hurts, like running on a pebble",
    "Middle of my heel hurts on concrete",
    "Foot hurts",
    "My knee hurts, had to stop",
    "Pulled my calf, cut it short",
    "Hip hurts",
    "Foot is swollen",
    "Foot hurts at night now, even at rest",
    "MRI: stress fracture",
    "Heel pain so bad I can't put weight on it",
    "No heel pain at all today",
    "Achilles is pain-free",
    "Burning toes, numb since the turn",
)
"""A runner's own words, in English: what is read from them is not the point here."""


@dataclass(frozen=True)
class Read:
    """A note as it was read, in one language and unit, and the run it is on."""

    history: str
    language: str
    units: str
    note: Note
    truth: naive.Evaluation

    def in_units(self, metres: Decimal, step: str, rounding: str) -> Decimal:
        return (metres / UNITS[self.units]).quantize(Decimal(step), rounding=rounding)

    def __str__(self) -> str:
        return (
            f"{self.history} {self.truth.run.day} {self.truth.run.id} ({self.language}, {self.units}): {self.note.text}"
        )


def recorded() -> list[Path]:
    """The real histories beside the project, none where they are absent."""
    return sorted(
        path
        for pattern in ("exports/*activities*.csv", "runners/*.csv", "reports/0[1247]*.csv", "api/*activities-200.json")
        for path in SHARED.glob(pattern)
    )


def made_up(seed: int) -> Archive:
    """A runner of the oracle's kind who says now and then what hurts."""
    runner, draw = made(seed), Random(seed)
    archive = archive_of(*runner.runs, wear=tuple(sorted(runner.wear, key=lambda one: one.start)))
    if seed % 2:
        return archive
    words = {one.id: ("", draw.choice(SENTENCES), "") for one in archive.runs if draw.random() < 0.15}
    return replace(archive, words=words)


def archives() -> Iterator[tuple[str, Archive]]:
    for path in recorded():
        yield path.stem, read(path, zone=None)
    for seed in range(MADE_UP):
        yield f"made up {seed}", made_up(seed)


@cache
def every_note() -> tuple[Read, ...]:
    rulebook, lexicon = read_rulebook(), read_lexicon()
    notes: list[Read] = []
    for name, archive in archives():
        readings = readings_of(archive, lexicon) if archive.words else {}
        replay = play(archive, rulebook, readings=readings)
        truths = truth_of(archive, readings)
        names = tuple({one.shoe for one in archive.wear})
        for language in LANGUAGES:
            for units in UNITS:
                spoken = replace(replay, voice=voice_of(language, units))
                for one in spoken.noted:
                    text = spoken.note_of(one)
                    assert text is not None
                    notes.append(Read(name, language, units, Note(text, language, names=names), truths[one.run.id]))
    # Ten thousand notes stay for the session: the garbage collector need not look through them in every later test.
    gc.collect()
    gc.freeze()
    return tuple(notes)


def truth_of(archive: Archive, readings: Mapping[str, object]) -> dict[str, naive.Evaluation]:
    return {one.run.id: one for one in naive.replay(archive.runs, archive.wear, readings)[1]}


def late_notes() -> Iterator[tuple[date, date, Note]]:
    """Notes on runs that come in late: the run's day, the day on which it is read, the note."""
    rulebook = read_rulebook()
    for seed in range(0, MADE_UP, 8):
        archive = made_up(seed)
        history = History(archive.runs, wear=archive.wear)
        names = tuple({one.shoe for one in archive.wear})
        for place, (run, ledger, _) in enumerate(evaluate_history(history, rulebook)):
            today = run.day + timedelta(days=1 + place % 8)
            note = evaluate(run, ledger, Record(), rulebook, today=today).note
            for language in LANGUAGES if note else ():
                text = note_text(note, voice_of(language, "km"), rulebook, today)
                yield run.day, today, Note(text, language, names=names)
