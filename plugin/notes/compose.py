"""Notes in words. A note is composed as one text: the leader and what to do, perhaps a second line, a tip.

The number for next time is decided once (next_time.py) and said once: by the first line that is about load.
`today` is the runner's own day on which the text is read; a replay and a preview take the run's own day.
"""

from __future__ import annotations

from datetime import date

from plugin.notes.mentions import QUESTIONS
from plugin.notes.next_time import next_time
from plugin.notes.note import Allowance, Answer, Choice, Note
from plugin.notes.rulebook import Rulebook
from plugin.ports import HowMuch
from plugin.rules import BY_NAME
from plugin.rules.notice import Family, Notice
from plugin.rules.telling import Scope, Telling, joined, next_time_text
from plugin.translations.voice import Voice


def notice_text(notice: Notice, voice: Voice, today: date) -> str:
    """What was seen, in one sentence: the same in a note, as a mail's subject and on the page."""
    return BY_NAME[notice.rule].say(notice, voice, today)


def note_text(note: Note, voice: Voice, rulebook: Rulebook, today: date) -> str:
    """The note's lines."""
    following = next_time(note.allowance, note.told, voice, today)
    carrier = next((one for one in note.told if one.family == Family.LOAD), None)
    lines = []
    for one in note.told:
        telling = Telling(
            read_on=today,
            leads=one is note.leader,
            other=next((other for other in note.told if other is not one), None),
            next_time=following if one is carrier else None,
        )
        lines.append(joined(notice_text(one, voice, today), BY_NAME[one.rule].advise(one, voice, telling)))
    lines[0] = joined(_answered(note, voice), lines[0])
    if words := rulebook.words_of_tip(note.tip):
        lines.append(voice.say("Tip: {tip}", tip=voice.translate(words)))
    if note.asks:
        lines.append(joined(voice.say(QUESTIONS[note.asks]), voice.say("One tap on your Footnote page answers.")))
    return "\n".join(lines)


def _answered(note: Note, voice: Voice) -> str:
    """Why a note comes although the runner answered to an earlier one: nothing sterner follows without a word."""
    if Answer.NOT_FOR_ME in note.answers:
        return voice.say("The other note is gone, since it wasn't for you. This one is about something else.")
    if Answer.RACE in note.answers and not note.leader.numbers.get("is_race"):
        return voice.say("Counted as a race, as you said. This is about something else.")
    return ""


def subject_of(note: Note, voice: Voice, today: date) -> str:
    """A mail's subject: what the note is about. Of soreness nothing stands where a phone shows it."""
    if any(one.family == Family.SORENESS for one in note.told):
        return voice.say("A note on your run")
    return notice_text(note.leader, voice, today).removesuffix(".")


def allowance_text(allowance: Allowance | None, voice: Voice, today: date) -> str:
    """What the next run and the week allow, in one sentence; empty where nothing is known or said of it."""
    following = next_time(allowance, (), voice, today)
    if allowance is None or following is None:
        return ""
    if following.scope == Scope.FULL:
        return next_time_text(following, voice)
    number = voice.distance(following.metres, down=True)
    if following.scope == Scope.WEEK:
        return voice.say("This week has {left} left.", left=number)
    if following.scope == Scope.NEXT_WEEK:
        return voice.say("Next week has room for {left}.", left=number)
    if allowance.week_m is None:
        return voice.say("Your next run can be up to {next}.", next=number)
    week = voice.distance(allowance.week_m, down=True)
    if following.is_of_next_week:
        return voice.say(
            "Your next run can be up to {next}, and next week has room for {week}.", next=number, week=week
        )
    return voice.say("Your next run can be up to {next}, and this week has {week} left.", next=number, week=week)


def run_text(
    choice: Choice,
    voice: Voice,
    rulebook: Rulebook,
    today: date,
    how_much: HowMuch = HowMuch.WARNINGS_AND_TIPS,
) -> str:
    """What is said on a run: its note, or the line that the runner asked for on every run, or nothing."""
    if choice.note is not None:
        return note_text(choice.note, voice, rulebook, today)
    return quiet_line(choice, voice, today) if how_much == HowMuch.EVERY_RUN else ""


def quiet_line(choice: Choice, voice: Voice, today: date) -> str:
    """What is said on a run on which nothing else is, to runners who asked for a line on every run."""
    if choice.note is not None or any(one.notice.family == Family.SORENESS for one in choice.verdicts):
        return ""
    allowed = allowance_text(choice.allowance, voice, today)
    return joined(voice.say("All quiet."), allowed) if allowed else ""
