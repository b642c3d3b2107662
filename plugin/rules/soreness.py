"""soreness: what the runner's own words say hurts, crossed with what was run and in which pair.

Source: the article's four conditions and "see a professional, early beats late". Only labels are used, never the
words; nothing is diagnosed, and whatever is said here is never put where others can read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plugin.rules.notice import CAUTION, NOTE, PROFESSIONAL, STRONG, Family, Notice, Number
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling, joined
from plugin.training.history import Ledger, Soreness
from plugin.training.runs import Run
from plugin.translations.voice import WARNINGS, Voice, marked

NAME = "soreness"
TITLE = marked("soreness in your own words")
DESCRIPTION = marked("What your titles and notes say hurts, beside what you have run lately.")
FAMILY = Family.SORENESS
RANK = 0
RACE_MATTERS = False
HIDDEN_BY_COMEBACK = False
RED_FLAG = "red_flag"
STRESS_FRACTURE = "stress_fracture"
BLISTER = "blister"
UNSPECIFIED = "foot_pain_unspecified"
COUNTED = 3
"""From so many sore runs in one pair they are counted in words."""
BEYOND_THE_FOOT = frozenset({"knee", "calf", "thigh", "hip"})
PLACES = {
    "heel": "plantar_fasciitis",
    "arch": "plantar_fasciitis",
    "ball": "metatarsalgia",
    "toes": UNSPECIFIED,
    "midfoot": UNSPECIFIED,
    "ankle": UNSPECIFIED,
    "achilles": "achilles",
    "shin": "shin",
}
"""A place that the runner tapped to the label that words about it would have been read as."""
NAMED = {
    "heel": marked("heel"),
    "arch": marked("arch"),
    "ball": marked("ball of the foot"),
    "toes": marked("toes"),
    "midfoot": marked("midfoot"),
    "ankle": marked("ankle"),
    "achilles": marked("Achilles"),
    "shin": marked("shin"),
}
ON_SIDE = {
    "left": marked("left {place}"),
    "right": marked("right {place}"),
    "both": marked("{place}, both sides"),
}
LEVELS = {BLISTER: NOTE, STRESS_FRACTURE: PROFESSIONAL, RED_FLAG: PROFESSIONAL}
"""Levels that do not depend on what was read before; every other named condition is a caution."""


@dataclass(frozen=True, kw_only=True)
class SorenessLimits:
    """`[soreness]` in config/rules.toml."""

    quiet_days: int
    again_days: int
    load_days: int
    persistent_days: int
    forget_days: int
    allowance_days: int
    caution_score: int
    professional_score: int


LIMITS = SorenessLimits


def find(run: Run, ledger: Ledger, limits: SorenessLimits) -> Notice | None:
    """A notice with the labels read from this run's words; its level by label, repetition and recent load."""
    reading = ledger.memory.reading
    if reading is None or not reading.labels:
        return None
    earlier = [one for one in ledger.memory.soreness if one.run_id != run.id and one.day <= run.day]
    level, days = _level_and_days(reading, earlier, limits)
    is_loaded = any(0 <= (run.day - day).days <= limits.load_days for day in ledger.memory.load_days)
    if CAUTION <= level < PROFESSIONAL and is_loaded:
        level = min(level + 1, STRONG)
    labels = reading.labels | ({RED_FLAG} if STRESS_FRACTURE in reading.labels else set())
    numbers: dict[str, Number] = {
        "labels": tuple(sorted(labels)),
        "warnings": tuple(sorted(reading.warnings)),
        "is_persistent": int(days >= limits.persistent_days),
        "days": days,
        "is_loaded": int(is_loaded),
        "is_cut_short": int(reading.cut_short),
    }
    if reading.place and reading.score:
        numbers |= {"place": reading.place, "side": reading.side, "score": reading.score}
    found = notice(NAME, FAMILY, level, run)
    return replace(found, numbers=numbers | _crossed_with_shoe(run, ledger, reading, earlier))


