"""What a rule found on a run, said from the numbers on record: in the language and units that the reader has now."""

from __future__ import annotations

from datetime import datetime, time

from plugin.notes.compose import notice_text
from plugin.ports import RunRecord, StoredNotice
from plugin.rules import BY_NAME
from plugin.rules.notice import Family, Notice
from plugin.training.calendar import zone_of
from plugin.translations.voice import Voice


def said_again(found: StoredNotice, run_record: RunRecord, voice: Voice, *, timezone: str) -> str:
    """One sentence, as it was said on the day of the look; empty once words and numbers are gone. What an earlier
    version kept in other numbers is said as it was."""
    if not found.text or found.rule not in BY_NAME:
        return found.text
    zone = zone_of(timezone)
    notice = Notice(
        rule=found.rule,
        family=Family(found.family),
        level=found.level,
        run_id=str(run_record.run_id),
        day=run_record.day,
        start=run_record.start or datetime.combine(run_record.day, time(), zone),
        numbers=found.numbers,
        once=found.once,
    )
    try:
        return notice_text(notice, voice, run_record.looked_at.astimezone(zone).date())
    except (KeyError, ValueError, ArithmeticError):
        return found.text
