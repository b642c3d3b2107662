"""What was told and read on a runner's other runs, in the terms the rules and the choosing ask for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from plugin.notes.choose_note import PastNotice, Record
from plugin.notes.evaluate import last_exercise
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import gets_weekly_mail, heard
from plugin.ports import ActivityDetail, NoteStatus, Runner, RunRecord
from plugin.rules import soreness, worn_shoe
from plugin.rules.notice import Family
from plugin.training.history import Memory, Soreness
from plugin.training.history import sore_labels as labels_not_cleared
from plugin.training.runs import Shoe


def is_earlier(run_record: RunRecord, detail: ActivityDetail) -> bool:
    """Whether the record is of another run, not later than this one: by start, since a traveller's day can go back; by
    day where the start is no longer kept."""
    if run_record.run_id == detail.id:
        return False
    return run_record.day <= detail.day if run_record.start is None else run_record.start <= detail.start


def memory_of(
    runner: Runner,
    run_records: Iterable[RunRecord],
    detail: ActivityDetail,
    reading: Soreness | None,
    rulebook: Rulebook,
) -> Memory:
    """What is remembered beside the runs, as of the run looked at; soreness of 28 days, whenever the last purge was."""
    others = [run_record for run_record in run_records if is_earlier(run_record, detail)]
    own = str(detail.id)
    earlier = [one for one in heard(runner) if one.run_id != own and one.day <= detail.day]
    return Memory(
        soreness=soreness.kept(earlier, detail.day, rulebook.limits[soreness.NAME]),
        reading=reading,
        load_days=frozenset(
            run_record.day for run_record in others if any(found.family == Family.LOAD for found in run_record.found)
        ),
        # A line that a runner asked for on every run tells of nothing.
        told_on=max(
            (one.day for one in others if was_told(one) and any(found.told for found in one.found)), default=None
        ),
        has_weekly_exercise=gets_weekly_mail(runner),
    )


def sore_labels(runner: Runner) -> frozenset[str]:
    """Labels on record that no later all-clear took away."""
    return labels_not_cleared(heard(runner))


def record_of(runner: Runner, run_records: Iterable[RunRecord], detail: ActivityDetail, rulebook: Rulebook) -> Record:
    """What was told on other runs, and what the runner has said to it.

    A note on a later run does not count: that run is judged again after this one. But a mail has been read: a rule that
    spoke by mail for a later run of the same day is quiet on this one.
    """
    said = [run_record for run_record in run_records if was_told(run_record) and run_record.run_id != detail.id]
    others = [run_record for run_record in said if is_earlier(run_record, detail)]
    others += [
        replace(run_record, start=None)
        for run_record in said
        if run_record.day == detail.day and run_record.mailed and not is_earlier(run_record, detail)
    ]
    follows = {run_record.run_id for run_record in said if not (run_record.mailed or is_earlier(run_record, detail))}
    told = [
        PastNotice(
            rule=found.rule,
            family=Family(found.family),
            level=found.level,
            day=run_record.day,
            start=run_record.start,
            leads=found.leads,
            once=found.once,
        )
        for run_record in others
        for found in run_record.found
        if found.told
    ]
    once = [
        PastNotice(rule=rule, family=Family.SHOE, level=0, day=date.min, leads=False, once=key)
        for (rule, key), run_id in ((split_once(name), run_id) for name, run_id in runner.told_once.items())
        if run_id != detail.id and run_id not in follows
    ]
    return Record(
        told=[*told, *once],
        tallies=_tallies(runner, detail, rulebook),
        rules_off=runner.settings.rules_off,
        snoozed=runner.settings.snoozed,
        dismissed=[(one.rule, one.day) for one in runner.dismissals],
        last_tip=last_tip(others),
        last_exercise=last_exercise(_tips_in_order(others), detail.day, rulebook),
        how_much=runner.settings.how_much,
        not_for_me=not_for_me(runner, detail.id),
    )


def not_for_me(runner: Runner, run_id: int) -> frozenset[str]:
    """Rules whose notice on this run the runner said is not for them."""
    return frozenset(one.rule for one in runner.dismissals if one.run_id == run_id)


def _tallies(runner: Runner, detail: ActivityDetail, rulebook: Rulebook) -> Counter[tuple[str, str]]:
    """How often each worn pair was told on other runs."""
    limits, counted = rulebook.limits[worn_shoe.NAME], Counter[tuple[str, str]]()
    for name, run_id in runner.told_once.items():
        rule, key = split_once(name)
        if rule != worn_shoe.NAME or run_id == detail.id:
            continue
        pair = runner.pairs.get(key.rpartition(":")[0])
        tally = worn_shoe.tally_of(key, pair.shoe if pair else Shoe(id=key), limits)
        if tally is not None:
            counted[rule, tally] += 1
    return counted


def _tips_in_order(told: Iterable[RunRecord]) -> list[tuple[date, str]]:
    """In the order of the runs, whatever the order of their events."""
    tips = [(one.day, one.start.timestamp() if one.start else 0.0, one.run_id, one.tip) for one in told if one.tip]
    return [(day, tip) for day, _, _, tip in sorted(tips)]


def last_tip(told: Iterable[RunRecord]) -> str | None:
    """The tip told last on these runs; leave out the run looked at, or its own tip counts as the last."""
    tips = _tips_in_order(told)
    return tips[-1][1] if tips else None


def was_told(run_record: RunRecord) -> bool:
    """Whether its note reached the runner, or may have."""
    return run_record.telling not in (NoteStatus.NOTHING, NoteStatus.TAKEN_OUT)


def split_once(name: str) -> tuple[str, str]:
    """(rule, key) of a name made by `once_of`."""
    rule, _, key = name.partition("/")
    return rule, key
