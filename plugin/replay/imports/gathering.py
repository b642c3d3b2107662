"""What was read from a source, and what had to be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from plugin.errors import BadSource
from plugin.training.runs import Run, Wear, order_of_id

MOST_ACTIVITIES = 100_000
"""Five a day for fifty years."""
LONGEST_DATE = 100
Words = tuple[str, str, str]
"""A run's title, description and private note, empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A runner's history from a file, in order of start and id.

    `rows_read` counts every row of the source, runs or not, those left out too. `wear` is every activity that names a
    pair, whatever its sport. `times_are_utc` says that days are the runner's own only if a time zone was given.
    """

    source: str
    rows_read: int
    runs: tuple[Run, ...]
    wear: tuple[Wear, ...] = ()
    words: Mapping[str, Words] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    rows_left_out: int = 0
    other_sports: Mapping[str, int] = field(default_factory=dict)
    """Sport words that are no run, as the source spells them, to how many rows have them."""
    times_are_utc: bool = False


@dataclass(kw_only=True)
class Gathering:
    """Collects rows one by one; of two rows with one id the first counts."""

    source: str
    times_are_utc: bool = False
    rows_read: int = 0
    runs: list[Run] = field(default_factory=list)
    wear: list[Wear] = field(default_factory=list)
    words: dict[str, Words] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    undated: int = 0
    unreadable: int = 0
    first_unreadable: str = ""
    nameless: int = 0
    repeated: int = 0
    has_distances: bool = True
    other_sports: Counter[str] = field(default_factory=Counter)

    def takes(self, id_: str, start: datetime | None, date_text: str) -> bool:
        """Count a row, and say whether it is in: it has a date and an id that was not there before."""
        self.rows_read += 1
        if start is None:
            if date_text.strip():
                self.unreadable += 1
                self.first_unreadable = self.first_unreadable or date_text.strip()[:LONGEST_DATE]
            else:
                self.undated += 1
            return False
        if not id_:
            self.nameless += 1
            return False
        if id_ in self.seen:
            self.repeated += 1
            return False
        self.seen.add(id_)
        if len(self.seen) > MOST_ACTIVITIES:
            raise BadSource(
                f"{self.source} holds more than {MOST_ACTIVITIES} activities: that is no one runner's history."
            )
        return True

    def add_words(self, run_id: str, name: str, description: str, note: str) -> None:
        """Keep the runner's own words of a run, if there are any."""
        if name or description or note:
            self.words[run_id] = (name, description, note)

    def archive(self) -> Archive:
        """Everything in its order, with a sentence for each kind of row that was left out."""
        return Archive(
            source=self.source,
            rows_read=self.rows_read,
            runs=tuple(sorted(self.runs, key=lambda run: run.order)),
            wear=tuple(sorted(self.wear, key=lambda worn: (worn.start, order_of_id(worn.id)))),
            words=self.words,
            left_out=tuple(self._left_out()),
            rows_left_out=self.undated + self.unreadable + self.nameless + self.repeated,
            other_sports=self.other_sports,
            times_are_utc=self.times_are_utc,
        )

    def _left_out(self) -> list[str]:
        kinds = [
            (self.undated, "without a date"),
            (self.unreadable, f"with a date that cannot be read ({quoted(self.first_unreadable)})"),
            (self.nameless, "without an id"),
            (self.repeated, "with an id that another row has already"),
        ]
        said = [
            f"1 row {which} was left out." if number == 1 else f"{number} rows {which} were left out."
            for number, which in kinds
            if number
        ]
        if self.rows_read and not self.has_distances:
            said.append("No column with distances was found, so every run is set aside.")
        return said


def quoted(text: str) -> str:
    """A text from a file as a sentence can hold it: short, printable, on one line."""
    return f"“{''.join(sign for sign in ' '.join(text.split())[:40] if sign.isprintable())}”"
