"""Why a delivery waits or is parked, and what is remarked of how a note was told: codes, whose words live with the
languages.

A reason is kept as its code, or as `code: detail` where something is known beyond it: the words of Strava or of a mail
server. Versions before 0.2 kept English sentences; they are understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from plugin.translations.voice import marked


class Reason(StrEnum):
    """Codes; `WORDS` has their sentences."""

    NONE = ""
    APP_INACTIVE = "app_inactive"
    WINDOW_FULL = "window_full"
    WINDOW_RESERVED = "window_reserved"
    DISCONNECTED = "disconnected"
    REFUSED = "refused"
    NOT_THERE = "not_there"
    TROUBLE = "trouble"
    NOT_TOLD = "not_told"
    CUT_OFF = "cut_off"
    STORE_BROKEN = "store_broken"
    MAIL_PAUSED = "mail_paused"
    UNREADABLE = "unreadable"
    TOO_NEW = "too_new"
    BUG = "bug"
    OTHER = "other"
    """A sentence of an earlier version that no code stands for."""


WORDS: Mapping[Reason, str] = {
    Reason.APP_INACTIVE: marked(
        "Strava says that the app is inactive: its owner needs a paid Strava subscription and switches the app on "
        "again in its settings at Strava; what waits then goes on by itself."
    ),
    Reason.WINDOW_FULL: marked("Strava's rate window is full; what waits goes on by itself when it turns."),
    Reason.WINDOW_RESERVED: marked(
        "The rest of Strava's rate window is kept for runs that have just come in; this waits until it turns."
    ),
    Reason.DISCONNECTED: marked("The runner must connect to Strava again; then this goes on by itself."),
    Reason.REFUSED: marked("Strava refuses this."),
    Reason.NOT_THERE: marked("Strava does not show this activity."),
    Reason.TROUBLE: marked("Strava could not answer; this is tried again."),
    Reason.NOT_TOLD: marked("The note could not be told."),
    Reason.CUT_OFF: marked("The process ended while this was handed over: it may have arrived and is not sent again."),
    Reason.STORE_BROKEN: marked("The store could not be written."),
    Reason.MAIL_PAUSED: marked("All mail pauses, because the mail server refuses this site; it goes on by itself."),
    Reason.UNREADABLE: marked("What is kept of this runner cannot be read; once it can, this goes on by itself."),
    Reason.TOO_NEW: marked("A newer version of Footnote made this; it waits for that version."),
    Reason.BUG: marked("An unexpected error: the log has the details."),
}
OLD_SENTENCES: Mapping[str, Reason] = {
    "Strava says that the app is inactive": Reason.APP_INACTIVE,
    "Strava's rate window is full": Reason.WINDOW_FULL,
    "The rest of Strava's rate window is kept": Reason.WINDOW_RESERVED,
    "The runner must connect to Strava again": Reason.DISCONNECTED,
    "The process ended while this was handed over": Reason.CUT_OFF,
    "unexpected: ": Reason.BUG,
}
"""How the sentences began that earlier versions kept."""


def as_kept(reason: Reason, detail: str = "") -> str:
    """The text under which a reason is kept."""
    return f"{reason}: {detail}" if detail else str(reason)


def read_reason(kept: str) -> tuple[Reason, str]:
    """(code, detail) of a kept reason. Of an unknown sentence of an earlier version the detail is the sentence."""
    code, colon, detail = kept.partition(": ")
    if code in set(Reason) and (colon or not detail):
        return Reason(code), detail
    for beginning, reason in OLD_SENTENCES.items():
        if kept.startswith(beginning):
            return reason, kept.removeprefix(beginning) if reason is Reason.BUG else ""
    return Reason.OTHER, kept


def in_words(kept: str, translate: Callable[[str], str] = str) -> str:
    """A kept reason as a sentence, its detail behind; "" for none. Without `translate` in English."""
    reason, detail = read_reason(kept)
    return " ".join(translate(part) for part in (WORDS.get(reason, ""), detail) if part)
