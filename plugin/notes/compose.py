"""Notes in words: one notice, the whole note, the subject of its mail."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.notes.choice import Allowance, Choice, Note
from plugin.notes.rulebook import Rulebook
from plugin.rules import BY_NAME
from plugin.rules.notice import Family, Notice
from plugin.translations.voice import Voice, read_off


def notice_text(notice: Notice, voice: Voice) -> str:
    """The sentence of one notice: the same in a note, a mail and on the page."""
    return BY_NAME[notice.rule].say(notice, voice)


def note_text(note: Note, voice: Voice, rulebook: Rulebook) -> str:
    """The note's lines: the leader (with the ceilings where load is spoken of), perhaps a second, a tip."""
    lines = [notice_text(one, voice) for one in note.told]
    if note.allowance is not None and (allowance := allowance_text(note.allowance, voice)):
        speaks_of_load = next(number for number, one in enumerate(note.told) if one.family == Family.LOAD)
        lines[speaks_of_load] += " " + allowance
    if words := rulebook.words_of_tip(note.tip):
        lines.append(voice.say("Tip: {tip}", tip=voice.translate(words)))
    return "\n".join(lines)


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


def allowance_text(allowance: Allowance, voice: Voice) -> str:
    """What would stay silent next time; empty where there is no ceiling."""
    next_m, week_m = allowance.next_run_m, allowance.week_left_m
    if next_m is None:
        return ""
    if week_m is None:
        return voice.say("Your next run can be up to {next}.", next=voice.distance(next_m, down=True))
    if read_off(week_m, voice.units) <= 0:
        return voice.say("This week has nothing left; the next run is best kept for next week.")
    ahead, week = voice.distance(next_m, down=True), voice.distance(week_m, down=True)
    if allowance.opens_week:
        return voice.say(
            "Your next run can be up to {next}, and the week ahead has {week} left.", next=ahead, week=week
        )
    return voice.say("Your next run can be up to {next}, and this week has {week} left.", next=ahead, week=week)
