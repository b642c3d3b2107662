"""How well soreness is read: recall by label, precision by label, and how many texts without soreness were
flagged.

    python tests/soreness/measure.py [labelled.csv] [--wrong]

The file has the columns text, labels (";" between them; "none"), lang and kind.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.paths import ROOT

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from plugin.soreness import Lexicon, lexicon_from, read_words

DEV_TEXTS = ROOT.parent / "shared" / "data" / "symptoms-dev.csv"
OWN_TEXTS = Path(__file__).parent / "own-texts.csv"
"""Ours. Of the first 367 every third (the 3rd, 6th, …) was kept aside until the rest was built and measured
once: four conditions 0.964, red flags 10 of 11, 1 of 56 without soreness flagged. What it got wrong was
mended afterwards, so the file guards now and no longer judges."""
SECOND_TEXTS = tuple(Path(__file__).parent / f"{author}-author.csv" for author in ("second", "third"))
"""A second and a third author's, in batches, each measured once before anything was mended for it;
docs/soreness.md has the figures."""
NAMED = ("plantar_fasciitis", "metatarsalgia", "fat_pad_syndrome", "stress_fracture")
"""The four conditions of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of texts. `found[label]` of `asked[label]` were read, `false[label]` were read where they are
    not."""

    asked: Mapping[str, int]
    found: Mapping[str, int]
    false: Mapping[str, int]
    none_asked: int
    none_flagged: int
    wrong: tuple[tuple[str, str, str], ...] = field(default=())

    def recall(self, *labels: str) -> float:
        """The share found of these labels together; 1.0 where none was asked."""
        asked = sum(self.asked.get(label, 0) for label in labels)
        return sum(self.found.get(label, 0) for label in labels) / asked if asked else 1.0

    @property
    def none_share(self) -> float:
        """The share of texts without soreness in which some was read."""
        return self.none_flagged / self.none_asked if self.none_asked else 0.0


def shipped_lexicon() -> Lexicon:
    """The lexicon of config/soreness.toml."""
    return lexicon_from(tomllib.loads((ROOT / "config" / "soreness.toml").read_text(encoding="utf-8")))


def rows_of(path: Path) -> list[dict[str, str]]:
    """The labelled texts of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def score(rows: Iterable[Mapping[str, str]], lexicon: Lexicon | None = None) -> Score:
    """Reads every text on its own and compares."""
    lexicon = lexicon or shipped_lexicon()
    asked: dict[str, int] = {}
    found: dict[str, int] = {}
    false: dict[str, int] = {}
    none_asked = none_flagged = 0
    wrong: list[tuple[str, str, str]] = []
    for row in rows:
        wanted = frozenset(row["labels"].split(";")) - {"none", ""}
        read = read_words([row["text"]], lexicon).labels
        none_asked += not wanted
        none_flagged += not wanted and bool(read)
        for label in wanted:
            asked[label] = asked.get(label, 0) + 1
            found[label] = found.get(label, 0) + (label in read)
        for label in read - wanted:
            false[label] = false.get(label, 0) + 1
        if read != wanted:
            wrong.append((row["text"], ";".join(sorted(wanted)) or "none", ";".join(sorted(read)) or "none"))
    return Score(
        asked=asked,
        found=found,
        false=false,
        none_asked=none_asked,
        none_flagged=none_flagged,
        wrong=tuple(wrong),
    )


def table(result: Score) -> str:
    """The figures as lines to print."""
    lines = [f"{'label':24}{'found':>7}{'of':>6}{'recall':>9}{'false':>7}"]
    for label in sorted({*result.asked, *result.false}):
        got, of = result.found.get(label, 0), result.asked.get(label, 0)
        share = f"{got / of:9.3f}" if of else f"{'':9}"
        lines.append(f"{label:24}{got:7}{of:6}{share}{result.false.get(label, 0):7}")
    lines.append(f"{'the four conditions':37}{result.recall(*NAMED):9.3f}")
    lines.append(f"flagged among none: {result.none_flagged} of {result.none_asked} ({result.none_share:.1%})")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    paths = [Path(one) for one in arguments if not one.startswith("--")]
    result = score(rows_of(paths[0] if paths else DEV_TEXTS))
    print(table(result))
    if "--wrong" in arguments:
        for text, wanted, read in result.wrong:
            print(f"  {text}\n      wanted {wanted}, read {read}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
