"""What the runner's page shows, computed from one list of runs as of a day by the same rules and words as live."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from plugin.notes.allowance import allowance_on
from plugin.notes.choose_note import Record, silent_until
from plugin.notes.compose import notice_text, run_text
from plugin.notes.evaluate import evaluate_history
from plugin.notes.note import Allowance, Verdict, WithheldReason
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import as_said, book_for, first_weekday, heard, shoes_of
from plugin.ports import Pair, Runner, Snapshot
from plugin.rules import RuleLimits, long_run, ramp, worn_shoe
from plugin.summary.model import (
    PairSummary,
    PreviewedRun,
    RunnerSummary,
    SessionSummary,
    WeeklyFigures,
    WeekSummary,
    WithheldNotice,
)
from plugin.training.calendar import week_of
from plugin.training.history import SLACK, History, Ledger, Memory, Odometer, first_known_day
from plugin.training.runs import NONE, Metres, Run, Wear, order_of_id
from plugin.translations.voice import Voice

WEEKS = 12
MOST_WEEKS = 52
WEEK = timedelta(weeks=1)
SAID_DAYS = timedelta(days=56)
"""As far as one list of 200 activities is sure to reach for nearly everyone."""
PACE_DAYS = timedelta(days=28)
SNOOZE_DAYS = timedelta(days=7)
DAY = timedelta(days=1)


def summarise(
    runner: Runner,
    snapshot: Snapshot,
    today: date,
    rulebook: Rulebook,
    voice: Voice,
    races: frozenset[str] = frozenset(),
) -> RunnerSummary:
    """Everything the page shows, as of `today`, the runner's own date. `races`: runs that the runner called so."""
    rulebook = book_for(runner, rulebook)
    history = _history(runner, snapshot, races)
    figures = _figures(runner, history, snapshot, today, rulebook, MOST_WEEKS)
    return RunnerSummary(
        weeks=figures.weeks,
        sessions=sessions_seen(history, figures.weeks[0].first_day, today, rulebook.limits),
        allowance=figures.allowance,
        is_sore=figures.allowance is None and bool(history.load),
        pairs=figures.pairs,
        is_strict=rulebook.limits[ramp.NAME].strict,
        said=_said(history, runner, today, rulebook, voice, races),
    )


def weekly_figures(
    runner: Runner, snapshot: Snapshot, today: date, rulebook: Rulebook, races: frozenset[str] = frozenset()
) -> WeeklyFigures:
    """What the weekly mail shows: no run is judged for it."""
    return _figures(runner, _history(runner, snapshot, races), snapshot, today, book_for(runner, rulebook))


def _history(runner: Runner, snapshot: Snapshot, races: frozenset[str]) -> History:
    return History(
        as_said(runner, snapshot.runs, races),
        shoes=shoes_of(runner),
        odometers=odometers(runner.pairs, snapshot.runs, snapshot.wear),
        first_weekday=first_weekday(runner),
        known_since=first_known_day(snapshot.reaches),
    )


def _figures(
    runner: Runner, history: History, snapshot: Snapshot, today: date, rulebook: Rulebook, most_weeks: int = WEEKS
) -> WeeklyFigures:
    ledger = history.as_of_now(memory=Memory(soreness=heard(runner)))
    return WeeklyFigures(
        weeks=weeks_seen(ledger, today, rulebook.limits, most_weeks),
        allowance=next_allowance(ledger, today, rulebook.limits),
        pairs=pairs_seen(
            runner.pairs,
            [one for one in snapshot.wear if one.id not in history.aside],
            today,
            rulebook.limits,
            history.first_weekday,
        ),
    )


def next_allowance(ledger: Ledger, today: date, limits: RuleLimits) -> Allowance | None:
    """What the next run may be: today's while today has no run yet, else tomorrow's. None: no run, or sore."""
    if not ledger.history.load:
        return None
    return allowance_on(ledger, today + DAY if ledger.day_m(today, today) else today, limits)


def weeks_seen(ledger: Ledger, today: date, limits: RuleLimits, most: int = WEEKS) -> tuple[WeekSummary, ...]:
    """The last weeks, oldest first: twelve, and up to `most` where the list reaches further."""
    this = week_of(today, first_weekday=ledger.history.first_weekday)
    first_days = [this - number * WEEK for number in range(most - 1, -1, -1)]
    begins = min((run.day for run in ledger.history.load), default=today)
    shown = [
        first_day
        for number, first_day in enumerate(first_days)
        if number >= most - WEEKS or (ledger.knows(first_day) and first_day + WEEK > begins)
    ]
    return tuple(week_seen(ledger, first_day, limits) for first_day in shown)


def week_seen(ledger: Ledger, first_day: date, limits: RuleLimits) -> WeekSummary:
    """A week, with what was allowed on its first day."""
    allowance = allowance_on(_before(ledger.history, first_day), first_day, limits)
    metres = ledger.week_m(first_day) if ledger.knows(first_day) else None
    return WeekSummary(first_day=first_day, metres=metres, ceiling_m=None if allowance is None else allowance.week_m)


