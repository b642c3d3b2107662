"""What is kept of a runner, put into the terms the rules and the choosing ask for. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plugin.block import without_block
from plugin.choose import Record, Told
from plugin.judging import Rulebook
from plugin.ledger import Memory, Odometer, Soreness
from plugin.notice import Choice, Family
from plugin.ports import Delivery, Facts, Found, Gear, Look, Pair, Runner, Seen, Telling, Why
from plugin.rules import comeback, recovery, soreness
from plugin.soreness import Lexicon, read_words
from plugin.training import NONE, Metres, Run, Shoe
from plugin.wording import Voice

FIGURE_DAYS = timedelta(days=7)
"""Strava's figures are kept no longer."""
JUST_BEFORE = timedelta(hours=1)
ROUNDING_M = Decimal(50)
"""Strava rounds odometers; a run counts as included from its distance less this."""
WEEK_STARTS = {"monday": 0, "sunday": 6, "saturday": 5}


def book_for(runner: Runner, book: Rulebook) -> Rulebook:
    """The rulebook with what the runner chose themselves: the strict ramp."""
    if not runner.settings.strict_ramp:
        return book
    return replace(book, limits={**book.limits, "ramp": replace(book.limits["ramp"], strict=True)})


def first_weekday(runner: Runner) -> int:
    """0 is Monday."""
    return WEEK_STARTS.get(runner.settings.week_starts, 0)


def shoes_of(runner: Runner) -> dict[str, Shoe]:
    """Pair id to what the runner said of it."""
    return {pair_id: pair.shoe for pair_id, pair in runner.pairs.items()}


def reading_of(seen: Seen, runner: Runner, lexicon: Lexicon) -> Soreness | None:
    """What the runner's own words say hurts, our own note taken out; None where they did not agree to it."""
    if not runner.settings.reads_soreness or seen.run is None:
        return None
    texts = (seen.texts.title, without_block(seen.texts.description), without_block(seen.texts.private_note))
    reading = read_words(texts, lexicon)
    return Soreness(
        run_id=seen.run.id,
        day=seen.run.day,
        labels=reading.labels,
        cleared=reading.cleared,
        shoe=seen.run.shoe,
    )


def facts_of(seen: Seen, reading: Soreness | None) -> Facts:
    """What, if it changes, may change the note. Of the words only what was read from them."""
    words = "" if reading is None else ",".join([*sorted(reading.labels), "", *sorted(reading.cleared)])
    return Facts(
        is_run=seen.run is not None,
        distance_m=seen.distance_m,
        sport=seen.sport,
        day=seen.day,
        shoe=seen.run.shoe if seen.run else None,
        words=words,
    )


def odometer_of(seen: Seen, pair: Pair | None, later_m: Metres, now: datetime) -> tuple[Odometer | None, bool]:
    """The mileage of the run's pair before and after it, and whether Strava has not added the run yet.

    Strava does not say whether its figure already holds the new run. If it grew by the run's distance since it was
    last seen, it does; with no figure to compare it is taken to: should it not, the next look sees the growth.
    `later_m`: what was run in the pair after this run, when an older run is looked at again.
    """
    if seen.gear is None or seen.run is None:
        return None, False
    start_m = pair.start_m if pair else NONE
    after = max(seen.run.metres, seen.gear.odometer_m - later_m)
    before = after - seen.run.metres
    last = figure_before(pair, seen.id, now) if later_m == 0 else None
    if last is None:
        return Odometer(before_m=start_m + before, after_m=start_m + after), False
    if after - last < seen.run.metres - ROUNDING_M:
        return Odometer(before_m=start_m + last, after_m=start_m + max(last, after)), True
    return Odometer(before_m=start_m + min(last, before), after_m=start_m + after), False


def figure_before(pair: Pair | None, run_id: int, now: datetime) -> Metres | None:
    """Strava's figure for the pair as last seen before this run was looked at; None if it is too old or unknown."""
    if pair is None or pair.seen_at is None or now - pair.seen_at > FIGURE_DAYS:
        return None
    return pair.before_m if pair.of_run == run_id else pair.odometer_m


def pair_after(pair: Pair | None, gear: Gear, run_id: int | None, now: datetime) -> Pair:
    """The pair with the figure just seen; on a run, the figure before it is kept beside."""
    if pair is None:
        pair = Pair(shoe=Shoe(id=gear.id, name=gear.name))
    before = figure_before(pair, run_id, now) if run_id is not None else None
    shoe = replace(pair.shoe, name=gear.name, is_retired=gear.is_retired or pair.shoe.is_retired)
    return replace(pair, shoe=shoe, odometer_m=gear.odometer_m, seen_at=now, before_m=before, of_run=run_id)


