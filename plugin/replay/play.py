"""A history played through the rules run by run, each seen as on its own day: what would have been said, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from plugin.notes.choose_note import Record
from plugin.notes.compose import note_text, notice_text, run_text
from plugin.notes.evaluate import evaluate_history
from plugin.notes.note import Allowance, Choice, Note, Verdict
from plugin.notes.rulebook import Rulebook
from plugin.ports import HowMuch
from plugin.replay.imports import Archive
from plugin.rules import BY_NAME
from plugin.training.history import History, Soreness
from plugin.training.runs import Metres, Run
from plugin.training.runs_set_aside import SetAsideReason
from plugin.translations.voice import Voice


@dataclass(frozen=True, kw_only=True)
class Played:
    """One run and what it brought. Of a run set aside there is only the reason. Metres."""

    run: Run
    aside: SetAsideReason | None = None
    session_m: Metres | None = None
    verdicts: tuple[Verdict, ...] = ()
    note: Note | None = None
    allowance: Allowance | None = None
    line: str = ""
    """What a runner who asked for a line on every run is told where there is no note."""

    @property
    def kept_back(self) -> tuple[Verdict, ...]:
        """The notices that were found and not told."""
        return tuple(verdict for verdict in self.verdicts if not verdict.told)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How often a rule found something, how often that was told, and why the rest was not."""

    found: int
    told: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The whole history, in order of start and id, runs set aside included."""

    archive: Archive
    history: History
    rulebook: Rulebook
    voice: Voice
    played: tuple[Played, ...]
    injuries: tuple[date, ...] = ()
    """Days on which the runner got hurt."""

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day with a run."""
        days = [one.run.day for one in self.played]
        return (min(days), max(days)) if days else None

    @property
    def noted(self) -> tuple[Played, ...]:
        """The runs on which something was told."""
        return tuple(one for one in self.played if one.note is not None)

    @property
    def spoken(self) -> tuple[Played, ...]:
        """The runs on which anything was said: notes, and the lines that the runner asked for on every run."""
        return tuple(one for one in self.played if one.note is not None or one.line)

    @property
    def aside(self) -> tuple[Played, ...]:
        """The runs set aside."""
        return tuple(one for one in self.played if one.aside is not None)

    def say(self, verdict: Verdict) -> str:
        """The sentence of a notice, told or not."""
        return notice_text(verdict.notice, self.voice, verdict.notice.day)

    def note_of(self, one: Played) -> str | None:
        """The note's lines, None for silence."""
        if one.note is None:
            return one.line or None
        return note_text(one.note, self.voice, self.rulebook, one.run.day)

    @cached_property
    def by_rule(self) -> Mapping[str, Counted]:
        """Every rule, those that found nothing too, in the rules' order."""
        found: Counter[str] = Counter()
        told: Counter[str] = Counter()
        reasons: dict[str, Counter[str]] = {rule: Counter() for rule in BY_NAME}
        for one in self.played:
            for verdict in one.verdicts:
                rule = verdict.notice.rule
                found[rule] += 1
                if verdict.withheld is None:
                    told[rule] += 1
                else:
                    reasons[rule][verdict.withheld.value] += 1
        return {rule: Counted(found=found[rule], told=told[rule], reasons=reasons[rule]) for rule in BY_NAME}


def play(
    archive: Archive,
    rulebook: Rulebook,
    *,
    voice: Voice | None = None,
    readings: Mapping[str, Soreness] | None = None,
    injuries: Iterable[date] = (),
    how_much: HowMuch = HowMuch.WARNINGS_AND_TIPS,
    after_run: Callable[[], object] | None = None,
) -> Replay:
    """Judge every run with what was known on its day, exactly as a live run is judged.

    `readings`: run id to what was read from its words; `how_much`: how much the runner wants said; `after_run` is
    called after each run, to show progress.
    """
    history = History(archive.runs, wear=archive.wear)
    voice = voice or Voice()
    asked = Record(how_much=how_much)
    choices: dict[str, Played] = {}
    for run, ledger, choice in evaluate_history(history, rulebook, readings, asked_by=lambda run: asked):
        choices[run.id] = _played(
            run,
            choice,
            session_m=ledger.session.distance_m,
            line="" if choice.note else run_text(choice, voice, rulebook, run.day, how_much),
        )
        if after_run is not None:
            after_run()
    return Replay(
        archive=archive,
        history=history,
        rulebook=rulebook,
        voice=voice,
        injuries=tuple(injuries),
        played=tuple(choices.get(run.id) or Played(run=run, aside=history.aside[run.id]) for run in history.runs),
    )


def _played(run: Run, choice: Choice, *, session_m: Metres, line: str) -> Played:
    return Played(
        run=run,
        session_m=session_m,
        verdicts=choice.verdicts,
        note=choice.note,
        allowance=choice.allowance,
        line=line,
    )
