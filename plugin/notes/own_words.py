"""What is read of a run's texts: the runner's own words, without any note of ours, and no longer than a bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from plugin.notes.block import without_any_block
from plugin.soreness import Lexicon, Reading, cleared_of_part, labels_of_part, read_words
from plugin.training.history import Soreness
from plugin.training.runs import Run

MOST_READ = 10_000
"""Characters of a text that are read for soreness: a diary's worth, and a second's work at the most."""

MOST_SEEN = 4 * MOST_READ
"""Characters of a text that are looked at: notes of ours among the runner's own words do not count for `MOST_READ`."""


def own_words(text: str) -> str:
    """The text without any note of ours, one that the runner copied from another run included. It is cut before
    anything else is done with it: work never grows with what somebody sends."""
    return without_any_block(text[:MOST_SEEN], is_cut=len(text) > MOST_SEEN)


def read_own_words(title: str, description: str, private_note: str, lexicon: Lexicon) -> Reading:
    """What the runner's own words say hurts; the same for a live run, the preview and replay."""
    texts = (title, own_words(description), own_words(private_note))
    return read_words([text[:MOST_READ] for text in texts], lexicon)


def soreness_of(run: Run, reading: Reading) -> Soreness:
    """The reading as it is remembered with its run."""
    return Soreness(
        run_id=run.id,
        day=run.day,
        labels=reading.labels,
        cleared=reading.cleared,
        warnings=reading.warnings,
        cut_short=reading.cut_short,
        mentioned=reading.mentioned,
        shoe=run.shoe,
    )


def with_answers(reading: Soreness, answers: Mapping[str, bool]) -> Soreness:
    """The reading with what the runner answered about parts they only mentioned; an answer counts like words.

    An answer holds as long as the words mention the part: of words that changed, the new ones count.
    """
    given = {part: is_sore for part, is_sore in answers.items() if part in reading.mentioned}
    labels = frozenset(label for part, is_sore in given.items() if is_sore for label in labels_of_part(part))
    cleared = frozenset(label for part, is_sore in given.items() if not is_sore for label in cleared_of_part(part))
    return replace(
        reading,
        labels=reading.labels | labels,
        cleared=(reading.cleared | cleared) - labels - reading.labels,
        answers=given,
    )