def memory_of(runner: Runner, looks: Iterable[Look], seen: Seen, reading: Soreness | None) -> Memory:
    """What is remembered beside the runs, as of the run looked at."""
    others = [look for look in looks if look.run_id != seen.id and look.day <= seen.day]
    own = str(seen.id)
    return Memory(
        soreness=tuple(one for one in runner.soreness if one.run_id != own and one.day <= seen.day),
        reading=reading,
        load_days=frozenset(look.day for look in others if any(found.family == Family.LOAD for found in look.found)),
        noticed_on=max(
            (look.day for look in others if any(found.rule != recovery.NAME for found in look.found)), default=None
        ),
    )


def sore_labels(runner: Runner) -> frozenset[str]:
    """Every label on record."""
    return frozenset(label for one in runner.soreness for label in one.labels)


def record_of(runner: Runner, looks: Iterable[Look], seen: Seen) -> Record:
    """What was told on other runs, and what the runner has said to it."""
    others = [look for look in looks if look.run_id != seen.id and look.day <= seen.day and was_told(look)]
    told = [
        Told(
            rule=found.rule,
            family=Family(found.family),
            level=found.level,
            day=look.day,
            start=look.start,
            leads=found.leads,
            once=found.once,
        )
        for look in others
        for found in look.found
        if found.told
    ]
    once = [
        Told(rule=rule, family=Family.SHOE, level=0, day=date.min, leads=False, once=key)
        for (rule, key), run_id in ((split_once(name), run_id) for name, run_id in runner.told_once.items())
        if run_id != seen.id
    ]
    return Record(
        told=[*told, *once],
        rules_off=runner.settings.rules_off,
        snoozed=runner.settings.snoozed,
        dismissed=[(one.rule, one.day) for one in runner.dismissals],
        last_tip=runner.last_tip,
    )


def was_told(look: Look) -> bool:
    """Whether its note reached the runner, or may have."""
    return look.telling not in (Telling.NOTHING, Telling.TAKEN_OUT)


def once_of(choice: Choice) -> list[str]:
    """Names of what this choice tells once a pair, as kept in `Runner.told_once`."""
    note = choice.note
    shoes = [one for one in note.told if one.family == Family.SHOE] if note else []
    return [f"{one.rule}/{one.once}" for one in shoes if one.once is not None]


def split_once(name: str) -> tuple[str, str]:
    """(rule, key) of a name made by `once_of`."""
    rule, _, key = name.partition("/")
    return rule, key


def found_of(choice: Choice, texts: Mapping[str, str]) -> tuple[Found, ...]:
    """All notices of a choice as remembered in a look; `texts` by rule."""
    leader = choice.note.leader if choice.note else None
    return tuple(
        Found(
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


def with_reading(runner: Runner, reading: Soreness, today: date, book: Rulebook) -> Runner:
    """The runner with this reading remembered in place of an earlier one of the same run; 28 days, labels only."""
    limits = book.limits[soreness.NAME]
    earlier: Sequence[Soreness] = [one for one in runner.soreness if one.run_id != reading.run_id]
    kept = list(soreness.kept(earlier, today, limits))
    if reading.labels or reading.cleared:
        kept.append(soreness.remember(reading, earlier, limits))
    return replace(runner, soreness=tuple(sorted(kept, key=lambda one: (one.day, one.run_id))))


def is_from_before(runner: Runner, seen: Seen, run: Run) -> bool:
    """Whether the run is from before the runner connected. One that ended just before is what they connected for."""
    connected = runner.connected_at
    if run.day >= connected.astimezone(zone_of(seen.timezone or runner.timezone)).date():
        return False
    return run.start + run.duration < connected - JUST_BEFORE


def zone_of(name: str) -> ZoneInfo:
    """The zone by that name; UTC where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def needs_more(runs: Iterable[Run], run: Run, oldest: datetime, book: Rulebook) -> bool:
    """Whether the list (back to `oldest`) cannot answer what comeback asks: a break whose start it does not show."""
    if run.start < oldest:
        return True
    limits = book.limits[comeback.NAME]
    days = sorted((one.day for one in runs if one.order <= run.order), reverse=True)
    active = run.day - timedelta(days=limits.active_days)
    breaks = (last for first, last in pairwise(days) if first >= active and (first - last).days >= limits.gap_days)
    before = next(breaks, days[-1] if days[-1] >= active else None)
    return before is not None and oldest.date() > before - timedelta(days=limits.longest_days)


def later_look(runner_id: int, run_id: int, why: Why, now: datetime, due: datetime) -> Delivery:
    """A delivery of our own making."""
    return Delivery(id=uuid4().hex, runner_id=runner_id, run_id=run_id, why=why, received_at=now, due_at=due)


def subject_of(choice: Choice, texts: Mapping[str, str], voice: Voice) -> str:
    """A mail's subject: the leading notice's own first sentence. Of soreness nothing stands where a phone shows it."""
    if choice.note is None or choice.note.leader.family == Family.SORENESS:
        return voice.say("A note on your run")
    return texts[choice.note.leader.rule].split(". ")[0].rstrip(".")
