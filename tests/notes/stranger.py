"""A note read as a stranger reads it: lines, sentences, numbers with their units, and what is said of them.

Nothing here knows how a note is made. The words that show what a number is about are listed by language; a number that
none of them explains is held against what was really run (tests/notes/test_every_note.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property

UNITS = {"km": Decimal(1000), "mi": Decimal("1609.344")}


class About(StrEnum):
    """What a distance is said of."""

    NEXT_RUN = "the next run"
    WEEK = "what the week has left"
    NEXT_WEEK = "next week"
    WEEKS_BEFORE = "the weeks before"
    PAIR = "the pair"
    RUN = "what was run"


@dataclass(frozen=True)
class Words:
    """The words of one language. A distance is of the next run, or of a week, if they stand around it."""

    tip: str
    joins: str
    """Between the last two of a list."""
    mark: str
    next_run: str
    next_run_after: str
    week: str
    next_week: str
    week_left: str
    weeks_before: str
    pair_before: str
    pair_after: str
    too_long: str
    a_streak: str
    stop: str
    no_diagnosis: str
    ring: str
    load: str
    today: str
    week_so_far: str
    foreign: str
    """Words of the other languages that this one does not have."""
    topics: dict[str, str]


ENGLISH = Words(
    tip="Tip:",
    joins="and",
    mark=".",
    next_run=r"next (run|time|one)\b|enough for now|\bup to$|\bat most$|no (more|longer) than$|\bkeep it\b",
    next_run_after=r"^ (or less|at most|is enough|would be enough|is plenty)",
    week=r"\bthis week\b",
    next_week=r"\bnext week\b|\bweek ahead\b|\bcoming week\b",
    week_left=r"\bleft\b|\broom\b|\bin all\b|\bor less\b|\bat most\b|\bup to\b",
    weeks_before=r"\bweeks of$",
    pair_before=r"PAIR \($",
    pair_after=r"^ on it\b",
    too_long=r"longer than your longest|\bfirst week back\b|\bweek \d+ (of your comeback|after)\b|\bweek \d+ after\b",
    a_streak=r"(?P<streak>\d+) run days in a row(?:[;,][^.]*?(?P<usual>\d+))?",
    stop=r"stop running for now",
    no_diagnosis=r"This isn't a diagnosis\.",
    ring=r"\bring\b|\bcall\b",
    load=r"longer than|weeks of|in a row|first week back|10 %",
    today=r"\btoday's\b",
    week_so_far=r"(?<!has )\bthis week\b(?! has)(?=,| up to)",
    foreign=r"\b(der|das|und|nicht|Woche|Läufe|Tage|dein)\b",
    topics={
        "bike": r"\bbike|\bcycl",
        "pool": r"\bpool\b|\bswim",
        "day off": r"without running|rest day|tomorrow off|(?<!\d )days? off\b|days easy or off",
        "feet up": r"\bfeet up\b|raise your feet",
        "roll": r"\broll\b",
        "stretch": r"\bstretch",
        "calf raises": r"calf raise",
        "toe curls": r"toe curl",
        "towel": r"\btowel",
        "mobility": r"ankle circle|knee[- ]to[- ]wall",
        "softer steps": r"(shorter|softer|quieter)[^.]* steps",
        "orthotics": r"orthotic|insole",
        "another pair": r"another pair",
        "next pair": r"next pair",
        "sole": r"\bsole\b",
        "socks": r"\bsocks?\b",
        "soft ground": r"soft ground",
        "ring": r"\bring a\b",
    },
)

GERMAN = Words(
    tip="Tipp:",
    joins="und",
    mark=",",
    next_run=r"nächste[rns]? (Lauf|Läufe|Mal)\b|\bbis zu$|\bhöchstens$|nicht (mehr|länger) als$|\breichen\b",
    next_run_after=r"^ (oder weniger|reichen|genügen|sind genug)",
    week=r"\bdiese(r)? Woche\b",
    next_week=r"\b(nächste|kommende|neue)[nr]? Woche\b",
    week_left=r"\bnoch\b|\bdrin\b|\binsgesamt\b|\bhöchstens\b|\bbis zu\b|\bübrig\b|\bPlatz\b|\bfrei\b",
    weeks_before=r"\bWochen mit$",
    pair_before=r"PAIR (unterwegs )?\($",
    pair_after=r"^ (drauf|auf der Sohle|auf dem Buckel)\b",
    too_long=r"länger als dein längster|in der ersten Woche nach|\bWoche \d+ nach\b",
    a_streak=r"(?P<streak>\d+) Lauftage (?:in Folge|am Stück|nacheinander)(?:[;,][^.]*?(?P<usual>\d+))?",
    stop=r"Lauf erst mal nicht|(hör|Hör)[^.]* auf zu laufen",
    no_diagnosis=r"Das ist keine Diagnose\.",
    ring=r"\bruf\b",
    load=r"länger als|Wochen mit|in Folge|ersten Woche nach|10 %",
    today=r"\bheute \d",
    week_so_far=r"\bin dieser Woche\b",
    foreign=r"\b(the|your|with|of|days|runs|weeks?)\b",
    topics={
        "bike": r"\bRad\b|radeln",
        "pool": r"Schwimmbad|schwimmen|im Wasser",
        "day off": r"Tag ohne Lauf|Ruhetag|morgen frei|Tage? (locker oder )?frei|einen Tag frei",
        "feet up": r"Füße [^.]*hoch\b",
        "roll": r"\b[Rr]oll\w* [^.]*(Waden|Schienbein)",
        "stretch": r"\b[Dd]ehn",
        "calf raises": r"Wadenheb",
        "toe curls": r"Zehenkrall|Zehen (ein)?krallen",
        "towel": r"Handtuch",
        "mobility": r"Fußkreis|Knie (an|zur|gegen die) Wand",
        "softer steps": r"(kürzere|weichere|leisere)[^.]* Schritt",
        "orthotics": r"Einlage",
        "another pair": r"anderes Paar",
        "next pair": r"nächste Paar|neue Paar\b",
        "sole": r"\bSohle\b",
        "socks": r"Socken",
        "soft ground": r"weicher? Boden",
        "ring": r"\bruf\b",
    },
)
LANGUAGES = {"en": ENGLISH, "de": GERMAN}
NUMBER = r"\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Distance:
    """Numbers that share a unit: mostly one, several in a list (`30, 32 and 31 km`)."""

    shown: tuple[str, ...]
    unit: str
    about: About
    sentence: str

    @cached_property
    def values(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(one.replace(",", ".")) for one in self.shown)

    @property
    def value(self) -> Decimal:
        """The one number; of a list the last."""
        return self.values[-1]

    @property
    def is_of_next_time(self) -> bool:
        return self.about in (About.NEXT_RUN, About.WEEK, About.NEXT_WEEK)


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


class Note:
    """A finished text. `names`: of pairs, which may hold anything and are read as names alone."""

    def __init__(self, text: str, language: str, *, names: tuple[str, ...] = ()) -> None:
        self.text = text
        self.language = language
        self.words = LANGUAGES[language]
        known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self.plain = re.sub(rf"(?<!\w)(?:{known})(?!\w)", "PAIR", text) if known else text
        self.lines = [line for line in self.plain.split("\n") if line.strip()]

    def has(self, pattern: str) -> bool:
        return _has(pattern, self.body)

    @cached_property
    def tip(self) -> str:
        return " ".join(line for line in self.lines if line.startswith(self.words.tip)).removeprefix(self.words.tip)

    @cached_property
    def body(self) -> str:
        """Everything but the tip."""
        return " ".join(line for line in self.lines if not line.startswith(self.words.tip))

    @property
    def sentences(self) -> list[str]:
        return [one for line in self.lines for one in re.split(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ0-9“„])", line)]

    @cached_property
    def distances(self) -> list[Distance]:
        return [one for sentence in self.sentences for one in self._distances(sentence)]

    def _distances(self, sentence: str) -> list[Distance]:
        listed = rf"(?<![\d.,]){NUMBER}(?:, {NUMBER})*(?: {self.words.joins} {NUMBER})?"
        found = []
        end = 0
        matches = list(re.finditer(rf"({listed}) ({'|'.join(UNITS)})\b", sentence))
        for place, match in enumerate(matches):
            until = matches[place + 1].start() if place + 1 < len(matches) else len(sentence)
            before, after = sentence[end : match.start()], sentence[match.end() : until]
            shown = tuple(re.findall(NUMBER, match[1]))
            found.append(Distance(shown, match[2], self._about(before, after), sentence))
            end = match.end()
        return found

    def _about(self, before: str, after: str) -> About:
        words = self.words
        before = before.rstrip()
        if re.search(words.weeks_before, before):
            return About.WEEKS_BEFORE
        if re.search(words.pair_after, after) or _has(words.pair_before, before):
            return About.PAIR
        around = f"{before} … {after}"
        if _has(words.week_left, around):
            if _has(words.next_week, around):
                return About.NEXT_WEEK
            if _has(words.week, around):
                return About.WEEK
        if _has(words.next_run, before) or _has(words.next_run_after, after):
            return About.NEXT_RUN
        return About.RUN

    def of_next_time(self) -> list[Distance]:
        return [one for one in self.distances if one.is_of_next_time]

    @property
    def says_too_long(self) -> bool:
        return self.has(self.words.too_long)

    def topics(self, text: str) -> frozenset[str]:
        return _topics(self.language, text)


@cache
def _topics(language: str, text: str) -> frozenset[str]:
    """Many notes end with the same tip: each text is searched once."""
    return frozenset(topic for topic, pattern in LANGUAGES[language].topics.items() if _has(pattern, text))
