"""What was said on the last runs, and what was kept back and why, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from plugin.ports import NoteStatus, Runner, RunRecord, StoredNotice
from plugin.rules.notice import PROFESSIONAL
from plugin.summary.model import WithheldNotice
from plugin.web.dependencies import Dependencies
from plugin.web.runner_answers import can_be_race

RECORD = 20
"""As many runs as the record on the page goes back."""
STANDS = (NoteStatus.TOLD, NoteStatus.SENDING, NoteStatus.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One run in the record: the note as it stands, what was said where its words are gone, what was kept back."""

    run_record: RunRecord
    metres: Decimal | None
    told: tuple[StoredNotice, ...]
    kept_back: tuple[WithheldNotice, ...]
    can_be_race: bool

    @property
    def leader(self) -> str:
        """The rule that led the note, for "not for me"; empty where nothing was said."""
        return next((one.rule for one in self.told if one.leads), self.told[0].rule if self.told else "")

    @property
    def can_be_silenced(self) -> bool:
        """What says to see a professional takes no snooze and no "not for me"."""
        return all(one.level < PROFESSIONAL for one in self.told)

    @property
    def stands(self) -> bool:
        """Whether something was told, as far as anybody can know."""
        return self.run_record.telling in STANDS


def record_of(have: Dependencies, runner: Runner) -> list[Entry]:
    """The newest runs first; runs about which there was nothing to find are left out."""
    run_records = sorted(
        have.store.run_records(runner.id), key=lambda run_record: (run_record.day, run_record.looked_at), reverse=True
    )
    entries = [
        Entry(
            run_record=run_record,
            metres=run_record.facts.distance_m if run_record.facts else None,
            told=tuple(one for one in run_record.found if one.told),
            kept_back=tuple(
                WithheldNotice(rule=one.rule, reason=one.withheld or "", text=one.text)
                for one in run_record.found
                if not one.told
            ),
            can_be_race=can_be_race(run_record),
        )
        for run_record in run_records
        if run_record.found or run_record.text or run_record.remark
    ]
    return entries[:RECORD]
