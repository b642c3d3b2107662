"""The replay for a terminal: the verdict, what came before an injury, every note, the rules, the months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import wrap

from plugin.replay.conclusion import Conclusion, conclude
from plugin.replay.output import without_marks
from plugin.replay.play import Played, Replay
from plugin.replay.wording import (
    aside_word,
    injury_sentences,
    months_short,
    title,
    verdict_sentence,
    weekday,
    withheld_word,
)

WIDTH = 96


def as_text(replay: Replay) -> str:
    """Plain lines, at most WIDTH wide but for long names."""
    conclusion = conclude(replay)
    return without_marks(
        "\n".join(
            [
                *_head(replay, conclusion),
                *_injuries(replay, conclusion),
                *_notes(replay),
                *_rules(replay),
                *_months(replay),
                "",
            ]
        )
    )


def _head(replay: Replay, conclusion: Conclusion) -> Iterator[str]:
    voice, archive = replay.voice, replay.archive
    if replay.days is None:
        yield voice.count(
            "{source}: one activity, no run.",
            "{source}: {count} activities, no run.",
            archive.rows_read,
            source=archive.source,
        )
        return
    first, last = replay.days
    yield voice.say(
        "{source}: activities {rows}, runs {runs}, from {first} to {last}.",
        source=archive.source,
        rows=archive.rows_read,
        runs=len(replay.played),
        first=first,
        last=last,
    )
    yield from _wrapped(verdict_sentence(conclusion, voice))
    if conclusion.led_by:
        rules = voice.listed(f"{title(rule, voice)} ({number})" for rule, number in conclusion.led_by.items())
        yield from _wrapped(voice.say("What they are about: {rules}.", rules=rules))
    reasons = Counter(one.aside for one in replay.aside if one.aside is not None)
    if reasons:
        listed = ", ".join(f"{number} {aside_word(reason, voice)}" for reason, number in reasons.most_common())
        yield from _wrapped(voice.say("Set aside, neither counted nor noticed: {listed}.", listed=listed))
    if conclusion.most_important:
        yield ""
        yield (
            voice.say("The three that mattered most:")
            if len(conclusion.most_important) == 3
            else voice.say("What mattered most:")
        )
        for one in conclusion.most_important:
            yield ""
            yield from _note(one, replay)


def _injuries(replay: Replay, conclusion: Conclusion) -> Iterator[str]:
    for injury in conclusion.injuries:
        yield ""
        for sentence in injury_sentences(injury, replay.voice):
            yield from _wrapped(sentence)


def _notes(replay: Replay) -> Iterator[str]:
    if replay.noted:
        yield ""
        yield replay.voice.say("Every note, by date:")
    for one in replay.spoken:
        yield ""
        yield from _note(one, replay)
        kept = ", ".join(
            f"{title(verdict.notice.rule, replay.voice)} ({withheld_word(verdict.withheld, replay.voice)})"
            for verdict in one.kept_back
            if verdict.withheld is not None
        )
        if kept:
            yield from wrap(
                "(" + replay.voice.say("not told: {notices}", notices=kept) + ")",
                WIDTH,
                initial_indent="    ",
                subsequent_indent="    ",
            )


def _note(one: Played, replay: Replay) -> Iterator[str]:
    yield _when(one, replay)
    for line in (replay.note_of(one) or "").split("\n"):
        yield from wrap(line, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _wrapped(sentence: str) -> Iterator[str]:
    return iter(wrap(sentence, WIDTH, break_long_words=False))


def _when(one: Played, replay: Replay) -> str:
    far = replay.voice.distance
    parts = [f"{one.run.day.isoformat()} {weekday(one.run.day, replay.voice)}", far(one.run.metres)]
    if one.session_m is not None and far(one.session_m) != far(one.run.metres):
        parts.append(replay.voice.say("session {far}", far=far(one.session_m)))
    if one.run.shoe is not None:
        parts.append(replay.voice.name(one.run.shoe))
    return " · ".join(parts)


def _rules(replay: Replay) -> Iterator[str]:
    say = replay.voice.say
    rule_word, found, told, withheld = say("rule"), say("found"), say("told"), say("not told")
    yield ""
    yield f"{rule_word:<12}{found:>12}{told:>9}  {withheld}"
    for rule, counted in replay.by_rule.items():
        reasons = ", ".join(
            f"{number} {withheld_word(reason, replay.voice)}" for reason, number in counted.reasons.items() if number
        )
        yield f"{rule:<12}{counted.found:>12}{counted.told:>9}  {reasons}".rstrip()


def _months(replay: Replay) -> Iterator[str]:
    """Notes a month, a line a year; a point where nothing was run, so that 0 means silence."""
    if replay.days is None:
        return
    run = Counter((one.run.day.year, one.run.day.month) for one in replay.played)
    told = Counter((one.run.day.year, one.run.day.month) for one in replay.noted)
    yield ""
    months = months_short(replay.voice)
    year_word = replay.voice.say("year")
    yield " " * 6 + "".join(f"{month:>5}" for month in months) + f"{year_word:>6}"
    for year in range(replay.days[0].year, replay.days[1].year + 1):
        if not any(run[year, month] for month in range(1, 13)):
            continue
        cells = [str(told[year, month]) if run[year, month] else "." for month in range(1, 13)]
        total = sum(told[year, month] for month in range(1, 13))
        yield f"{year:<6}" + "".join(f"{cell:>5}" for cell in cells) + f"{total:>6}"
