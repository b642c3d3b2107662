"""What is remembered of a run that was judged: the notices found, what is told once, what was read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from plugin.activities.odometer import pair_after, pair_without
from plugin.notes.note import Choice
from plugin.notes.rulebook import Rulebook
from plugin.ports import ActivityDetail, Runner, StoredNotice
from plugin.rules import soreness
from plugin.rules.notice import Family
from plugin.training.history import Soreness
from plugin.training.runs import order_of_id


def remembered(
    was: Runner,
    detail: ActivityDetail,
    reading: Soreness | None,
    once: Sequence[str],
    now: datetime,
    rulebook: Rulebook,
    *,
    instead_of: frozenset[int] = frozenset(),
) -> Runner:
    """The runner with what later looks ask for: the pair's figure, what was read, what is told once.

    What an earlier look at the same run left is replaced: once the pair is corrected, the old pair has crossed no
    limit. `instead_of`: other recordings of the run, which this one replaces.
    """
    worn = detail.gear.id if detail.gear else None
    pairs = {name: pair if name == worn else pair_without(pair, detail.id) for name, pair in was.pairs.items()}
    if detail.gear is not None:
        pairs[detail.gear.id] = pair_after(pairs.get(detail.gear.id), detail.gear, detail.id, now)
    told_once = {name: run_id for name, run_id in was.told_once.items() if run_id not in {detail.id, *instead_of}}
    # Told on a later run before, it is told on this one now, and that one is judged again.
    told_once |= dict.fromkeys(once, detail.id)
    after = replace(was, pairs=pairs, told_once=told_once)
    return with_reading(after, str(detail.id), reading, now.date(), rulebook)


def without_run(was: Runner, run_id: int) -> Runner:
    """The runner with nothing that came from this activity."""
    pairs = {name: pair_without(pair, run_id) for name, pair in was.pairs.items()}
    return replace(
        was,
        pairs=pairs,
        soreness=tuple(one for one in was.soreness if one.run_id != str(run_id)),
        told_once={name: run for name, run in was.told_once.items() if run != run_id},
        failures=tuple(one for one in was.failures if one.run_id != run_id),
    )


def once_of(choice: Choice) -> list[str]:
    """Names of what this choice tells once a pair, as kept in `Runner.told_once`."""
    note = choice.note
    shoes = [one for one in note.told if one.family == Family.SHOE] if note else []
    return [f"{one.rule}/{one.once}" for one in shoes if one.once is not None]


def found_of(choice: Choice, texts: Mapping[str, str]) -> tuple[StoredNotice, ...]:
    """All notices of a choice as kept in a record; `texts` by rule."""
    leader = choice.note.leader if choice.note else None
    return tuple(
        StoredNotice(
            rule=one.notice.rule,
            family=one.notice.family,
            level=one.notice.level,
            told=one.told,
            leads=one.notice is leader,
            withheld=one.withheld,
            once=one.notice.once,
            text=texts[one.notice.rule],
            numbers={
                name: list(number) if isinstance(number, tuple) else number if isinstance(number, int) else str(number)
                for name, number in one.notice.numbers.items()
            },
        )
        for one in choice.verdicts
    )


def with_reading(runner: Runner, run_id: str, reading: Soreness | None, today: date, rulebook: Rulebook) -> Runner:
    """The runner with this reading in place of an earlier one of the same run; 28 days, labels only."""
    limits = rulebook.limits[soreness.NAME]
    earlier: Sequence[Soreness] = [one for one in runner.soreness if one.run_id != run_id]
    kept = list(soreness.kept(earlier, today, limits))
    if reading is not None and (reading.labels or reading.cleared or reading.mentioned):
        kept.append(soreness.remember(reading, earlier, limits))
    return replace(runner, soreness=tuple(sorted(kept, key=lambda one: (one.day, order_of_id(one.run_id)))))
