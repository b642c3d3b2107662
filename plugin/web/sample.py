"""An example note, in the very words and units it would have on an activity."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from plugin.judging import notice_text
from plugin.notice import CAUTION, Notice, Room
from plugin.rules import long_run
from plugin.web.shown import decimal_mark, units
from plugin.web.words import _
from plugin.wording import Voice

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
_ROOM = Room(day=_WHEN.date(), by_length_m=_FAR + 2000, by_week_m=None)


def sample_note() -> str:
    """The note on a run of 20 km after a longest one of 14."""
    voice = Voice(units=units(), decimal_mark=decimal_mark(), translate=lambda sentence: _(sentence))
    return f"{notice_text(_NOTICE, voice)} {voice.room(_ROOM)}"
