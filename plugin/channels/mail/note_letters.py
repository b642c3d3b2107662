"""What our mails say: a note, a confirmation, a call to reconnect. (The weekly mail is in `weekly_letter.py`.)

Every sentence goes whole through the runner's voice, so that it can be translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from plugin.channels.mail.letter import Letter, Link, one_line, plain_name
from plugin.channels.mail.links import Links
from plugin.channels.mail.weeks_figure import weeks_figure
from plugin.notes.block import as_note
from plugin.ports import Message, Runner
from plugin.rules import RACE_MATTERS
from plugin.summary.model import WeekSummary
from plugin.translations import short_day
from plugin.translations.voice import Voice

LONGEST_TITLE = 60


def note_letter(message: Message, links: Links, voice: Voice, weeks: Sequence[WeekSummary] = ()) -> Letter:
    """A note on a run (or, with run id 0, of the evening look), with the runner's weeks and its one-click answers.

    Its subject says what it is about; of soreness, which others could read on a locked phone, only which run it is.
    """
    runner, run_id, rule = message.runner.id, message.run_id, message.lead_rule
    lines = tuple(line for line in as_note(message.text).split("\n") if line)
    a_note = voice.say("A note on your run")
    subject = one_line(message.subject) or a_note
    if message.before is not None and not message.is_public_safe:
        subject = voice.say("A note on your run of {day}", day=_day(message, voice))

    def answer(label: str, action: str) -> Link:
        return Link(label=label, url=links.act(action, runner, run_id=run_id, rule=rule))

    replies = answers_about(message.asks, runner, run_id, links, voice) if message.asks else []
    if message.can_be_silenced:
        replies.append(answer(voice.say("Snooze this for a week"), "snooze"))
    if run_id and rule in RACE_MATTERS:
        replies.append(answer(voice.say("It was a race"), "race"))
    if message.can_be_silenced:
        replies.append(answer(voice.say("Not for me"), "not-for-me"))
    if run_id:
        replies += [answer(voice.say("This was no run"), "no-run"), answer(voice.say("This hurts"), "hurts")]
    # What others may not read does not belong on a locked phone either.
    preheader = (lines[-1] if lines else "") if message.is_public_safe else voice.say("Open it to read the note.")
    return Letter(
        subject=subject,
        preheader=preheader,
        is_discreet=not message.is_public_safe,
        # The subject is the note's own first sentence: once above it in the list of mails is enough.
        heading=a_note if lines and lines[0].startswith(subject) else subject,
        about=_about(message, voice),
        paragraphs=lines,
        figure=weeks_figure(weeks, voice),
        button=Link(label=voice.say("View on Strava"), url=links.on_strava(run_id))
        if run_id
        else Link(label=voice.say("Open your page"), url=links.me),
        replies=tuple(replies),
        why=voice.say("You get this because you chose email for your notes."),
        unsubscribe=Link(label=voice.say("Unsubscribe"), url=links.act("unsubscribe", runner)),
        foot=(Link(label=voice.say("Your page"), url=links.me),),
        signature=voice.say("Powered by Strava"),
        language=voice.language,
    )


def answers_about(part: str, runner_id: int, run_id: int, links: Links, voice: Voice) -> list[Link]:
    """ "Sore" and "Fine", for a part of the body that the runner mentioned."""
    both = ((voice.say("It's sore"), "part-sore"), (voice.say("It's fine"), "part-fine"))
    return [Link(label=label, url=links.act(action, runner_id, run_id=run_id, rule=part)) for label, action in both]


def _about(message: Message, voice: Voice) -> str:
    """`Morning Run · Sun 22 Nov · 20.0 km`; empty for a note on no run."""
    run = message.before
    if run is None:
        return ""
    title = one_line(run.texts.title, LONGEST_TITLE)
    return " · ".join(filter(None, [title, _day(message, voice), voice.distance(run.distance_m or Decimal(0))]))


def _day(message: Message, voice: Voice) -> str:
    return short_day(message.day, voice.language, "MMMEd")


def confirm_letter(runner: Runner, address: str, links: Links, voice: Voice) -> Letter:
    """Asks whoever reads `address` whether they want mail from us. Says who asked, and nothing else."""
    name = plain_name(runner.name) or voice.say("a runner without a name")
    return Letter(
        subject=voice.say("Is this your address for Footnote?"),
        preheader=voice.say("One click to confirm; the link works for 48 hours."),
        heading=voice.say("Is this your address?"),
        paragraphs=(
            voice.say(
                "{name}, who connected Footnote to Strava, asked for notes to be sent to {address}.",
                name=name,
                address=address,
            ),
            voice.say("If that was you, confirm it. The link works for 48 hours."),
            voice.say("If it was not, do nothing: no notes will come here."),
        ),
        button=Link(label=voice.say("Confirm this address"), url=links.confirm(runner.id, address)),
        language=voice.language,
    )


def reconnect_letter(runner: Runner, links: Links, voice: Voice) -> Letter:
    """Says that Strava has ended our access: to go on, the runner must connect again."""
    return Letter(
        subject=voice.say("Footnote can no longer see your runs"),
        preheader=voice.say("Connect once more to go on; your settings are still here."),
        heading=voice.say("Footnote can no longer see your runs"),
        paragraphs=(
            voice.say(
                "Strava says that our access to your account has ended, so Footnote no longer sees your runs "
                "and writes no notes."
            ),
            voice.say("Connect once more to go on; your settings are still here."),
            voice.say("If you ended it on purpose, there is nothing to do. We say this only once."),
        ),
        button=Link(label=voice.say("Connect with Strava"), url=links.home),
        why=voice.say("You get this because you gave us this address."),
        unsubscribe=Link(label=voice.say("Unsubscribe"), url=links.act("unsubscribe", runner.id)),
        signature=voice.say("Powered by Strava"),
        language=voice.language,
    )


def trial_letter(links: Links, voice: Voice) -> Letter:
    """The operator's test mail."""
    return Letter(
        subject=voice.say("A test mail from Footnote"),
        preheader=voice.say("Mail from this site arrives here."),
        heading=voice.say("A test mail"),
        paragraphs=(
            voice.say("Mail from this site arrives here."),
            voice.say("If you found it among the spam, runners will find their notes there too."),
        ),
        button=Link(label=voice.say("To the front page"), url=links.home),
        signature=voice.say("Powered by Strava"),
        language=voice.language,
    )


