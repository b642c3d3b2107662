"""A list of activities read page by page, each a call, as far back as it is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.ports import ActivityList

SECOND = timedelta(seconds=1)


def read_back(
    read_page: Callable[[datetime | None], ActivityList],
    *,
    since: datetime | None,
    before: datetime | None,
    begins: datetime | None,
    at_most: int,
) -> ActivityList:
    """The pages as one list (`ports.Strava.recent`). `read_page` answers the newest activities that started before a
    time, or of all.

    Strava leaves rows out of a page, so a page shorter than asked may be followed by more: only one with nothing new is
    the end.
    """
    whole = read_page(before)
    while whole.oldest is not None and whole.oldest != begins:
        if since is None or whole.oldest <= since or whole.pages >= at_most:
            return whole
        # Two recordings of one run can start in the same second, one at the end of a page and one beyond it.
        page = read_page(whole.oldest + SECOND)
        if page.sports.keys() <= whole.sports.keys():
            return replace(whole, reaches=None, pages=whole.pages + 1)
        whole = _joined(whole, page)
    return replace(whole, reaches=None)


def _joined(newer: ActivityList, older: ActivityList) -> ActivityList:
    is_known = newer.sports.keys()
    return ActivityList(
        runs=newer.runs + tuple(run for run in older.runs if int(run.id) not in is_known),
        wear=newer.wear + tuple(worn for worn in older.wear if int(worn.id) not in is_known),
        sports={**older.sports, **newer.sports},
        reaches=older.reaches,
        oldest=older.oldest,
        zones={**older.zones, **newer.zones},
        pages=newer.pages + older.pages,
    )
