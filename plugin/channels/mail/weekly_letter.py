"""The digest: the week against its ceiling, what comes next, pairs coming due, one exercise."""

from __future__ import annotations

from plugin.channels.mail.letter import Letter, Link, one_line
from plugin.channels.mail.links import Links
from plugin.channels.mail.note_letters import answers_about
from plugin.channels.mail.weeks_figure import bound_day, weeks_figure
from plugin.notes.compose import allowance_text
from plugin.notes.mentions import QUESTIONS
from plugin.notes.next_time import next_time
from plugin.rules.telling import Scope
from plugin.summary.model import PairSummary
from plugin.summary.weekly import Digest
from plugin.translations.voice import Voice, marked

THIS_WEEK = (
    marked("You ran {week} this week."),
    marked("You ran {week} this week; it allowed {ceiling}."),
    marked("You ran {week} this week, more than the {ceiling} it allowed: a guide, not a limit."),
)
LAST_WEEK = (
    marked("You ran {week} last week."),
    marked("You ran {week} last week; it allowed {ceiling}."),
    marked("You ran {week} last week, more than the {ceiling} it allowed: a guide, not a limit."),
)
"""Without a ceiling; within it; above it. Where the mail comes after the week it is about, "last week"."""


def digest_letter(digest: Digest, links: Links, voice: Voice) -> Letter:
    """One runner's week. The picture is there as soon as there are weeks to show."""
    runner = digest.runner
    week = voice.distance(digest.week_m)
    said = (_week(digest, voice), *filter(None, [allowance_text(digest.allowance, voice, digest.day)]))
    is_last = digest.is_last_week
    heading = voice.say("{week} last week", week=week) if is_last else voice.say("{week} this week", week=week)
    subject = heading
    following = next_time(digest.allowance, (), voice, digest.day)
    if following is not None and following.scope != Scope.FULL:
        ahead = voice.distance(following.metres, down=True)
        subject = (
            voice.say("{week} last week; your next run can be up to {ahead}", week=week, ahead=ahead)
            if is_last
            else voice.say("{week} this week; your next run can be up to {ahead}", week=week, ahead=ahead)
        )
    pairs = tuple((voice.name(pair.name), _wear(pair, voice)) for pair in digest.pairs)
    exercise = one_line(voice.translate(digest.exercise), 300) if digest.exercise else ""
    asked = digest.mention
    after = (voice.say("One exercise: {exercise}", exercise=exercise),) if exercise else ()
    return Letter(
        subject=subject,
        preheader=said[-1],
        is_discreet=asked is not None,
        heading=heading,
        paragraphs=said,
        figure=weeks_figure(digest.weeks, voice, is_last_week=digest.is_last_week),
        facts_title=voice.say("Shoes coming due") if pairs else "",
        facts=pairs,
        after=(*after, voice.say(QUESTIONS[asked.part])) if asked else after,
        button=Link(label=voice.say("Open your page"), url=links.me),
        replies=tuple(answers_about(asked.part, runner.id, asked.run_id, links, voice)) if asked else (),
        why=voice.say("You get this once a week because the weekly mail is on in your settings."),
        unsubscribe=Link(label=voice.say("Unsubscribe"), url=links.act("unsubscribe", runner.id, rule="digest")),
        foot=(Link(label=voice.say("Settings"), url=f"{links.me}/settings"),),
        signature=voice.say("Powered by Strava"),
        language=voice.language,
    )


def _week(digest: Digest, voice: Voice) -> str:
    week = voice.distance(digest.week_m)
    bare, within, above = LAST_WEEK if digest.is_last_week else THIS_WEEK
    if digest.ceiling_m is None:
        return voice.say(bare, week=week)
    said = above if digest.week_m > digest.ceiling_m else within
    return voice.say(said, week=week, ceiling=voice.distance(digest.ceiling_m, down=True))


def _wear(pair: PairSummary, voice: Voice) -> str:
    run = voice.distance(pair.metres)
    limit_m = pair.replace_m if pair.replace_m is not None else pair.look_m
    if limit_m is None:
        return run
    limit = voice.distance(limit_m)
    if pair.metres >= limit_m:
        return voice.say("{run}, past its {limit}: time for another pair", run=run, limit=limit)
    if pair.retires_in_week_of is None:
        return voice.say("{run} of {limit}", run=run, limit=limit)
    day = bound_day(pair.retires_in_week_of, voice)
    return voice.say("{run} of {limit}, there in the week of {day}", run=run, limit=limit, day=day)