def _level_and_days(reading: Soreness, earlier: Sequence[Soreness], limits: SorenessLimits) -> tuple[int, int]:
    """The level without recent load, and for how many days the soreness that lasts longest has gone on."""
    level = max(_level(label, reading, earlier, limits) for label in reading.labels)
    lasting = [_days_sore(label, reading, earlier, limits) for label in reading.labels if label != BLISTER]
    days = max(lasting, default=0)
    # Weeks by the runner's own word are as good as weeks on record.
    is_lasting = days >= limits.persistent_days or "weeks" in reading.warnings
    return (max(level, STRONG) if is_lasting else level), days


def _level(label: str, reading: Soreness, earlier: Iterable[Soreness], limits: SorenessLimits) -> int:
    if reading.score is not None:
        return _level_of_score(reading.score, limits)
    if label != UNSPECIFIED and label not in BEYOND_THE_FOOT:
        return LEVELS.get(label, CAUTION)
    lately = [one.labels for one in earlier if 1 <= (reading.day - one.day).days <= limits.again_days]
    # A sore foot after soreness of any kind; a sore knee only after a sore knee.
    is_again = any(lately) if label == UNSPECIFIED else any(label in labels for labels in lately)
    return CAUTION if is_again or reading.cut_short else NOTE


def _level_of_score(score: int, limits: SorenessLimits) -> int:
    if score >= limits.professional_score:
        return PROFESSIONAL
    return CAUTION if score >= limits.caution_score else NOTE


def is_sore(soreness: Sequence[Soreness], day: date, limits: SorenessLimits) -> bool:
    """Whether soreness of level 2 or more was found in the week up to `day`; then nothing is said of the next run.

    `soreness`: what is on record, in order. Recent load raises only what is level 2 already, so it is not asked for.
    """
    for place, one in enumerate(soreness):
        if one.labels and 0 <= (day - one.day).days < limits.allowance_days:
            earlier = [before for before in soreness[:place] if before.day <= one.day]
            if _level_and_days(one, earlier, limits)[0] >= CAUTION:
                return True
    return False


def _days_sore(label: str, reading: Soreness, earlier: Iterable[Soreness], limits: SorenessLimits) -> int:
    """For how many days the label has been read without an all-clear or four weeks without a word."""
    # A reading on record knows when its labels began: what was read before may be forgotten by now.
    began = reading.since.get(label) or chain_start(label, earlier, reading.day, limits.forget_days)
    return (reading.day - began).days


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


def _crossed_with_shoe(run: Run, ledger: Ledger, reading: Soreness, earlier: Iterable[Soreness]) -> dict[str, Number]:
    """Counts, never causes: of the runs with one of these labels, how many were in this run's pair, and its mileage."""
    if reading.shoe is None:
        return {}
    alike = [one for one in (*earlier, reading) if one.labels & reading.labels and one.shoe is not None]
    in_pair = sum(1 for one in alike if one.shoe == reading.shoe)
    odometer = ledger.odometer(run) if run.shoe == reading.shoe else None
    crossed: dict[str, Number] = {
        "shoe": ledger.shoe(reading.shoe).name or reading.shoe,
        "runs_sore": len(alike),
        "runs_in_pair": in_pair,
    }
    if odometer is not None:
        crossed["shoe_m"] = odometer.after_m
    return crossed


def say(notice: Notice, voice: Voice, today: date) -> str:
    """What was said without words, as it was said; what was read, in plain words: places, and the kinds of warning."""
    place = str(notice.numbers.get("place", ""))
    if place not in NAMED:
        return voice.say("You mention {what}.", what=voice.listed(_read(notice, voice)))
    named = voice.translate(NAMED[place])
    side = ON_SIDE.get(str(notice.numbers.get("side", "")))
    said = voice.say(
        "You said this hurts: {where}, {score} of 10.",
        where=voice.say(side, place=named) if side else named,
        score=str(notice.numbers["score"]),
    )
    rest = tuple(label for label in texts(notice, "labels") if label not in (PLACES[place], UNSPECIFIED))
    if not rest and not texts(notice, "warnings"):
        return said
    read = replace(notice, numbers={**notice.numbers, "labels": rest})
    return joined(said, voice.say("You mention {what}.", what=voice.listed(_read(read, voice))))


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """The pair, how long it has gone on, what to do, and always that this is no diagnosis."""
    return joined(_in_pair(notice, voice), _how_long(notice, voice), *_what_to_do(notice, voice, telling))


