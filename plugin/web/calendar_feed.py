"""The calendar feed: what the week still allows, and the pairs that are due. Nothing about soreness: while it keeps the
allowance silent, the week simply is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from plugin.notes.next_time import HARDLY_ANYTHING_M
from plugin.summary.model import PairSummary, RunnerSummary
from plugin.training.calendar import week_of
from plugin.translations.voice import Voice, marked

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
LOOK_AGAIN = timedelta(hours=6)
"""How often a calendar is asked to come again."""
GUIDE = marked("A guide, not a limit. Up to these distances Footnote stays silent about how far you run.")


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What the feed is made of. `as_of`: when Strava's list was read; `page`: the overview's address."""

    summary: RunnerSummary | None
    voice: Voice
    today: date
    as_of: datetime
    page: str
    host: str


def as_ics(feed: Feed) -> bytes:
    """The feed as iCalendar (RFC 5545); the same bytes as long as nothing in it has changed."""
    calendar = Calendar()
    calendar.add("prodid", "-//Footnote//Footnote//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Footnote")
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    if feed.summary is not None:
        for event in (*_week(feed, feed.summary), *_pairs(feed, feed.summary)):
            calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _week(feed: Feed, summary: RunnerSummary) -> Iterator[Event]:
    allowance, voice = summary.allowance, feed.voice
    if allowance is None or summary.is_sore or allowance.week_left_m is None:
        return
    first_day = week_of(allowance.day, first_weekday=voice.first_weekday)
    if allowance.week_left_m < HARDLY_ANYTHING_M:
        title = voice.say("That is about it for this week")
    elif allowance.opens_week:
        title = voice.say("Up to {far} this week", far=voice.distance(allowance.week_left_m, down=True))
    else:
        title = voice.say("Up to {far} left this week", far=voice.distance(allowance.week_left_m, down=True))
    words = [voice.translate(GUIDE)]
    if allowance.next_run_m is not None and allowance.next_run_m >= HARDLY_ANYTHING_M:
        words.insert(0, voice.say("One run: up to {far}.", far=voice.distance(allowance.next_run_m, down=True)))
    yield _event(feed, f"week-{first_day}", first_day, first_day + WEEK, title, "\n".join(words))


def _pairs(feed: Feed, summary: RunnerSummary) -> Iterator[Event]:
    for pair in sorted(summary.pairs, key=lambda one: one.id):
        due = _due(feed, pair)
        if due is None or pair.replace_m is None:
            continue
        voice = feed.voice
        title = voice.say("{pair} is due", pair=voice.name(pair.name or pair.id))
        so_far = voice.say(
            "{far} so far, replace by {limit}.", far=voice.whole(pair.metres), limit=voice.whole(pair.replace_m)
        )
        yield _event(feed, f"pair-{pair.id}", due, due + DAY, title, so_far)


def _due(feed: Feed, pair: PairSummary) -> date | None:
    """The first day of the week in which a pair is due; this week for one that is over its limit already."""
    if pair.is_retired or pair.replace_m is None:
        return None
    if pair.metres >= pair.replace_m:
        return week_of(feed.today, first_weekday=feed.voice.first_weekday)
    return pair.retires_in_week_of


def _event(feed: Feed, name: str, first: date, end: date, title: str, words: str) -> Event:
    """A whole-day event that blocks nothing."""
    event = Event()
    event.add("uid", f"{name}@{feed.host}")
    event.add("dtstamp", feed.as_of)
    event.add("dtstart", first)
    event.add("dtend", end)
    event.add("summary", title)
    event.add("description", words)
    event.add("url", feed.page)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
