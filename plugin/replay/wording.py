"""Sentences and words that the replay's text and page share, in the language of its voice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from plugin.notes.note import WithheldReason
from plugin.replay.conclusion import Conclusion, Injury
from plugin.rules import BY_NAME
from plugin.training.runs_set_aside import SetAsideReason
from plugin.translations.voice import Voice, marked

WITHHELD = {
    "coming back": marked("coming back from a break, which has its own rule"),
    "turned off": marked("turned off"),
    "snoozed": marked("snoozed"),
    "quiet period": marked("said not long before"),
    "weekly budget": marked("two notes that week or four that month already"),
    "less important": marked("something else mattered more"),
    "said enough": marked("said three times already"),
    "not for me": marked("not for you, as you said"),
}
ASIDE = {
    "flagged": marked("flagged on Strava"),
    "too fast": marked("too fast for a run"),
    "no distance": marked("without a distance"),
    "no time": marked("without moving time"),
    "no run": marked("no run, as the runner said"),
    "copy": marked("recorded a second time"),
}
LEVELS = (marked("tip"), marked("note"), marked("caution"), marked("strong caution"), marked("see a professional"))
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def title(rule: str, voice: Voice) -> str:
    """What a rule is called."""
    return voice.translate(BY_NAME[rule].TITLE)


def withheld_word(reason: WithheldReason | str, voice: Voice) -> str:
    """Why a notice was not told."""
    return voice.translate(WITHHELD[str(reason)])


def aside_word(reason: SetAsideReason | str, voice: Voice) -> str:
    """Why a run was set aside."""
    return voice.translate(ASIDE[str(reason)])


def decimal(number: Decimal, voice: Voice) -> str:
    """One decimal, with the language's mark."""
    return f"{number.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP):f}".replace(".", voice.decimal_mark)


def verdict_sentence(conclusion: Conclusion, voice: Voice) -> str:
    """How often it would have spoken."""
    if not conclusion.notes:
        return voice.say("No note would have been told.")
    return voice.count(
        "{rate} notes a month: one in {months} months.",
        "{rate} notes a month: {count} in {months} months.",
        conclusion.notes,
        rate=decimal(conclusion.notes_a_month, voice),
        months=decimal(conclusion.months, voice),
    )


def injury_sentences(injury: Injury, voice: Voice) -> Iterator[str]:
    """What the 28 days before an injury held, beside what is usual; and what that does not mean."""
    if not injury.run_days:
        yield voice.say("The 28 days before {day}: no run.", day=injury.day)
        return
    run = {
        "day": injury.day,
        "km": voice.distance(injury.metres),
        "days": voice.count("one day", "{count} days", injury.run_days),
        "longest": voice.distance(injury.longest_m),
    }
    if injury.usual_metres is None:
        yield voice.say("The 28 days before {day}: {km} on {days}, the longest {longest}.", **run)
    else:
        yield voice.say(
            "The 28 days before {day}: {km} on {days} (usual for you in 28 days: {usual}), the longest {longest}.",
            **run,
            usual=voice.distance(injury.usual_metres),
        )
    found = [
        _beside_usual(title(rule, voice), number, injury.usual_found.get(rule), voice)
        for rule, number in injury.found.items()
    ]
    notes = _beside_usual(voice.say("notes"), injury.notes, injury.usual_notes, voice)
    if found:
        yield voice.say("Found in them: {found}. Of these told: {notes}.", found=voice.listed(found), notes=notes)
    else:
        yield voice.say("No rule found anything in them.")
    yield voice.say("Such days come before most good weeks too: this explains nothing for one person.")


def _beside_usual(name: str, number: int, usual: Decimal | None, voice: Voice) -> str:
    if usual is None:
        return f"{name} {number}"
    return voice.say("{name} {number} (usual: {usual})", name=name, number=number, usual=decimal(usual, voice))


def weekday(day: date, voice: Voice) -> str:
    """Mon, Mo., lun.: the language's own."""
    if voice.language == "en":
        return ENGLISH_DAYS[day.weekday()]
    from plugin.translations import short_day

    return short_day(day, voice.language, "E")


def months_short(voice: Voice) -> tuple[str, ...]:
    """The twelve months, three or four letters each."""
    if voice.language == "en":
        return ENGLISH_MONTHS
    from plugin.translations import short_day

    return tuple(short_day(date(2024, month, 1), voice.language, "MMM").rstrip(".")[:4] for month in range(1, 13))


def long_day(day: date, voice: Voice) -> str:
    """A day with weekday and year, as the language writes it."""
    if voice.language == "en":
        return f"{ENGLISH_DAYS[day.weekday()]} {day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
    from plugin.translations import short_day

    return short_day(day, voice.language, "yMMMEd")
