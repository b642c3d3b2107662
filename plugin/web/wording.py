"""The site's words for rules, reasons, channels and kinds, each in the runner's language."""

from __future__ import annotations

from datetime import date

from flask_babel import get_locale, gettext, ngettext

from plugin.notes.mentions import QUESTIONS
from plugin.ports import ChannelName, JobKind, State, StayReason
from plugin.ports.reasons import in_words
from plugin.rules import BY_NAME
from plugin.summary.model import WithheldNotice
from plugin.training.history import Soreness
from plugin.training.runs_set_aside import SetAsideReason
from plugin.translations import short_day
from plugin.translations.voice import LABELS, WARNINGS
from plugin.web.dependencies import parts


def _(sentence: str, **values: object) -> str:
    """The sentence in the runner's language, with its values."""
    return str(gettext(sentence, **values))


def some(one: str, more: str, count: int, **values: object) -> str:
    """The sentence for one or the one for `%(num)s`, in the runner's language."""
    return str(ngettext(one, more, count, **values))


def remark(kept: str) -> str:
    """A kept reason in words; what a mail server or Strava said stays in theirs."""
    return in_words(kept, _)


def rule_name(rule: str) -> str:
    """The rule's own title; empty where there is no such rule, or none any more."""
    return _(BY_NAME[rule].TITLE) if rule in BY_NAME else ""


def dismissed_words(until: date | None, *, stays: bool = False) -> str:
    """The effect of "not for me" on this run and on this kind of note. `until`: the last silent day, if there is one.
    `stays`: the note is a comment, which no app may delete."""
    if until is not None and stays:
        return _("Not for you, twice: you won't get this kind of note until %(day)s.", day=_day(until))
    if until is not None:
        return _(
            "Not for you, twice: the note is taken off this run, and you won't get this kind of note until %(day)s.",
            day=_day(until),
        )
    if stays:
        return _("Not for you: noted. Say it once more within 60 days and this kind of note stops for 30 days.")
    return _(
        "Not for you: the note is taken off this run. "
        "Say it once more within 60 days and this kind of note stops for 30 days."
    )


def _day(value: date) -> str:
    return short_day(value, str(get_locale()), "MMMEd")


def heard(action: str, rule: str, until: date | None = None) -> str:
    """The effect of an answer given by a link in a mail, in words. `until`: as of `dismissed_words`."""
    named = rule_name(rule)
    return {
        "snooze": _("No notes for a week about: %(rule)s.", rule=named) if named else _("No notes for a week."),
        "race": _("The run is judged again as a race, and its note changes with it."),
        "no-run": _("The run doesn't count any more, and its note is removed."),
        "not-for-me": dismissed_words(until),
    }[action]


def reason(withheld: WithheldNotice) -> str:
    """Why a notice was not told, in words."""
    limits = parts().rulebook.limits.get(withheld.rule)
    days = getattr(limits, "quiet_days", 0)
    return {
        "coming back": _("You are coming back from a break, which has its own measure."),
        "turned off": _(
            "You said “not for me” twice: none of this kind until the end of %(day)s.", day=_day(withheld.until)
        )
        if withheld.until
        else _("You turned this off."),
        "not for me": _("You said it wasn't for you."),
        "snoozed": _("You asked for a week without it."),
        "quiet period": _("You were told within the last %(num)s days.", num=days)
        if days
        else _("You were told already."),
        "weekly budget": _("Two notes of this kind a week and four a month are enough."),
        "less important": _("Something else mattered more."),
        "said enough": _("You were told three times."),
    }.get(withheld.reason, withheld.reason)


def set_aside(reason: SetAsideReason) -> str:
    """Why a run is no load, and what the runner can do about it."""
    return {
        SetAsideReason.FLAGGED: _("it is flagged on Strava."),
        SetAsideReason.TOO_FAST: _("it is faster than anybody runs. If it was a ride, change its sport on Strava."),
        SetAsideReason.NO_DISTANCE: _("it has no distance. You can add one on Strava."),
        SetAsideReason.NO_TIME: _("it has no moving time. You can correct that on Strava."),
        SetAsideReason.NO_RUN: _("you said this was no run."),
        SetAsideReason.COPY: _("it is a second recording of another run. You can delete one of the two on Strava."),
        SetAsideReason.FUTURE: _(
            "it is dated in the future and waits for its day. You can correct its date on Strava."
        ),
    }[reason]


def mentioned(part: str) -> str:
    """The question about a part that the runner named and said nothing of."""
    return _(QUESTIONS[part])


