"""What is kept of a runner, put into the terms the rules and the choosing ask for. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plugin.block import without_block
from plugin.choose import Record, Told
from plugin.judging import Rulebook
from plugin.ledger import Memory, Soreness
from plugin.notice import Choice, Family
from plugin.ports import Delivery, Facts, Look, Runner, Seen, Telling, Why
from plugin.rules import comeback, recovery, soreness
from plugin.soreness import Lexicon, read_words
from plugin.training import Run, Shoe, set_aside
from plugin.wording import Voice

JUST_BEFORE = timedelta(hours=1)
NEW_DAYS = timedelta(days=1)
"""So long after connecting a run from before may still arrive for the first time."""
LOOKS_DAYS = timedelta(days=60)
"""Records of notes are kept a little longer: without one, an older run may carry a note that nobody remembers."""
MOST_READ = 10_000
"""Characters of a text that are read for soreness: a diary's worth, and a second's work at the most."""
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
    own = (seen.texts.title, _own_words(seen.texts.description), _own_words(seen.texts.private_note))
    texts = tuple(text[:MOST_READ] for text in own)
    reading = read_words(texts, lexicon)
    return Soreness(
        run_id=seen.run.id,
        day=seen.run.day,
        labels=reading.labels,
        cleared=reading.cleared,
        shoe=seen.run.shoe,
    )


def _own_words(text: str) -> str:
    """The text without any note of ours, one that the runner copied from another run included."""
    while (bare := without_block(text)) != text:
        text = bare
    return text


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


def is_earlier(look: Look, seen: Seen) -> bool:
    """Whether the look is of another run, not later than this one: by start, since a traveller's day can go back; by
    day where the start is no longer kept."""
    if look.run_id == seen.id:
        return False
    return look.day <= seen.day if look.start is None else look.start <= seen.start


def memory_of(runner: Runner, looks: Iterable[Look], seen: Seen, reading: Soreness | None, book: Rulebook) -> Memory:
    """What is remembered beside the runs, as of the run looked at; soreness of 28 days, whenever the last purge was."""
    others = [look for look in looks if is_earlier(look, seen)]
    own = str(seen.id)
    earlier = [one for one in heard(runner) if one.run_id != own and one.day <= seen.day]
    return Memory(
        soreness=soreness.kept(earlier, seen.day, book.limits[soreness.NAME]),
        reading=reading,
        load_days=frozenset(look.day for look in others if any(found.family == Family.LOAD for found in look.found)),
        noticed_on=max(
            (look.day for look in others if any(found.rule != recovery.NAME for found in look.found)), default=None
        ),
    )


def heard(runner: Runner) -> tuple[Soreness, ...]:
    """The soreness on record, as long as the runner agrees to it."""
    return runner.soreness if runner.settings.reads_soreness else ()


def sore_labels(runner: Runner) -> frozenset[str]:
    """Every label on record."""
    return frozenset(label for one in heard(runner) for label in one.labels)


def record_of(runner: Runner, looks: Iterable[Look], seen: Seen) -> Record:
    """What was told on other runs, and what the runner has said to it.

    A rule that spoke for a day is quiet on that day: a run that comes in late, after a note on a later one of the same
    day, does not make it speak again. What was told on the run itself by then stands.
    """
    said = [look for look in looks if was_told(look)]
    others = [look for look in said if is_earlier(look, seen)]
    if not any(look.run_id == seen.id for look in said):
        others += [replace(look, start=None) for look in said if look.day == seen.day and not is_earlier(look, seen)]
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
        last_tip=last_tip(others),
    )


def last_tip(told: Iterable[Look]) -> str | None:
    """The tip told last. Asked of the records themselves, so that a run looked at again is not its own last."""
    tips = [(look.told_at or look.looked_at, look.run_id, look.tip) for look in told if look.tip]
    return max(tips)[2] if tips else None


def was_told(look: Look) -> bool:
    """Whether its note reached the runner, or may have."""
    return look.telling not in (Telling.NOTHING, Telling.TAKEN_OUT)


def split_once(name: str) -> tuple[str, str]:
    """(rule, key) of a name made by `once_of`."""
    rule, _, key = name.partition("/")
    return rule, key


def is_from_before(runner: Runner, seen: Seen, run: Run, now: datetime) -> bool:
    """Whether a run without a record is from before the runner connected, or so old that a record may be gone.

    One that ended just before is what they connected for; what stood there then was marked by the first list.
    """
    connected, zone = runner.connected_at, zone_of(seen.timezone or runner.timezone)
    if now.astimezone(zone).date() - run.day > LOOKS_DAYS:
        return True
    if run.start >= connected:
        return False
    if now - connected > NEW_DAYS:
        return True
    return run.day < connected.astimezone(zone).date() and run.start + run.duration < connected - JUST_BEFORE


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
    so_far = [one for one in runs if one.order <= run.order]
    aside = set_aside(so_far)
    days = sorted((one.day for one in so_far if one.id not in aside), reverse=True)
    active = run.day - timedelta(days=limits.active_days)
    if days and days[-1] >= active:
        # Other sports fill the list: when the run before the oldest one shown was, it does not say.
        return True
    breaks = [last for first, last in pairwise(days) if first >= active and (first - last).days >= limits.gap_days]
    # Of two breaks the later may not count, for want of run days before it.
    return bool(breaks) and oldest.date() > breaks[-1] - timedelta(days=limits.longest_days)


def later_look(runner_id: int, run_id: int, why: Why, now: datetime, due: datetime) -> Delivery:
    """A delivery of our own making."""
    return Delivery(id=uuid4().hex, runner_id=runner_id, run_id=run_id, why=why, received_at=now, due_at=due)


def subject_of(choice: Choice, texts: Mapping[str, str], voice: Voice) -> str:
    """A mail's subject: the leading notice's own first sentence. Of soreness nothing stands where a phone shows it."""
    if choice.note is None or choice.note.leader.family == Family.SORENESS:
        return voice.say("A note on your run")
    notice = choice.note.leader
    text = texts[notice.rule]
    # A pair's name may hold a full stop ("No. 3"): the sentence ends behind it.
    name = voice.name(notice.numbers.get("shoe", ""))
    before, named, after = text.partition(name) if name else ("", "", text)
    return before + named + after.split(". ")[0].rstrip(".")