def _read(notice: Notice, voice: Voice) -> list[str]:
    """Places first, then kinds of warning; one phrase once, and "a warning sign" only where nothing says which."""
    kinds = [kind for kind in texts(notice, "warnings") if kind in WARNINGS]
    labels = [label for label in texts(notice, "labels") if label != RED_FLAG]
    if "diagnosed" in kinds:
        labels = [label for label in labels if label != "stress_fracture"]
    if len(labels) > 1:
        labels = [label for label in labels if label != UNSPECIFIED]
    phrases = [voice.label(label) for label in labels] + [voice.warning(kind) for kind in kinds]
    return list(dict.fromkeys(phrases)) or [voice.label(RED_FLAG)]


def _how_long(notice: Notice, voice: Voice) -> str:
    days = int(str(notice.numbers.get("days", 0)))
    if not notice.numbers["is_persistent"] or not days:
        return ""
    if notice.level >= PROFESSIONAL:
        return voice.count("It has come up for {count} day now.", "It has come up for {count} days now.", days)
    return voice.count(
        "That's {count} day now: book a physio this week.", "That's {count} days now: book a physio this week.", days
    )


def _in_pair(notice: Notice, voice: Voice) -> str:
    """Counts, never causes."""
    if not notice.numbers.get("shoe"):
        return ""
    shoe = voice.name(notice.numbers["shoe"])
    in_pair, sore = (int(str(notice.numbers.get(name, 0))) for name in ("runs_in_pair", "runs_sore"))
    if in_pair >= COUNTED:
        return voice.count(
            "{pair} of your {count} run with it were in the {shoe}.",
            "{pair} of your {count} runs with it were in the {shoe}.",
            sore,
            pair=in_pair,
            shoe=shoe,
        )
    if "shoe_m" not in notice.numbers:
        return voice.say("You were in the {shoe}.", shoe=shoe)
    return voice.say("You were in the {shoe} ({mileage}).", shoe=shoe, mileage=voice.whole(metres(notice, "shoe_m")))


def _what_to_do(notice: Notice, voice: Voice, telling: Telling) -> list[str]:
    if notice.level >= PROFESSIONAL:
        return [
            voice.say(
                "Please stop running for now and have it looked at: ring a doctor or physio today, early beats late."
            ),
            voice.say("This isn't a diagnosis."),
        ]
    if notice.numbers["is_persistent"]:
        return [
            voice.say("Until then, run only what doesn't hurt."),
            voice.say("This isn't a diagnosis. If it's sharp or getting worse, see a doctor sooner."),
        ]
    said = []
    if notice.level >= CAUTION:
        # The other line says it with its numbers.
        is_said = telling.other is not None and telling.other.family == Family.LOAD
        said.append(
            voice.say("You've been running more lately too: take a few days easy or off.")
            if notice.numbers["is_loaded"] and not is_said
            else voice.say("Take a few days easy or off.")
        )
    elif telling.leads:
        said.append(voice.say("Go easy until it's gone."))
    said.append(
        voice.say(
            "This isn't a diagnosis. If it's sharp, getting worse, or still there after two weeks, "
            "see a doctor or physio."
        )
    )
    return said


def texts(notice: Notice, name: str) -> tuple[str, ...]:
    """Labels or kinds among the numbers, as found or as they come back from a store."""
    given = notice.numbers.get(name, ())
    return tuple(given) if isinstance(given, (tuple, list)) else tuple(filter(None, str(given).split(",")))


def remember(reading: Soreness, earlier: Iterable[Soreness], limits: SorenessLimits) -> Soreness:
    """The reading with the day each label began, so that older readings may be forgotten after 28 days."""
    earlier = [one for one in earlier if one.run_id != reading.run_id and one.day <= reading.day]
    since = {label: chain_start(label, earlier, reading.day, limits.forget_days) for label in reading.labels}
    return replace(reading, since=since)


def kept(soreness: Iterable[Soreness], today: date, limits: SorenessLimits) -> tuple[Soreness, ...]:
    """What may still be kept: 28 days."""
    return tuple(one for one in soreness if one.day >= today - timedelta(days=limits.forget_days))
