"""What a replay comes to: how often it would have spoken, about what, and what came before the days of an injury.

Plain values; text, JSON and page put them into words. Distances are metres.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.replay.play import Played, Replay
from plugin.rules import BY_NAME
from plugin.training.runs import NONE, Metres

BEFORE = timedelta(days=28)
"""So many days before an injury are looked at."""
DAYS_A_MONTH = Decimal("30.4375")
MOST_IMPORTANT = 3


@dataclass(frozen=True, kw_only=True)
class Injury:
    """The 28 days before an injury, beside what is usual for this runner in 28 days.

    `usual` figures are means over the days of running weeks outside such windows; None where there are fewer than 28.
    """

    day: date
    run_days: int
    metres: Metres
    longest_m: Metres
    notes: int
    found: Mapping[str, int]
    """Rule to how many notices were found, rules that found nothing left out."""
    usual_metres: Metres | None
    usual_notes: Decimal | None
    usual_found: Mapping[str, Decimal]

    @property
    def first_day(self) -> date:
        """The first of the 28 days."""
        return self.day - BEFORE


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """Months of the history, notes and the rules that lead them (the most first), the most important notes by date."""

    months: Decimal
    notes: int
    led_by: Mapping[str, int]
    most_important: tuple[Played, ...]
    injuries: tuple[Injury, ...] = ()

    @property
    def notes_a_month(self) -> Decimal:
        """Notes a month, at least a month counted."""
        return self.notes / max(self.months, Decimal(1))


def conclude(replay: Replay) -> Conclusion:
    """The conclusion of a replay."""
    first, last = replay.days or (None, None)
    days = 0 if first is None or last is None else (last - first).days + 1
    led = Counter(one.note.leader.rule for one in replay.noted if one.note is not None)
    return Conclusion(
        months=days / DAYS_A_MONTH,
        notes=len(replay.noted),
        led_by={rule: led[rule] for rule in sorted(led, key=lambda rule: (-led[rule], BY_NAME[rule].RANK))},
        most_important=tuple(sorted(sorted(replay.noted, key=_importance)[:MOST_IMPORTANT], key=_order)),
        injuries=_injuries(replay, sorted(set(replay.injuries))),
    )


def _importance(one: Played) -> tuple[int, int, int]:
    """The highest level first, then the rule that breaks ties, then the newest."""
    leader = one.note.leader if one.note is not None else None
    return (-leader.level, BY_NAME[leader.rule].RANK, -one.run.day.toordinal()) if leader is not None else (1, 0, 0)


def _order(one: Played) -> tuple[date, str]:
    return one.run.day, one.run.id


def _injuries(replay: Replay, days: list[date]) -> tuple[Injury, ...]:
    def is_before_one(day: date) -> bool:
        return any(injury - BEFORE <= day < injury for injury in days)

    if not days or replay.days is None:
        return ()
    first, last = replay.days
    calendar = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    active = _active_days(replay)
    other_days = sum(1 for day in calendar if day in active and not is_before_one(day))
    others = [one for one in replay.played if not is_before_one(one.run.day)]
    share = Decimal(BEFORE.days) / other_days if other_days >= BEFORE.days else None
    usual_found = _found(others)
    result = []
    for injury in days:
        window = [one for one in replay.played if injury - BEFORE <= one.run.day < injury]
        load = [one for one in window if one.aside is None]
        result.append(
            Injury(
                day=injury,
                run_days=len({one.run.day for one in load}),
                metres=_metres(load),
                longest_m=max((one.session_m or NONE for one in load), default=NONE),
                notes=sum(1 for one in window if one.note is not None),
                found={rule: number for rule, number in _found(window).items() if number},
                usual_metres=None if share is None else _metres(others) * share,
                usual_notes=None if share is None else sum(1 for one in others if one.note is not None) * share,
                usual_found={} if share is None else {rule: number * share for rule, number in usual_found.items()},
            )
        )
    return tuple(result)


def _active_days(replay: Replay) -> frozenset[date]:
    """Days with a run in the 28 days up to them: years without running are not usual for anybody."""
    run_days = {one.run.day for one in replay.played if one.aside is None}
    return frozenset(day + timedelta(days=number) for day in run_days for number in range(BEFORE.days))


def _found(played: Iterable[Played]) -> Mapping[str, int]:
    found = Counter(verdict.notice.rule for one in played for verdict in one.verdicts)
    return {rule: found[rule] for rule in BY_NAME}


def _metres(played: Iterable[Played]) -> Metres:
    return sum((one.run.metres for one in played if one.aside is None), NONE)
