"""From all notices of a run to at most one note, and a reason for each that is withheld.

Pure: what was told before comes in as a `Record`, in a replay from the runs before, live from the stored run records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from plugin.notes.note import Allowance, Answer, Choice, Note, Verdict, WithheldReason
from plugin.notes.tips import Tip, pick
from plugin.ports import HowMuch
from plugin.rules import BY_NAME, HIDDEN_BY_COMEBACK, RuleLimits, ramp
from plugin.rules.notice import PROFESSIONAL, STRONG, TIP, Family, Notice

BUDGETED = frozenset({Family.LOAD, Family.FORM})
ALL = "*"


@dataclass(frozen=True, kw_only=True)
class ChooseLimits:
    """`[choose]` in config/rules.toml."""

    budget_notes: int
    budget_days: int
    month_notes: int
    month_days: int
    dismissals: int
    dismissal_days: int
    dismissed_days: int
    professional_hours: int


@dataclass(frozen=True, kw_only=True)
class PastNotice:
    """One line that was told: which rule, at which level, for which day, and whether it led."""

    rule: str
    family: Family
    level: int
    day: date
    start: datetime | None = None
    leads: bool = True
    once: str | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was told for other runs, and what the runner has said to it."""

    told: Sequence[PastNotice] = ()
    tallies: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How often a rule told what is counted under a tally, ever."""
    long_ago: Mapping[tuple[str, str], PastNotice] = field(default_factory=dict)
    """By rule and `once`: what is told but once, longer ago than anything else asks for. Asked by its key alone, so
    that a run does not cost more with every pair worn in ten years."""
    rules_off: frozenset[str] = frozenset()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    dismissed: Sequence[tuple[str, date]] = ()
    last_tip: str | None = None
    last_exercise: str | None = None
    """The tip that foot work brought last, so that each exercise has its turn."""
    how_much: HowMuch = HowMuch.WARNINGS_AND_TIPS
    called_race: bool = False
    """The runner said that this run was a race."""
    not_for_me: frozenset[str] = frozenset()
    """Rules whose notice on this run the runner said is not for them."""

    @property
    def answers(self) -> frozenset[Answer]:
        """What the runner answered to an earlier note on this run."""
        race = {Answer.RACE} if self.called_race else set()
        return frozenset(race | ({Answer.NOT_FOR_ME} if self.not_for_me else set()))


def choose(
    notices: Iterable[Notice],
    record: Record,
    limits: RuleLimits,
    tips: Sequence[Tip],
    *,
    is_coming_back: bool,
    sore: frozenset[str] = frozenset(),
    allowance: Allowance | None = None,
    is_week_over: bool = False,
) -> Choice:
    """At most one note of a leader, one more line of another family, a tip; every notice gets its verdict.

    At the highest level the leader stands alone. `sore`: labels on record, which rule out some tips. `allowance`: what
    the runner may do next. `is_week_over`: the run came in late, and what is of its week is no news any more.
    """
    found = sorted(notices, key=lambda notice: (-notice.level, BY_NAME[notice.rule].RANK))
    reasons = {notice.rule: _silence(notice, record, limits, is_coming_back=is_coming_back) for notice in found}
    if is_week_over and reasons.get(ramp.NAME, WithheldReason.LESS_IMPORTANT) is None:
        reasons[ramp.NAME] = WithheldReason.LESS_IMPORTANT
    open_ = [notice for notice in found if reasons[notice.rule] is None]
    leader = second = None
    for notice in open_:
        if leader is None and _is_over_budget(notice, record, limits["choose"]):
            # The budget is for what leads: behind something of another family the same notice may still follow.
            reasons[notice.rule] = WithheldReason.WEEKLY_BUDGET
        elif leader is None:
            leader = notice
        elif second is None and _may_follow(notice, leader):
            second = notice
    verdicts = []
    for notice in found:
        reason = reasons[notice.rule]
        if reason is None and notice not in (leader, second):
            reason = WithheldReason.LESS_IMPORTANT
        verdicts.append(Verdict(notice=notice, withheld=reason))
    if leader is None:
        return Choice(note=None, verdicts=tuple(verdicts), allowance=allowance)
    wants_tips = record.how_much != HowMuch.WARNINGS
    beside = sore if second is None else sore | {second.rule}
    tip = pick(leader, beside, tips, record.last_tip, record.last_exercise) if wants_tips else None
    if leader.level == TIP and tip is None:
        quiet = tuple(
            Verdict(notice=one.notice, withheld=one.withheld or WithheldReason.LESS_IMPORTANT) for one in verdicts
        )
        return Choice(note=None, verdicts=quiet, allowance=allowance)
    note = Note(
        run_id=leader.run_id,
        day=leader.day,
        leader=leader,
        second=second,
        tip=tip.id if tip else None,
        allowance=allowance,
        answers=record.answers,
    )
    return Choice(note=note, verdicts=tuple(verdicts), allowance=allowance)


def _may_follow(notice: Notice, leader: Notice) -> bool:
    return notice.level > TIP and leader.level < PROFESSIONAL and notice.family != leader.family


def _silence(notice: Notice, record: Record, limits: RuleLimits, *, is_coming_back: bool) -> WithheldReason | None:
    """Why this notice may not be told whatever else there is; None if it may (the budget is for those that lead)."""
    can_be_silenced = notice.level < PROFESSIONAL
    if is_coming_back and notice.rule in HIDDEN_BY_COMEBACK:
        return WithheldReason.COMING_BACK
    if can_be_silenced and notice.rule in record.rules_off:
        return WithheldReason.TURNED_OFF
    if can_be_silenced and notice.rule in record.not_for_me:
        return WithheldReason.NOT_FOR_ME
    if can_be_silenced and silent_until(record.dismissed, notice.rule, notice.day, limits["choose"]):
        return WithheldReason.TURNED_OFF
    if notice.level == TIP and record.how_much == HowMuch.WARNINGS:
        return WithheldReason.TURNED_OFF
    if notice.level == TIP and record.not_for_me:
        # Whoever did not want the note does not want a tip in its place.
        return WithheldReason.LESS_IMPORTANT
    if can_be_silenced and any(record.snoozed.get(rule, date.min) >= notice.day for rule in (notice.rule, ALL)):
        return WithheldReason.SNOOZED
    if _is_quiet(notice, record, limits):
        return WithheldReason.QUIET_PERIOD
    if notice.tally is not None:
        times = record.tallies.get((notice.rule, notice.tally), 0)
        if times >= limits[notice.rule].most_told:
            return WithheldReason.SAID_ENOUGH
    return None


def _is_quiet(notice: Notice, record: Record, limits: RuleLimits) -> bool:
    before = [told for told in record.told if told.rule == notice.rule and not _is_later(told, notice)]
    if notice.once is not None:
        once = record.long_ago.get((notice.rule, notice.once))
        if any(told.once == notice.once for told in before) or (once is not None and not _is_later(once, notice)):
            return True
    if notice.level >= PROFESSIONAL:
        hours = timedelta(hours=limits["choose"].professional_hours)
        return any(
            told.level >= PROFESSIONAL and told.start is not None and notice.start - told.start < hours
            for told in before
        )
    quiet_days = limits[notice.rule].quiet_days if notice.quiet_days is None else notice.quiet_days
    return quiet_days > 0 and any(
        (notice.day - told.day).days < quiet_days and notice.level <= told.level for told in before
    )


def _is_later(told: PastNotice, notice: Notice) -> bool:
    """Whether it was told for a run after this one: by the clock, since a traveller's days can go backwards."""
    return told.start > notice.start if told.start is not None else told.day > notice.day


