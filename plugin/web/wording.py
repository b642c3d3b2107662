"""The site's words for rules, reasons, channels and kinds, each in the runner's language."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from plugin.ports import ChannelName
from plugin.rules import BY_NAME
from plugin.translations.voice import LABELS
from plugin.web.dependencies import parts


def _(sentence: str, **values: object) -> str:
    """The sentence in the runner's language, with its values."""
    return str(gettext(sentence, **values))


def some(one: str, more: str, count: int, **values: object) -> str:
    """The sentence for one or the one for `%(num)s`, in the runner's language."""
    return str(ngettext(one, more, count, **values))


def remark(sentence: str) -> str:
    """How telling went, as it is on record in English; what holds a mail server's own words stays so."""
    return _(sentence) if sentence else ""


def rule_name(rule: str) -> str:
    """The rule's own title; empty where there is no such rule, or none any more."""
    return _(BY_NAME[rule].TITLE) if rule in BY_NAME else ""


def heard(action: str, rule: str) -> str:
    """What follows from a runner's say, in words; the same on the page and behind a mail's link."""
    named = rule_name(rule)
    return {
        "snooze": _("Nothing about %(rule)s for a week.", rule=named) if named else _("Nothing for a week."),
        "wake": _("Quiet no more."),
        "race": _("The run is looked at again as a race, and its note follows."),
        "not-for-me": _("Said twice within 60 days, this kind of note stays silent for 30 days."),
    }[action]


def reason(silence: str) -> str:
    """Why a notice was kept back, in words."""
    return {
        "coming back": _("you are coming back from a break, which is looked at by itself"),
        "turned off": _("you turned this off"),
        "snoozed": _("you asked for quiet"),
        "quiet period": _("it was said only days ago"),
        "weekly budget": _("two notes a week are enough"),
        "less important": _("something else mattered more"),
        "said enough": _("it was said three times of this pair"),
    }.get(silence, silence)


def channel_name(channel: str) -> str:
    """Where a note stands, in words."""
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


def sore_words(label: str) -> str:
    """A soreness label as a layperson says it."""
    return _(LABELS[label]) if label in LABELS else label
