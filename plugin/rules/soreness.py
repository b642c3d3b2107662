"""soreness: what the runner's own words say hurts, crossed with what was run and in which pair.

Source: the article's four conditions and "see a professional, early beats late". Only labels are used, never the
words; nothing is diagnosed, and whatever is said here is never put where others can read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plugin.rules.notice import CAUTION, NOTE, PROFESSIONAL, STRONG, Family, Notice, Number
from plugin.rules.rule import notice
from plugin.training.history import Ledger, Soreness
from plugin.training.runs import Run
from plugin.translations.voice import Voice, marked

NAME = "soreness"
TITLE = marked("soreness in your own words")
DESCRIPTION = marked("What your titles and notes say hurts, beside what you have run lately.")
FAMILY = Family.SORENESS
RANK = 0
RACE_MATTERS = False
HIDDEN_BY_COMEBACK = False
RED_FLAG = "red_flag"
UNSPECIFIED = "foot_pain_unspecified"
LEVELS = {"blister": NOTE, UNSPECIFIED: NOTE, "stress_fracture": PROFESSIONAL, RED_FLAG: PROFESSIONAL}


@dataclass(frozen=True, kw_only=True)
class SorenessLimits:
    """`[soreness]` in config/rules.toml."""

    quiet_days: int
    again_days: int
    load_days: int
    persistent_days: int
    forget_days: int


LIMITS = SorenessLimits


def find(run: Run, ledger: Ledger, limits: SorenessLimits) -> Notice | None:
    """A notice with the labels read from this run's words; its level by label, repetition and recent load."""
    reading = ledger.memory.reading
    if reading is None or not reading.labels:
        return None
    earlier = [one for one in ledger.memory.soreness if one.run_id != run.id and one.day <= run.day]
    labels = set(reading.labels)
    persistent = {label for label in labels if _days_sore(label, earlier, run.day, limits) >= limits.persistent_days}
    if persistent:
        labels.add(RED_FLAG)
    level = max(_level(label, earlier, run.day, limits) for label in labels)
    loaded = any(0 <= (run.day - day).days <= limits.load_days for day in ledger.memory.load_days)
    if CAUTION <= level < PROFESSIONAL and loaded:
        level = min(level + 1, STRONG)
    found = notice(NAME, FAMILY, level, run)
    numbers: dict[str, Number] = {
        "labels": tuple(sorted(labels)),
        "is_persistent": int(bool(persistent)),
        "is_loaded": int(loaded),
    }
    return replace(found, numbers=numbers | _crossed_with_shoe(ledger, reading, earlier))


def _level(label: str, earlier: Iterable[Soreness], day: date, limits: SorenessLimits) -> int:
    again = any(one.labels and 1 <= (day - one.day).days <= limits.again_days for one in earlier)
    if label == UNSPECIFIED and again:
        return CAUTION
    return LEVELS.get(label, CAUTION)


def _days_sore(label: str, earlier: Iterable[Soreness], day: date, limits: SorenessLimits) -> int:
    """For how many days the label has been read without an all-clear or four weeks without a word."""
    return (day - chain_start(label, earlier, day, limits.forget_days)).days


def chain_start(label: str, earlier: Iterable[Soreness], day: date, forget_days: int) -> date:
    """The first day of the soreness that is still going on with this label on `day`."""
    start = day
    # The latest first, of one day too: an all-clear in the evening ends what was sore in the morning.
    placed = sorted(enumerate(earlier), key=lambda place: (place[1].day, place[0]), reverse=True)
    for _, one in placed:
        if label in one.cleared and label not in one.labels:
            break
        if label not in one.labels:
            continue
        if (start - one.day).days > forget_days:
            break
        start = min(start, one.since.get(label, one.day))
    return start


def _crossed_with_shoe(ledger: Ledger, reading: Soreness, earlier: list[Soreness]) -> dict[str, Number]:
    """Counts, never causes: of the runs with one of these labels, how many were in this run's pair."""
    if reading.shoe is None:
        return {}
    alike = [one for one in (*earlier, reading) if one.labels & reading.labels and one.shoe is not None]
    in_pair = sum(1 for one in alike if one.shoe == reading.shoe)
    return {"shoe": ledger.shoe(reading.shoe).name or reading.shoe, "runs_sore": len(alike), "runs_in_pair": in_pair}


def say(notice: Notice, voice: Voice) -> str:
    """What was read, the counts, and always that this is no diagnosis."""
    labels = [label for label in _labels(notice) if label != RED_FLAG]
    what = voice.listed(voice.label(label) for label in labels) or voice.label(RED_FLAG)
    said = [voice.say("Your own words mention {what}.", what=what)]
    if notice.level == PROFESSIONAL and notice.numbers["is_persistent"]:
        said.append(voice.say("It has come up for two weeks or more."))
    if int(str(notice.numbers.get("runs_in_pair", 0))) >= 3:
        said.append(
            voice.say(
                "{pair} of your {all} runs with it were in the {shoe}.",
                pair=notice.numbers["runs_in_pair"],
                all=notice.numbers["runs_sore"],
                shoe=voice.name(notice.numbers["shoe"]),
            )
        )
    if notice.level == PROFESSIONAL:
        said.append(voice.say("Please stop running for now and have it looked at; early beats late."))
    elif notice.level >= CAUTION:
        said.append(
            voice.say("The load has grown lately too: a few days easy or off.")
            if notice.numbers["is_loaded"]
            else voice.say("A few days easy or off is the first thing to try.")
        )
    said.append(
        voice.say(
            "This isn't a diagnosis. If it's sharp, getting worse, or still there after two weeks, "
            "see a doctor or physio."
        )
    )
    return " ".join(said)


def _labels(notice: Notice) -> tuple[str, ...]:
    labels = notice.numbers["labels"]
    return labels if isinstance(labels, tuple) else tuple(str(labels).split(","))


def remember(reading: Soreness, earlier: Iterable[Soreness], limits: SorenessLimits) -> Soreness:
    """The reading with the day each label began, so that older readings may be forgotten after 28 days."""
    earlier = [one for one in earlier if one.run_id != reading.run_id and one.day <= reading.day]
    since = {label: chain_start(label, earlier, reading.day, limits.forget_days) for label in reading.labels}
    return Soreness(
        run_id=reading.run_id,
        day=reading.day,
        labels=reading.labels,
        cleared=reading.cleared,
        shoe=reading.shoe,
        since=since,
    )


def kept(soreness: Iterable[Soreness], today: date, limits: SorenessLimits) -> tuple[Soreness, ...]:
    """What may still be kept: 28 days."""
    return tuple(one for one in soreness if one.day >= today - timedelta(days=limits.forget_days))
