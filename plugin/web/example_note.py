"""The example note as a page shows it: by the same code as a real one, in the reader's language and units."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.notes.compose import note_text, subject_of
from plugin.notes.example_note import example
from plugin.translations.voice import voice_in
from plugin.web.template_filters import language, units


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A note as it would be told: its lines, and a mail's subject."""

    subject: str
    lines: tuple[str, ...]


def sample_note() -> Sample:
    """The note on a run of 20 km after a longest one of 14."""
    voice = voice_in(language(), units())
    note, rulebook = example()
    return Sample(
        subject=subject_of(note, voice, note.day),
        lines=tuple(note_text(note, voice, rulebook, note.day).split("\n")),
    )
