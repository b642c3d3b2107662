"""The errors a reader of the log or the terminal may meet.

    FootnoteError                 one sentence, and what to do
    ├── BadSettings               the operator must mend these; carries all of them
    ├── BadSource                 an archive, table or rules file that cannot be read
    ├── StoreBroken               a file or database cannot be read or written
    │   ├── AlreadyServed         another server holds this folder
    │   └── Unreadable            what is kept of one runner cannot be read; the others are not concerned
    ├── StravaError               Strava did not give what was asked
    │   ├── StravaTrouble         passing: 5xx, reset, timeout, half an answer; try again
    │   ├── StravaClosed          the rate window or the app is closed until a time
    │   ├── NotThere              404: deleted, hidden from us, or not there yet
    │   ├── Refused               401 although the token was fresh, or a scope is missing
    │   │   └── CodeNotYetValid   Strava refuses a code for now; the same code may work seconds later
    │   └── Disconnected          the refresh token is dead: the runner must connect again
    └── NotTold                   a channel could not tell; says whether that is for good
        └── MailPaused            all mail pauses: the mail server refuses us

What the operator or the runner can mend is wrapped at the border; our own bugs come through as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class FootnoteError(Exception):
    """One sentence for people, ending in what to do."""


class BadSettings(FootnoteError):
    """Everything that is wrong with the settings, at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class BadSource(FootnoteError):
    """A file could not be read: what was expected and what was found."""


class StoreBroken(FootnoteError):
    """Which file or database, and how to get it back."""


class AlreadyServed(StoreBroken):
    """A second server on the same folder is refused."""


class Unreadable(StoreBroken):
    """What is kept of this one runner cannot be read. `by_key`: it does not open with SECRET_KEY."""

    def __init__(self, runner_id: int, reason: str, *, by_key: bool = False) -> None:
        super().__init__(reason)
        self.runner_id = runner_id
        self.by_key = by_key


class StravaError(FootnoteError):
    """Anything that went wrong between Strava and us."""


class StravaTrouble(StravaError):
    """A passing fault: worth trying again soon. `has_answered`: something came back, so the way to Strava is open."""

    has_answered = True


class StravaClosed(StravaError):
    """No calls until `until` (UTC). `code`: why, in a word of `ports.Reason`: a full rate window, an inactive app."""

    def __init__(self, reason: str, until: datetime, *, code: str = "window_full") -> None:
        super().__init__(reason)
        self.until = until
        self.code = code


class NotThere(StravaError):
    """Strava answers 404 for this."""


class Refused(StravaError):
    """Strava will not let us do this, and asking again will not change it."""


class CallbackUnanswered(Refused):
    """Strava got no good answer from our callback address. The site may still be starting."""


class CodeNotYetValid(Refused):
    """Strava does not know this code. Some fresh codes are refused at first and work two seconds later."""


class Disconnected(StravaError):
    """The runner's tokens are dead; only connecting again helps."""


class NotTold(FootnoteError):
    """A channel could not deliver. `for_good` means: fall back, do not try this way again for this runner.

    `may_have_left` means that nobody can know whether it arrived: it is not sent again. `most_tries`: after so many
    tries of passing trouble the next way is taken; None: as long as tries last. `is_about_us`: what refused it would
    refuse it for everybody.
    """

    def __init__(
        self,
        reason: str,
        *,
        for_good: bool,
        may_have_left: bool = False,
        most_tries: int | None = None,
        is_about_us: bool = False,
    ) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.may_have_left = may_have_left
        self.most_tries = most_tries
        self.is_about_us = is_about_us


class MailPaused(NotTold):
    """All mail pauses until `until` (UTC), because the mail server refuses us."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason, for_good=False, is_about_us=True)
        self.until = until
