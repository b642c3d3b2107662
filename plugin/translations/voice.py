"""How one runner is spoken to: numbers in their units, days and lists as their language has them, sentences whole.

Every rule has its own sentences (in its file); plugin/notes/compose.py puts a note together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from plugin.translations import ENGLISH, day_name, decimal_mark, short_day, translation, translation_of_counts


def marked(sentence: str) -> str:
    """The sentence as it is, to be translated where it is spoken: so `make words` finds it."""
    return sentence


UNITS = {"km": Decimal(1000), "mi": Decimal("1609.344")}
LABELS = {
    "plantar_fasciitis": marked("heel or arch pain"),
    "metatarsalgia": marked("pain under the ball of the foot"),
    "fat_pad_syndrome": marked("pain in the middle of the heel"),
    "stress_fracture": marked("pain in one spot on a bone"),
    "achilles": marked("a sore Achilles"),
    "mortons_neuroma": marked("burning or numb toes"),
    "blister": marked("a blister or a sore toenail"),
    "shin": marked("sore shins"),
    "knee": marked("a sore knee"),
    "calf": marked("calf pain"),
    "thigh": marked("thigh or groin pain"),
    "hip": marked("hip pain"),
    "foot_pain_unspecified": marked("a sore foot"),
    "red_flag": marked("a warning sign"),
}
"""Labels as a layperson says them: never the name of a condition, which would be a diagnosis."""
WARNINGS = {
    "swelling": marked("swelling"),
    "night": marked("pain at night"),
    "rest": marked("pain at rest"),
    "weight": marked("a leg or foot that won't take your weight"),
    "numb": marked("numbness that stays"),
    "pop": marked("a pop"),
    "bone": marked("pain in one spot on a bone"),
    "diagnosed": marked("a fracture"),
    "worse": marked("pain that grows from run to run"),
    "infection": marked("redness and heat"),
    "weeks": marked("pain for weeks"),
    "strong": marked("strong pain"),
}
"""Kinds of warning, as the runner would say them."""
WHOLE_FROM = Decimal(100)
"""Kilometres or miles from which a decimal says nothing."""
NEAR_DAYS = 6
"""So long ago a day is called by its weekday."""


def read_off(ceiling_m: Decimal, units: str) -> Decimal:
    """A ceiling in these units as a runner reads it off: one decimal, rounded down, so that it is itself silent.

    Below 0.1 it is 0: then there is nothing to run, and sentences, subjects and pages say so.
    """
    return (ceiling_m / UNITS[units]).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def one_or_more(one: str, more: str, count: int) -> str:
    """English plural, as gettext has it without a catalogue."""
    return one if count == 1 else more


@dataclass(frozen=True, kw_only=True)
class Voice:
    """How one runner is spoken to: units, decimal mark, language, the weekday their weeks begin on (0 is Monday)."""

    units: str = "km"
    decimal_mark: str = "."
    translate: Callable[[str], str] = marked
    translate_count: Callable[[str, str, int], str] = one_or_more
    language: str = "en"
    first_weekday: int = 0

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the runner's language, with its values."""
        return self.translate(sentence).format(**values)

    def count(self, one: str, more: str, count: int, **values: object) -> str:
        """The sentence for one or for `{count}`, as the language decides."""
        return self.translate_count(one, more, count).format(count=count, **values)

    def distance(self, metres: Decimal, *, down: bool = False) -> str:
        """One decimal and the unit, whole from 100. Ceilings are rounded `down`, so that what is read off is silent."""
        amount = read_off(metres, self.units)
        if not down:
            amount = (metres / UNITS[self.units]).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        if amount >= WHOLE_FROM:
            return f"{self._whole(metres, ROUND_DOWN if down else ROUND_HALF_UP)} {self.units}"
        return f"{amount:f} {self.units}".replace(".", self.decimal_mark, 1)

    def whole(self, metres: Decimal) -> str:
        """Whole kilometres or miles, and the unit."""
        return f"{self._whole(metres)} {self.units}"

    def weeks(self, metres: Iterable[Decimal]) -> str:
        """`30, 32, 30 and 31 km`."""
        return f"{self.listed(self._whole(one) for one in metres)} {self.units}"

    def _whole(self, metres: Decimal, rounding: str = ROUND_HALF_UP) -> str:
        return f"{(metres / UNITS[self.units]).quantize(Decimal(1), rounding=rounding):f}"

    def more(self, now: Decimal, before: Decimal) -> str:
        """By how much `now` is more than `before`, in whole percents."""
        percent = ((now / before - 1) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return f"{percent:f} %"

    def weekday(self, day: date) -> str:
        """`Monday`, as the language says it."""
        return day_name(day, self.language)

    def day(self, day: date, today: date) -> str:
        """A day that is not today: `Sunday` within the last week, else `4 October`."""
        return self.weekday(day) if 0 <= (today - day).days <= NEAR_DAYS else short_day(day, self.language, "MMMMd")

    def name(self, name: object) -> str:
        """A pair's name in a sentence: one line, bounded, without anything that could pass for our delimiters."""
        line = " ".join("".join(c if c.isprintable() else " " for c in str(name)).replace("—", "-").split())
        return line if len(line) <= 60 else line[:59] + "…"

    def label(self, label: str) -> str:
        """What a soreness label means in plain words."""
        return self.translate(LABELS[label])

    def warning(self, kind: str) -> str:
        """What a kind of warning means in plain words."""
        return self.translate(WARNINGS[kind])

    def listed(self, words: Iterable[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        *most, last = list(words) or [""]
        return self.say("{most} and {last}", most=", ".join(most), last=last) if most else last


def voice_in(language: str, units: str = "km", *, first_weekday: int = 0) -> Voice:
    """How a runner of this language, these units and this week is spoken to, everywhere."""
    if language == ENGLISH:
        return Voice(units=units, first_weekday=first_weekday)
    return Voice(
        units=units,
        decimal_mark=decimal_mark(language),
        translate=translation(language),
        translate_count=translation_of_counts(language),
        language=language,
        first_weekday=first_weekday,
    )