def deleted_letter(runner: Runner, links: Links, voice: Voice, now: datetime) -> Letter:
    """Confirms the deletion in writing. Names nobody: nothing is kept to name them by."""
    return Letter(
        subject=voice.say("Everything Footnote kept of you is deleted"),
        preheader=voice.say("This confirms it; it is our last mail."),
        heading=voice.say("Everything is deleted"),
        paragraphs=(
            voice.say(
                "On {moment} UTC everything that Footnote at {host} kept of you was deleted: the keys to Strava, "
                "settings, shoes, records of notes, what was waiting, and this address.",
                moment=f"{now:%Y-%m-%d %H:%M}",
                host=links.host,
            ),
            *_what_became_of_notes(runner, voice),
            voice.say("This confirms it; it is our last mail."),
        ),
        button=Link(label=voice.say("To the front page"), url=links.home),
        signature=voice.say("Powered by Strava"),
        language=voice.language,
    )


def _what_became_of_notes(runner: Runner, voice: Voice) -> tuple[str, ...]:
    leaving = runner.leaving
    if leaving is None:
        return (voice.say("Footnote's notes stay on your activities. You can delete them on Strava."),)
    taken_out = voice.count(
        "Before that, one note was taken out of your activities.",
        "Before that, {count} notes were taken out of your activities.",
        leaving.taken_out,
    )
    stay = voice.count(
        "One could not be taken out; you can delete it on Strava.",
        "{count} could not be taken out; you can delete them on Strava.",
        len(leaving.stay),
    )
    return tuple(words for words, number in ((taken_out, leaving.taken_out), (stay, len(leaving.stay))) if number)
