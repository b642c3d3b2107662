"""The replay for a terminal: each note where it came, then how often each rule spoke, then the months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import wrap

from plugin.replay.play import Played, Replay

WIDTH = 96
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def as_text(replay: Replay) -> str:
    """Plain lines, at most WIDTH wide but for long names."""
    return "\n".join([*_head(replay), *_notes(replay), *_rules(replay), *_months(replay), ""])


def _head(replay: Replay) -> Iterator[str]:
    if replay.days is None:
        yield f"{replay.archive.source}: {_many(replay.archive.rows_read, 'activity', 'activities')}, no run."
        return
    first, last = replay.days
    yield (
        f"{replay.archive.source}: {_many(replay.archive.rows_read, 'activity', 'activities')}, "
        f"{_many(len(replay.played), 'run', 'runs')} from {first} to {last}."
    )
    reasons = Counter(one.aside.value for one in replay.aside if one.aside is not None)
    if reasons:
        listed = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
        yield f"Set aside, neither counted nor noticed: {listed}."
    if replay.noted:
        yield f"{_many(len(replay.noted), 'note', 'notes')} would have been told:"
    else:
        yield "No note would have been told."


def _notes(replay: Replay) -> Iterator[str]:
    for one in replay.noted:
        yield ""
        yield _when(one, replay)
        for line in (replay.note_of(one) or "").split("\n"):
            yield from wrap(line, WIDTH, initial_indent="    ", subsequent_indent="    ")
        kept = ", ".join(f"{verdict.notice.rule} ({verdict.withheld})" for verdict in one.kept_back)
        if kept:
            yield f"    (kept back: {kept})"


def _when(one: Played, replay: Replay) -> str:
    far = replay.voice.distance
    parts = [f"{one.run.day:%Y-%m-%d %a}", far(one.run.metres)]
    if one.session_m is not None and far(one.session_m) != far(one.run.metres):
        parts.append(f"session {far(one.session_m)}")
    if one.run.shoe is not None:
        parts.append(replay.voice.name(one.run.shoe))
    return " · ".join(parts)


def _rules(replay: Replay) -> Iterator[str]:
    yield ""
    yield f"{'rule':<12}{'found':>6}{'told':>6}  kept back"
    for rule, counted in replay.by_rule().items():
        reasons = ", ".join(f"{number} {reason}" for reason, number in counted.reasons.items() if number)
        yield f"{rule:<12}{counted.found:>6}{counted.told:>6}  {reasons}".rstrip()


def _months(replay: Replay) -> Iterator[str]:
    """Notes a month, a line a year; a point where nothing was run, so that 0 means silence."""
    if replay.days is None:
        return
    run = Counter((one.run.day.year, one.run.day.month) for one in replay.played)
    told = Counter((one.run.day.year, one.run.day.month) for one in replay.noted)
    yield ""
    yield "notes " + "".join(f"{month:>5}" for month in MONTHS) + "  year"
    for year in range(replay.days[0].year, replay.days[1].year + 1):
        if not any(run[year, month] for month in range(1, 13)):
            continue
        cells = [str(told[year, month]) if run[year, month] else "." for month in range(1, 13)]
        total = sum(told[year, month] for month in range(1, 13))
        yield f"{year:<6}" + "".join(f"{cell:>5}" for cell in cells) + f"{total:>6}"


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
