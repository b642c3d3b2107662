"""Notices and notes in words: numbers in the runner's units, sentences whole so that they can be translated.

Every rule has its own sentences (in its file); here is how numbers, names and lists are spoken, and how a note is put
together. `translate` is gettext for the runner's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


def marked(sentence: str) -> str:
    """The sentence as it is, to be translated where it is spoken: so `make words` finds it."""
    return sentence


UNITS = {"km": Decimal(1000), "mi": Decimal("1609.344")}
LABELS = {
    "plantar_fasciitis": marked("heel or arch pain"),
    "metatarsalgia": marked("pain under the ball of the foot"),
    "fat_pad_syndrome": marked("pain in the middle of the heel"),
    "stress_fracture": marked("pin-point pain on a bone"),
    "achilles": marked("a sore Achilles"),
    "mortons_neuroma": marked("burning or numb toes"),
    "blister": marked("a blister or toenail"),
    "shin": marked("sore shins"),
    "foot_pain_unspecified": marked("a sore foot"),
    "red_flag": marked("a warning sign"),
}
"""Labels as a layperson says them: never the name of a condition, which would be a diagnosis."""


def read_off(ceiling_m: Decimal, units: str) -> Decimal:
    """A ceiling in these units as a runner reads it off: one decimal, rounded down, so that it is itself silent.

    Below 0.1 it is 0: then there is nothing to run, and sentences, subjects and pages say so.
    """
    return (ceiling_m / UNITS[units]).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """How one runner is spoken to: units, decimal mark, language."""

    units: str = "km"
    decimal_mark: str = "."
    translate: Callable[[str], str] = marked
    language: str = "en"

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the runner's language, with its values."""
        return self.translate(sentence).format(**values)

    def distance(self, metres: Decimal, *, down: bool = False) -> str:
        """One decimal and the unit. Ceilings are rounded `down`, so that what is read off is itself silent."""
        nearest = (metres / UNITS[self.units]).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        amount = read_off(metres, self.units) if down else nearest
        return f"{amount:f} {self.units}".replace(".", self.decimal_mark, 1)

    def more(self, now: Decimal, before: Decimal) -> str:
        """By how much `now` is more than `before`, in whole percents."""
        percent = ((now / before - 1) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return f"{percent:f} %"

    def name(self, name: object) -> str:
        """A pair's name in a sentence: one line, bounded, without anything that could pass for our delimiters."""
        line = " ".join("".join(c if c.isprintable() else " " for c in str(name)).replace("—", "-").split())
        return line if len(line) <= 60 else line[:59] + "…"

    def label(self, label: str) -> str:
        """What a soreness label means in plain words."""
        return self.translate(LABELS[label])

    def listed(self, words: Iterable[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        *most, last = list(words) or [""]
        return self.say("{most} and {last}", most=", ".join(most), last=last) if most else last
