"""Every run looked at, as the page lists it: what came of it, what the runner said of it, what is still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from plugin.notes.choose_note import ChooseLimits
from plugin.notes.note import WithheldReason
from plugin.ports import Delivery, JobKind, NoteStatus, Runner, RunRecord, State, StoredNotice
from plugin.ports.reasons import Reason, read_reason
from plugin.rules.notice import PROFESSIONAL
from plugin.summary.model import SessionSummary, WithheldNotice
from plugin.summary.said_again import said_again
from plugin.training.runs_set_aside import SetAsideReason
from plugin.translations.voice import Voice
from plugin.web.dependencies import Dependencies
from plugin.web.runner_answers import Answers, answers_about, can_be_race, silent_by_dismissals
from plugin.web.template_filters import as_read, today_of

OPEN = 12
"""As many runs as the page shows at once; the earlier ones are folded."""
LOOKS = frozenset({JobKind.EVENT, JobKind.SAID, JobKind.SWEEP})
"""Deliveries after which a run's line may say something else. A late second look is no news."""


WAITS_FOR: Mapping[Reason, str] = {
    Reason.NOT_TOLD: "mail",
    Reason.TROUBLE: "strava",
    Reason.NOT_THERE: "strava",
    Reason.APP_INACTIVE: "window",
    Reason.WINDOW_FULL: "window",
    Reason.WINDOW_RESERVED: "window",
}


class Outcome(StrEnum):
    """What came of a run; each has its words in the template."""

    WAITING = "waiting"
    STUCK = "stuck"
    TOLD = "told"
    REMOVED = "removed"
    TAKEN_OUT = "taken out"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    NOTHING = "nothing"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """One run: the note as it is, the rules told where its words are gone, what was withheld and why."""

    run_id: int
    day: date
    outcome: Outcome
    run_record: RunRecord | None = None
    metres: Decimal | None = None
    session_m: Decimal | None = None
    """What the session had in all, where the run is not alone in it: notes are about sessions."""
    told: tuple[StoredNotice, ...] = ()
    withheld: tuple[WithheldNotice, ...] = ()
    aside: SetAsideReason | None = None
    waiting: Delivery | None = None
    """What will look at it next."""
    answers: Answers = field(default_factory=Answers)

    @property
    def waits_for(self) -> str:
        """As `waits_for` has it of what will look at it next."""
        return waits_for(self.waiting) if self.waiting is not None else ""

    @property
    def leader(self) -> str:
        """The rule that led the note, for "not for me"; empty where nothing was told."""
        return next((one.rule for one in self.told if one.leads), self.told[0].rule if self.told else "")

    @property
    def can_be_silenced(self) -> bool:
        """What says to see a professional takes no snooze and no "not for me"."""
        return bool(self.told) and all(one.level < PROFESSIONAL for one in self.told)

    @property
    def can_be_race(self) -> bool:
        return self.run_record is not None and can_be_race(self.run_record)

    @property
    def has_note(self) -> bool:
        """Whether there is a note to read, as far as anybody can know."""
        is_there = self.outcome in (Outcome.TOLD, Outcome.UNKNOWN, Outcome.WAITING)
        return is_there and self.run_record is not None and bool(self.run_record.text)


def waits_for(delivery: Delivery) -> str:
    """Why a delivery waits for its next try: `mail` or `strava`, whoever did not answer, `window` for Strava's limits,
    `other`; empty before the first try and while it is under way."""
    if delivery.state is not State.WAITING or not (delivery.tries or delivery.reason):
        return ""
    reason, _ = read_reason(delivery.reason)
    return WAITS_FOR.get(reason, "other")


def run_list(
    have: Dependencies,
    runner: Runner,
    today: date,
    aside: Mapping[str, SetAsideReason],
    sessions: Sequence[SessionSummary] = (),
) -> list[RunLine]:
    """The newest first. `aside`: run id to the reason why a run of Strava's list is no load.

    Runs from before the runner connected are left out: nothing is ever written on them.
    """
    limits: ChooseLimits = have.rulebook.limits["choose"]
    waiting: dict[int, Delivery] = {}
    for delivery in have.inbox.of_runner(runner.id):
        if delivery.run_id and delivery.why in LOOKS:
            waiting.setdefault(delivery.run_id, delivery)
    run_records = [one for one in have.store.run_records(runner.id) if not one.is_old]
    voice = have.voice_of(as_read(runner))
    session_m = {run_id: one.metres for one in sessions if len(one.run_ids) > 1 for run_id in one.run_ids}
    lines = [
        _line(
            one,
            aside.get(str(one.run_id)) or one.aside,
            waiting.pop(one.run_id, None),
            answers_about(runner, one, today, limits),
            tuple(_withheld(found, one, runner, voice, limits) for found in one.found if not found.told),
            session_m.get(str(one.run_id)),
        )
        for one in run_records
    ]
    lines += [
        RunLine(run_id=one.run_id, day=today_of(runner, one.received_at), outcome=_of(one), waiting=one)
        for one in waiting.values()
    ]
    return sorted(lines, key=_newest_first, reverse=True)


def _newest_first(line: RunLine) -> tuple[date, datetime, int]:
    record = line.run_record
    if record is not None:
        return line.day, record.start or record.looked_at, line.run_id
    assert line.waiting is not None
    return line.day, line.waiting.received_at, line.run_id


def _line(
    record: RunRecord,
    aside: SetAsideReason | None,
    waiting: Delivery | None,
    answers: Answers,
    withheld: tuple[WithheldNotice, ...],
    session_m: Decimal | None,
) -> RunLine:
    return RunLine(
        run_id=record.run_id,
        day=record.day,
        outcome=_outcome(record, aside),
        run_record=record,
        metres=record.facts.distance_m if record.facts else None,
        session_m=session_m,
        told=tuple(one for one in record.found if one.told),
        withheld=withheld,
        aside=aside,
        waiting=waiting,
        answers=answers,
    )


def _withheld(
    found: StoredNotice, record: RunRecord, runner: Runner, voice: Voice, limits: ChooseLimits
) -> WithheldNotice:
    """A notice that was not told, and why. What earlier versions kept as turned off may have been dismissed."""
    reason, until = found.withheld or "", None
    if reason == WithheldReason.TURNED_OFF and found.rule not in runner.settings.rules_off:
        if any((one.run_id, one.rule) == (record.run_id, found.rule) for one in runner.dismissals):
            reason = str(WithheldReason.NOT_FOR_ME)
        else:
            until = silent_by_dismissals(runner, found.rule, record.day, limits)
    text = said_again(found, record, voice, timezone=runner.zone.key)
    return WithheldNotice(rule=found.rule, reason=reason, text=text, until=until)


def _of(delivery: Delivery) -> Outcome:
    return Outcome.STUCK if delivery.state is State.PARKED else Outcome.WAITING


def _outcome(record: RunRecord, aside: SetAsideReason | None) -> Outcome:
    match record.telling:
        case NoteStatus.TOLD | NoteStatus.SENDING:
            return Outcome.TOLD
        case NoteStatus.UNKNOWN:
            return Outcome.UNKNOWN
        case NoteStatus.REMOVED:
            return Outcome.REMOVED
    if aside is not None:
        return Outcome.SET_ASIDE
    if record.telling is NoteStatus.TAKEN_OUT:
        return Outcome.TAKEN_OUT
    return Outcome.WITHHELD if record.found else Outcome.NOTHING
