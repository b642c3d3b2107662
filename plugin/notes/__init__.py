"""From a run to at most one note: evaluate, choose, allow, compose; and our block in the runner's text.

`evaluate` asks every rule about a run, `choose_note` decides what is told and why the rest is withheld, `allowance`
says what the next run and the week allow, `compose` makes the text, `block` puts it into a field and takes it out
again. Live runs, preview and replay share this one path.
"""

from plugin.notes.allowance import allowance_on
from plugin.notes.choose_note import PastNotice, Record
from plugin.notes.compose import note_text, notice_text, run_text, subject_of
from plugin.notes.evaluate import evaluate, evaluate_history
from plugin.notes.note import Allowance, Choice, Note, Verdict, WithheldReason
from plugin.notes.rulebook import Rulebook, read_lexicon, read_rulebook

__all__ = [
    "Allowance",
    "Choice",
    "Note",
    "PastNotice",
    "Record",
    "Rulebook",
    "Verdict",
    "WithheldReason",
    "allowance_on",
    "evaluate",
    "evaluate_history",
    "note_text",
    "notice_text",
    "read_lexicon",
    "read_rulebook",
    "run_text",
    "subject_of",
]
