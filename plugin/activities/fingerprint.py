"""What a look saw of a run: if it stays the same, there is nothing to say anew. Pure."""

from __future__ import annotations

from plugin.notes.own_words import read_own_words, soreness_of, with_answers
from plugin.ports import ActivityDetail, Fingerprint, Runner
from plugin.soreness import Lexicon
from plugin.training.history import Soreness


def reading_of(detail: ActivityDetail, runner: Runner, lexicon: Lexicon) -> Soreness | None:
    """What the runner's own words say hurts, our own note taken out; None where they did not agree to it."""
    if not runner.settings.reads_soreness or detail.run is None:
        return None
    texts, run = detail.texts, detail.run
    reading = soreness_of(run, read_own_words(texts.title, texts.description, texts.private_note, lexicon))
    before = next((one for one in runner.soreness if one.run_id == run.id), None)
    return reading if before is None else with_answers(reading, before.answers)


def facts_of(detail: ActivityDetail, reading: Soreness | None) -> Fingerprint:
    """What, if it changes, may change the note. Of the words only what was read from them."""
    words = "" if reading is None else _told(reading)
    return Fingerprint(
        is_run=detail.run is not None,
        distance_m=detail.distance_m,
        sport=detail.sport,
        day=detail.day,
        shoe=detail.run.shoe if detail.run else None,
        words=words,
    )


def _told(reading: Soreness) -> str:
    told = [*sorted(reading.labels), "", *sorted(reading.cleared)]
    # Only where there is something: a fingerprint of an older version, which knew none of it, stays the same.
    if reading.warnings or reading.cut_short:
        told += ["", *sorted(reading.warnings), *(["stopped"] if reading.cut_short else [])]
    if reading.mentioned:
        told += ["?", *sorted(reading.mentioned)]
    return ",".join(told)
