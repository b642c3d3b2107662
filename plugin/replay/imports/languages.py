"""The words of Strava's exports, language by language, from languages.toml beside this file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from plugin.training.runs import Sport

Sports = Mapping[str, tuple[Sport, bool]]
"""Folded name of a kind of run to (sport, whether on a treadmill)."""
TREADMILL = "treadmill"
COLUMNS = (
    "id", "date", "name", "sport", "description", "elapsed", "distance", "distance_m", "note", "gear", "moving",
    "climb", "cadence", "gear_number", "flagged", "race",
)  # fmt: skip
SHORTEST = 3
"""Letters a month's short form has at least: "mar", "juil", "Dez"."""
_BETWEEN = re.compile(r"[\s_\-\u2010-\u2015]+")


def fold(text: str) -> str:
    """Text as it is compared: without case, accents, blanks, `_` and `-`, apostrophes alike."""
    if not text.isascii():
        text = text.replace("\u2019", "'").replace("\u02bc", "'")
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return _BETWEEN.sub("", text).casefold()


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Language to its table."""
    return tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))


@cache
def column_names() -> Mapping[str, Mapping[str, str]]:
    """Language to (folded header to our column), for the languages whose columns are known."""
    return {
        language: {fold(name): column for column in COLUMNS for name in table.get(column, ())}
        for language, table in languages().items()
        if "id" in table
    }


@cache
def sports() -> Sports:
    """Every known name of a kind of run, in any language."""
    kinds = [*((kind.value, (kind, False)) for kind in Sport), (TREADMILL, (Sport.RUN, True))]
    return {fold(name): what for table in languages().values() for kind, what in kinds for name in table.get(kind, ())}


@cache
def months() -> Mapping[str, int]:
    """Folded month, whole or shortened, to its number; a beginning that two months share is left out."""
    whole: dict[str, int] = {}
    for table in languages().values():
        for number, name in enumerate(table.get("months", ()), start=1):
            whole[fold(name)] = number
        for number, names in table.get("short", {}).items():
            whole.update((fold(name), int(number)) for name in names)
    meant: dict[str, set[int]] = defaultdict(set)
    for name, number in whole.items():
        for length in range(SHORTEST, len(name)):
            meant[name[:length]].add(number)
    shortened = {short: numbers.pop() for short, numbers in meant.items() if len(numbers) == 1}
    return shortened | whole