def _is_budgeted(notice: Notice | PastNotice) -> bool:
    return notice.family in BUDGETED and TIP < notice.level <= 2


def _is_over_budget(notice: Notice, record: Record, limits: ChooseLimits) -> bool:
    """Whether a note that this notice leads would be one too many, in seven days or in thirty."""
    if notice.family not in BUDGETED or notice.level >= STRONG:
        return False
    led = [told for told in record.told if told.leads and not _is_later(told, notice)]
    of_a_week = [told for told in led if _is_budgeted(told)]
    if _is_budgeted(notice) and _is_full(of_a_week, notice.day, limits.budget_notes, limits.budget_days):
        return True
    # A race is always worth its note; shoes and strong cautions have their own moments.
    of_a_month = [told for told in led if told.family is not Family.SHOE and told.level < STRONG]
    return not notice.numbers.get("is_race") and _is_full(of_a_month, notice.day, limits.month_notes, limits.month_days)


def _is_full(told: Sequence[PastNotice], day: date, notes: int, days: int) -> bool:
    """Whether some `days` days with `day` among them hold so many notes already."""
    ago = [(day - one.day).days for one in told]
    if len(ago) < notes:
        return False
    return any(sum(1 for one in ago if 0 <= one + ahead < days) >= notes for ahead in range(days))


def silent_until(dismissed: Iterable[tuple[str, date]], rule: str, day: date, limits: ChooseLimits) -> date | None:
    """The last day on which dismissals keep a rule silent, as of a day; None where it may speak (choose 5)."""
    days = sorted(on for name, on in dismissed if name == rule and on <= day)
    pairs = zip(days, days[limits.dismissals - 1 :], strict=False)
    ends = [last for first, last in pairs if (last - first).days <= limits.dismissal_days]
    until = max(ends) + timedelta(days=limits.dismissed_days - 1) if ends else None
    return until if until is not None and until >= day else None