def channel_name(channel: str) -> str:
    """A channel's name, in words."""
    channels = parts().channels
    return _(channels[ChannelName(channel)].title) if ChannelName(channel) in channels else channel


def kind_name(kind: str) -> str:
    """What a pair is for, in words."""
    return {
        "daily": _("daily trainer"),
        "light": _("light trainer"),
        "racer": _("racer"),
        "trail": _("trail shoe"),
        "minimalist": _("minimalist"),
    }.get(kind, kind)


def state_name(state: str) -> str:
    """Whether a delivery waits, in words."""
    return {State.WAITING: _("waiting"), State.TAKEN: _("taken"), State.PARKED: _("parked")}.get(State(state), state)


def job_name(why: str) -> str:
    """What brought a delivery, in words; a kind of a newer version as it is called."""
    return {
        JobKind.EVENT: _("event"),
        JobKind.DELETED: _("activity deleted"),
        JobKind.DEAUTHORISED: _("access withdrawn"),
        JobKind.SAID: _("runner's answer"),
        JobKind.TEST_NOTE: _("test note"),
        JobKind.REREAD: _("second look"),
        JobKind.SWEEP: _("evening look"),
        JobKind.DIGEST: _("weekly mail"),
        JobKind.PREVIEW: _("list for the page"),
        JobKind.LEAVING: _("leaving"),
    }.get(JobKind(why), why)


def note_check_words(found: str) -> str:
    """What Strava does with private notes, in words."""
    return {
        "kept and shown": _("kept and shown"),
        "kept, not shown": _("kept, not shown"),
        "not kept": _("not kept"),
    }.get(found, found)


def how_much_name(how_much: str) -> str:
    """How much is said on a run, in words."""
    return {
        "warnings": _("warnings only"),
        "warnings and tips": _("warnings, and now and then a tip"),
        "a line on every run": _("a line on every run: what the next run and the week allow"),
    }.get(how_much, how_much)


def hurts_words(place: str, side: str, score: int) -> str:
    """What the runner said hurts: place, side, and how much."""
    named = {
        "heel": _("heel"),
        "arch": _("arch"),
        "ball": _("ball of the foot"),
        "toes": _("toes"),
        "midfoot": _("midfoot"),
        "ankle": _("ankle"),
        "achilles": _("Achilles"),
        "shin": _("shin"),
    }.get(place, "")
    where = {
        "left": _("left %(place)s", place=named),
        "right": _("right %(place)s", place=named),
        "both": _("%(place)s, both sides", place=named),
    }.get(side, named)
    if score == 0:
        return _("%(place)s: fine again", place=where) if where else _("all fine")
    return _("%(place)s: %(score)s of 10", place=where, score=score)


def hurt(soreness: Soreness) -> str:
    """The same, of what is on record."""
    return hurts_words(soreness.place, soreness.side, soreness.score or 0)


def hurt_advice(score: int) -> str:
    """What follows from what hurts this much."""
    if score >= 7:
        return _("Please stop running for now and have it looked at. This isn't a diagnosis.")
    if score >= 4:
        return _("Take a few days easy or off; no distance is suggested for a week.")
    return _("Noted; Footnote keeps an eye on it.") if score else ""


def sore_words(label: str) -> str:
    """A soreness label as a layperson says it."""
    return _(LABELS[label]) if label in LABELS else label


def warning_words(kind: str) -> str:
    """A kind of warning as a layperson says it."""
    return _(WARNINGS[kind]) if kind in WARNINGS else kind


def stay_words(why: StayReason, count: int) -> str:
    """How many notes stay on activities after leaving, and why."""
    return {
        StayReason.NOT_SHOWN: some(
            "One is on an activity that you deleted or that Strava hides from Footnote.",
            "%(num)s are on activities that you deleted or that Strava hides from Footnote.",
            count,
        ),
        StayReason.REFUSED: some(
            "One is still there: Strava did not let Footnote change that activity.",
            "%(num)s are still there: Strava did not let Footnote change those activities.",
            count,
        ),
        StayReason.COMMENT: some(
            "One is a comment, and no app may delete comments.",
            "%(num)s are comments, and no app may delete comments.",
            count,
        ),
        StayReason.NOT_REACHED: some(
            "One is still there: Footnote left before its turn came, or Strava did not answer.",
            "%(num)s are still there: Footnote left before their turn came, or Strava did not answer.",
            count,
        ),
    }[why]
