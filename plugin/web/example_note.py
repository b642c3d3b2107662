"""An example note, in the very words and units it would have, by whatever way it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from plugin.notes.choice import Allowance, Choice, Note
from plugin.notes.compose import note_text, notice_text, subject_of
from plugin.notes.rulebook import Rulebook
from plugin.notes.tips import Tip
from plugin.rules import long_run
from plugin.rules.notice import CAUTION, Notice
from plugin.translations.voice import Voice
from plugin.web.template_filters import decimal_mark, language, units
from plugin.web.wording import _

_WHEN = datetime(2026, 10, 4, 9, 0, tzinfo=UTC)
_FAR, _LONGEST = Decimal(20000), Decimal(14000)
_NOTICE = Notice(
    rule=long_run.NAME,
    family=long_run.FAMILY,
    level=CAUTION,
    run_id="0",
    day=_WHEN.date(),
    start=_WHEN,
    numbers={"session_m": _FAR, "longest_m": _LONGEST, "is_race": 0},
)
_TIP = Tip(
    id="rest_day",
    words="Make tomorrow a day without running.",
    article="Rest: a few days off",
    evidence="",
    fits=frozenset({long_run.NAME}),
)
_NOTE = Note(
    run_id="0",
    day=_WHEN.date(),
    leader=_NOTICE,
    tip=_TIP.id,
    allowance=Allowance(day=_WHEN.date(), by_length_m=_FAR + 2000, by_week_m=None),
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A note as it would stand: its lines, and a mail's subject."""

    subject: str
    lines: tuple[str, ...]


def sample_note() -> Sample:
    """The note on a run of 20 km after a longest one of 14."""
    voice = Voice(
        units=units(), decimal_mark=decimal_mark(), translate=lambda sentence: _(sentence), language=language()
    )
    choice = Choice(note=_NOTE, verdicts=())
    return Sample(
        subject=subject_of(choice, {_NOTICE.rule: notice_text(_NOTICE, voice)}, voice),
        lines=tuple(note_text(_NOTE, voice, Rulebook(limits={}, tips=(_TIP,))).split("\n")),
    )
