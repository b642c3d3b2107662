"""What a look saw of a run: if it stays the same, there is nothing to say anew. Pure."""

from __future__ import annotations

from plugin.notes.own_words import MOST_READ, own_words
from plugin.ports import ActivityDetail, Fingerprint, Runner
from plugin.soreness import Lexicon, read_words
from plugin.training.history import Soreness


def reading_of(detail: ActivityDetail, runner: Runner, lexicon: Lexicon) -> Soreness | None:
    """What the runner's own words say hurts, our own note taken out; None where they did not agree to it."""
    if not runner.settings.reads_soreness or detail.run is None:
        return None
    own = (detail.texts.title, own_words(detail.texts.description), own_words(detail.texts.private_note))
    texts = tuple(text[:MOST_READ] for text in own)
    reading = read_words(texts, lexicon)
    return Soreness(
        run_id=detail.run.id,
        day=detail.run.day,
        labels=reading.labels,
        cleared=reading.cleared,
        shoe=detail.run.shoe,
    )


def facts_of(detail: ActivityDetail, reading: Soreness | None) -> Fingerprint:
    """What, if it changes, may change the note. Of the words only what was read from them."""
    words = "" if reading is None else ",".join([*sorted(reading.labels), "", *sorted(reading.cleared)])
    return Fingerprint(
        is_run=detail.run is not None,
        distance_m=detail.distance_m,
        sport=detail.sport,
        day=detail.day,
        shoe=detail.run.shoe if detail.run else None,
        words=words,
    )
