"""From what was found on a run to at most one note, and why the rest is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tests.oracle.facts import days
from tests.oracle.known import Known
from tests.oracle.rules import Numbers

ALL = "*"
"""Snoozed: every rule."""
LOAD = ("long_run", "comeback", "ramp", "streak")
FAMILY = {
    **dict.fromkeys(LOAD, "load"),
    **dict.fromkeys(("worn_shoe", "new_shoe", "one_pair"), "shoe"),
    **dict.fromkeys(("cadence", "recovery"), "form"),
    "soreness": "soreness",
}
TIES = ("soreness", "long_run", "comeback", "ramp", "worn_shoe", "streak", "new_shoe", "one_pair", "cadence")


@dataclass
class Found:
    rule: str
    level: int
    numbers: Numbers
    withheld: str | None = None
    told: bool = False
    leads: bool = False


@dataclass
class Told:
    """A line of a note that was told."""

    rule: str
    level: int
    run: Any
    numbers: Numbers
    leads: bool


def is_quiet(one: Found, run: Any, told: list[Told], week: date, week_of: Any) -> bool:
    before = [spoke for spoke in told if spoke.rule == one.rule]
    if one.rule == "ramp":
        return any(week_of(spoke.run.day) == week and spoke.level == one.level for spoke in before)
    if one.rule == "worn_shoe":
        return any(crossing(spoke) == crossing(one) for spoke in before)
    if one.rule == "soreness" and one.level == 4:
        return any(spoke.level == 4 and run.start - spoke.run.start < timedelta(hours=24) for spoke in before)
    if one.rule == "new_shoe" and any(spoke.numbers["pair"] == one.numbers["pair"] for spoke in before):
        return True
    if one.rule == "recovery":
        period = 14 if one.numbers["occasion"] == "race" else 28
    else:
        period = 60 if one.rule in ("one_pair", "cadence") else 7
    return any(run.day <= spoke.run.day + days(period - 1) and one.level <= spoke.level for spoke in before)


def crossing(one: Found | Told) -> tuple[Any, Any]:
    return one.numbers["pair"], one.numbers["limit"]


def said_enough(one: Found, told: list[Told]) -> bool:
    """At level 2 a pair is told three times at most."""
    if one.rule != "worn_shoe" or one.level != 2:
        return False
    times = [
        spoke
        for spoke in told
        if spoke.rule == "worn_shoe" and spoke.level == 2 and spoke.numbers["pair"] == one.numbers["pair"]
    ]
    return len(times) >= 3


def is_dismissed(rule: str, known: Known) -> bool:
    """Two dismissals within 60 days silence a rule for 30 days."""
    on = sorted(day for dismissed, day in known.asked.dismissed if dismissed == rule and day <= known.d)
    return any((second - first).days <= 60 and (known.d - second).days < 30 for first, second in pairwise(on))


def own_reason(one: Found, known: Known, told: list[Told], *, is_coming_back: bool) -> str | None:
    """Why this notice is not told, whatever else was found."""
    if is_coming_back and one.rule in ("long_run", "ramp"):
        return "coming back"
    if one.level < 4 and (one.rule in known.asked.off or is_dismissed(one.rule, known)):
        return "turned off"
    snoozed = max((known.asked.snoozed.get(name, date.min) for name in (one.rule, ALL)), default=date.min)
    if one.level < 4 and known.d <= snoozed:
        return "snoozed"
    if is_quiet(one, known.run, told, known.week_of(known.d), known.week_of):
        return "quiet period"
    if said_enough(one, told):
        return "said enough"
    return None


def is_budgeted(one: Found | Told) -> bool:
    return one.level in (1, 2) and FAMILY[one.rule] in ("load", "form")


def month_is_full(known: Known, told: list[Told]) -> bool:
    """Never more than four notes in any thirty days but for shoes and levels 3 and 4; a race has its note all the same.

    This is not in the rules' text: the issue on how often notes may come asks for it.
    """
    since = known.d - days(30)
    lately = [spoke for spoke in told if spoke.leads and spoke.run.day >= since]
    led = [spoke.run.day for spoke in lately if FAMILY[spoke.rule] != "shoe" and spoke.level < 3]
    if len(led) < 4:
        return False
    starts = [known.d - days(back) for back in range(30)]
    return any(sum(1 for day in led if first <= day <= first + days(29)) >= 4 for first in starts)


def budget_is_spent(known: Known, told: list[Told]) -> bool:
    """Some seven days with this run's own among them hold two notes led by such notices."""
    led = [spoke.run.day for spoke in told if spoke.leads and is_budgeted(spoke)]
    starts = [known.d - days(back) for back in range(7)]
    return any(sum(1 for day in led if first <= day <= first + days(6)) >= 2 for first in starts)


def choose(found: list[Found], known: Known, told: list[Told], *, is_coming_back: bool) -> None:
    """Mark what is told and why the rest is not; remember what was told."""
    spent, is_full = budget_is_spent(known, told), month_is_full(known, told)
    for one in found:
        one.withheld = own_reason(one, known, told, is_coming_back=is_coming_back)
    able = [one for one in found if one.withheld is None and one.level >= 1]
    able.sort(key=lambda one: (-one.level, TIES.index(one.rule)))
    leader = second = None
    for one in able:
        if leader is None and is_budgeted(one) and (spent or (is_full and not one.numbers.get("is_race"))):
            one.withheld = "weekly budget"
        elif leader is None:
            leader = one
        elif second is None and leader.level < 4 and FAMILY[one.rule] != FAMILY[leader.rule]:
            second = one
        else:
            one.withheld = "less important"
    for one in found:
        if one.level == 0 and one.withheld is None:
            if leader is not None:
                one.withheld = "less important"
            elif is_full and not one.numbers.get("is_race"):
                one.withheld = "weekly budget"
            else:
                leader = one
    for one in (leader, second):
        if one is not None:
            one.told, one.leads = True, one is leader
            told.append(Told(one.rule, one.level, known.run, one.numbers, leads=one.leads))
