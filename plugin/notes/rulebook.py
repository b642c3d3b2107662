"""Reads config/rules.toml, config/tips.toml and config/soreness.toml; names everything that is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from plugin.errors import BadSettings
from plugin.notes import choose_note
from plugin.notes.tips import FOOT_WORK, OCCASIONS, Tip
from plugin.rules import BY_NAME, RULES, RuleLimits
from plugin.rules.limits_file import build_all, read_toml
from plugin.soreness import Lexicon, lexicon_from
from plugin.translations.voice import LABELS

PACKAGE = Path(__file__).parent.parent
CONFIG = next(folder for folder in (PACKAGE / "config", PACKAGE.parent / "config") if folder.is_dir())
"""Inside an installed package, else at the top of a checkout."""
SHAPES: Mapping[str, type[Any]] = {"choose": choose_note.ChooseLimits} | {rule.NAME: rule.LIMITS for rule in RULES}


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """Limits by rule, and the tips."""

    limits: RuleLimits
    tips: Sequence[Tip]

    @cached_property
    def foot_work(self) -> tuple[Tip, ...]:
        """The exercises, in their order."""
        return tuple(tip for tip in self.tips if FOOT_WORK in tip.fits)

    def is_foot_work(self, tip: str) -> bool:
        return any(one.id == tip for one in self.foot_work)

    def words_of_tip(self, tip: str | None) -> str:
        """The tip's sentence, empty for none or one that no longer exists."""
        return next((one.words for one in self.tips if one.id == tip), "")


def read_rulebook(own: Path | None = None) -> Rulebook:
    """The rulebook from config/; BadSettings with every problem, each by file, table and key.

    `own` is a rules file of the reader's own, which needs only the tables and keys it changes.
    """
    return _standard() if own is None else Rulebook(limits=_limits(own), tips=_standard().tips)


@cache
def _standard() -> Rulebook:
    return Rulebook(limits=_limits(None), tips=_tips(read_toml(CONFIG / "tips.toml")))


@cache
def read_lexicon() -> Lexicon:
    """The phrases of config/soreness.toml; BadSettings says what is wrong in it."""
    try:
        return lexicon_from(read_toml(CONFIG / "soreness.toml"))
    except ValueError as wrong:
        raise BadSettings([f"config/soreness.toml: {wrong}"]) from wrong


def _limits(own: Path | None) -> dict[str, Any]:
    tables = read_toml(CONFIG / "rules.toml")
    where = "config/rules.toml"
    if own is not None:
        where = own.name
        for name, table in read_toml(own).items():
            both = isinstance(table, dict) and isinstance(tables.get(name), dict)
            tables[name] = tables[name] | table if both else table
    return build_all(tables, SHAPES, where)


def _tips(table: Mapping[str, Any]) -> tuple[Tip, ...]:
    known = {*BY_NAME, *LABELS, *OCCASIONS}
    problems: list[str] = []
    tips: dict[str, Tip] = {}
    for number, entry in enumerate(table.get("tip", []), start=1):
        where = f"config/tips.toml, tip {entry.get('id', number)}"
        fits, never_with = frozenset(entry.get("fits", ())), frozenset(entry.get("never_with", ()))
        if wrong := (fits - known) | (never_with - set(LABELS) - set(BY_NAME)):
            problems.append(f"{where}: {', '.join(sorted(wrong))} is neither a rule nor a soreness label.")
        texts = {key: entry.get(key) for key in ("id", "words", "article", "evidence")}
        if not all(isinstance(text, str) and text.strip() for text in texts.values()) or entry["id"] in tips:
            problems.append(f"{where}: needs an id of its own, words, article and evidence.")
            continue
        is_exercise = entry.get("is_exercise") is True
        tips[entry["id"]] = Tip(**texts, fits=fits, never_with=never_with, is_exercise=is_exercise)
    if problems:
        raise BadSettings(problems)
    return tuple(tips.values())
