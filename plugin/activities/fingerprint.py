"""What was seen of a run: while it stays the same, there is nothing new to say. Pure."""

from __future__ import annotations

from dataclasses import replace

from plugin.notes.hurts import with_said
from plugin.notes.own_words import read_own_words, soreness_of, with_answers
from plugin.ports import ActivityDetail, Fingerprint, Runner
from plugin.soreness import Lexicon
from plugin.training.history import Soreness


def reading_of(detail: ActivityDetail, runner: Runner, lexicon: Lexicon) -> Soreness | None:
    """What the runner says hurts: in their own words, our note taken out, where they agreed to have them read; and
    without words, about this run. None where there is neither."""
    if detail.run is None:
        return None
    texts, run = detail.texts, detail.run
    reading = None
    if runner.settings.reads_soreness:
        reading = soreness_of(run, read_own_words(texts.title, texts.description, texts.private_note, lexicon))
        before = next((one for one in runner.soreness if one.run_id == run.id), None)
        reading = reading if before is None else with_answers(reading, before.answers)
    said = with_said(reading, runner.soreness, run.id)
    return said if said is None or said.shoe else replace(said, shoe=run.shoe)


def facts_of(detail: ActivityDetail, reading: Soreness | None) -> Fingerprint:
    """What, if it changes, may change the note. Of the words only what was read from them."""
    words = "" if reading is None else _told(reading)
    if reading is not None and reading.score is not None:
        words += f",{reading.score}"
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
