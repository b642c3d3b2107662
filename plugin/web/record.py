"""What was said on the last runs, and what was kept back and why, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from plugin.notice import PROFESSIONAL
from plugin.outlook import KeptBack
from plugin.ports import Found, Look, Runner, Telling
from plugin.web.parts import Parts
from plugin.web.say import can_be_race

RECORD = 20
"""As many runs as the record on the page goes back."""
STANDS = (Telling.TOLD, Telling.SENDING, Telling.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One run in the record: the note as it stands, what was said where its words are gone, what was kept back."""

    look: Look
    metres: Decimal | None
    told: tuple[Found, ...]
    kept_back: tuple[KeptBack, ...]
    can_be_race: bool

    @property
    def leader(self) -> str:
        """The rule that led the note, for "not for me"; empty where nothing was said."""
        return next((one.rule for one in self.told if one.leads), self.told[0].rule if self.told else "")

    @property
    def can_be_silenced(self) -> bool:
        """What says to see a professional takes no snooze and no "not for me"."""
        return all(one.level < PROFESSIONAL for one in self.told)

    @property
    def stands(self) -> bool:
        """Whether something was told, as far as anybody can know."""
        return self.look.telling in STANDS


def record_of(have: Parts, runner: Runner) -> list[Entry]:
    """The newest runs first; runs about which there was nothing to find are left out."""
    looks = sorted(have.books.looks(runner.id), key=lambda look: (look.day, look.looked_at), reverse=True)
    entries = [
        Entry(
            look=look,
            metres=look.facts.distance_m if look.facts else None,
            told=tuple(one for one in look.found if one.told),
            kept_back=tuple(
                KeptBack(rule=one.rule, reason=one.withheld or "", text=one.text) for one in look.found if not one.told
            ),
            can_be_race=can_be_race(look),
        )
        for look in looks
        if look.found or look.text or look.remark
    ]
    return entries[:RECORD]
