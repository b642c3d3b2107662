"""What the runner's own words in a history say hurts. Whoever replays their own file has agreed to its being read."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.notes.own_words import read_own_words, soreness_of
from plugin.replay.imports import Archive, Words
from plugin.soreness import Lexicon, Reading
from plugin.training.history import Soreness


def readings_of(archive: Archive, lexicon: Lexicon) -> Mapping[str, Soreness]:
    """Run id to what was read from its title, description and private note, our own note taken out.

    Most titles are Strava's own ("Morning Run") and come again: each text is read once.
    """
    known: dict[Words, Reading] = {}
    readings: dict[str, Soreness] = {}
    for run in archive.runs:
        words = archive.words.get(run.id)
        if words is None:
            continue
        if words not in known:
            known[words] = read_own_words(*words, lexicon)
        reading = known[words]
        if reading.labels or reading.cleared or reading.mentioned:
            readings[run.id] = soreness_of(run, reading)
    return readings