def pairs_seen(
    pairs: Mapping[str, Pair], wear: Iterable[Wear], today: date, limits: RuleLimits, first_weekday: int = 0
) -> tuple[PairSummary, ...]:
    """Pairs whose mileage is known, the most used lately first, with the week in which each reaches its end.

    `wear`: without the runs that are set aside: what is no run in the week is none here.
    """
    lately: dict[str, Metres] = defaultdict(lambda: NONE)
    for worn in wear:
        if today - PACE_DAYS < worn.start.date() <= today + DAY:
            lately[worn.shoe] += max(NONE, worn.distance_m or NONE)
    whole = sum(lately.values(), NONE)
    seen = []
    for pair_id, pair in pairs.items():
        if pair.odometer_m is None:
            continue
        metres = pair.start_m + pair.odometer_m
        look_m, replace_m = worn_shoe.shoe_limits(pair.shoe, limits[worn_shoe.NAME])
        seen.append(
            PairSummary(
                id=pair_id,
                name=pair.shoe.name or pair_id,
                kind=pair.shoe.kind,
                metres=metres,
                look_m=look_m,
                replace_m=replace_m,
                share=lately[pair_id] / whole if whole else NONE,
                retires_in_week_of=_retires(metres, replace_m, lately[pair_id], today, first_weekday),
                is_retired=pair.shoe.is_retired,
            )
        )
    return tuple(sorted(seen, key=lambda pair: (-pair.share, pair.name, pair.id)))


def odometers(pairs: Mapping[str, Pair], runs: Iterable[Run], wear: Iterable[Wear]) -> dict[str, Odometer]:
    """Run id to its pair's mileage before and after, walked back from the figure Strava last showed.

    Pairs without a figure are left out: what is not known is not judged.
    """
    is_run = {run.id for run in runs}
    left = {pair_id: pair.start_m + pair.odometer_m for pair_id, pair in pairs.items() if pair.odometer_m is not None}
    after: dict[str, tuple[str, Metres]] = {}
    found: dict[str, Odometer] = {}
    for worn in sorted(wear, key=lambda worn: (worn.start, order_of_id(worn.id)), reverse=True):
        if worn.shoe not in left:
            continue
        if worn.id in is_run:
            # Before a run is what stood after the pair's previous run: walks in between belong to this crossing.
            if worn.shoe in after:
                later, later_after_m = after[worn.shoe]
                found[later] = Odometer(before_m=left[worn.shoe], after_m=later_after_m)
            after[worn.shoe] = (worn.id, left[worn.shoe])
        left[worn.shoe] = max(NONE, left[worn.shoe] - max(NONE, worn.distance_m or NONE))
    for pair_id, (run_id, after_m) in after.items():
        found[run_id] = Odometer(before_m=left[pair_id], after_m=after_m)
    return found


def _retires(
    metres: Metres, replace_m: Metres | None, lately_m: Metres, today: date, first_weekday: int
) -> date | None:
    if replace_m is None or metres >= replace_m or lately_m <= 0:
        return None
    days = (replace_m - metres) * PACE_DAYS.days / lately_m
    # Further away nobody's pace of four weeks says anything.
    return week_of(today + timedelta(days=int(days)), first_weekday=first_weekday) if days <= 730 else None


def sessions_seen(history: History, first: date, last: date, limits: RuleLimits) -> tuple[SessionSummary, ...]:
    """The sessions of these days, each with what was suggested for its day."""
    seen = []
    for places in history.sessions:
        day = history.load[places[0]].day
        if not first <= day <= last:
            continue
        ledger = Ledger(history, places[-1])
        longest_m = long_run.longest(ledger, day, limits[long_run.NAME], earlier=True)
        allowance = allowance_on(_before(history, day), day, limits)
        seen.append(
            SessionSummary(
                day=day,
                metres=ledger.session.distance_m,
                longest_before_m=longest_m,
                ceiling_m=None if allowance is None else allowance.length_m,
                run_ids=tuple(history.load[place].id for place in places),
            )
        )
    return tuple(sorted(seen, key=lambda session: session.day))


def _before(history: History, day: date) -> Ledger:
    """The history as it was before this day."""
    place = bisect_left(history.start_dates, day + SLACK) - 1
    while place >= 0 and history.load[place].day >= day:
        place -= 1
    return Ledger(history, place)


def _asked(runner: Runner, run: Run, races: frozenset[str]) -> Record:
    """What the runner asked for, as of a run: a snooze is of a week, and what came before it was not silenced."""
    settings = runner.settings
    return Record(
        rules_off=settings.rules_off,
        snoozed={rule: until for rule, until in settings.snoozed.items() if run.day > until - SNOOZE_DAYS},
        dismissed=[(one.rule, one.day) for one in runner.dismissals],
        how_much=settings.how_much,
        called_race=run.id in races,
        not_for_me=frozenset(one.rule for one in runner.dismissals if str(one.run_id) == run.id),
    )


def _silent_until(verdict: Verdict, runner: Runner, day: date, rulebook: Rulebook) -> date | None:
    """The last day on which two dismissals keep the rule silent, where that is why it was not told."""
    rule = verdict.notice.rule
    if verdict.withheld is not WithheldReason.TURNED_OFF or rule in runner.settings.rules_off:
        return None
    return silent_until(((one.rule, one.day) for one in runner.dismissals), rule, day, rulebook.limits["choose"])


def _said(
    history: History, runner: Runner, today: date, rulebook: Rulebook, voice: Voice, races: frozenset[str]
) -> tuple[PreviewedRun, ...]:
    """What would have been said, the newest first; runs with nothing to find are left out."""
    said = []
    for run, _ledger, choice in evaluate_history(history, rulebook, asked_by=lambda run: _asked(runner, run, races)):
        if not today - SAID_DAYS < run.day <= today:
            continue
        text = run_text(choice, voice, rulebook, run.day, runner.settings.how_much)
        if not text and not choice.verdicts:
            continue
        kept_back = tuple(
            WithheldNotice(
                rule=one.notice.rule,
                reason=str(one.withheld),
                text=notice_text(one.notice, voice, run.day),
                until=_silent_until(one, runner, run.day, rulebook),
            )
            for one in choice.verdicts
            if one.withheld is not None
        )
        said.append(
            PreviewedRun(
                run_id=run.id, day=run.day, metres=run.distance_m or Decimal(0), text=text, kept_back=kept_back
            )
        )
    return tuple(reversed(said))
