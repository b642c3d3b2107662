"""What is counted for the operator, as a port: labels and seconds go in, never an id.

`monitoring.Metrics` keeps the figures.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Counts(Protocol):
    """Figures for the operator. No call may raise or take time; words come from small fixed sets."""

    def worked(self, why: str, outcome: str, *, is_round: bool) -> None:
        """A delivery was worked off: `done`, `again`, `closed` (Strava is), `parked`, `disconnected` (parked until the
        runner connects again) or `broken` (the store is). `is_round`: about the runner, not about one run."""

    def told(self, rule: str, channel: str, *, since: datetime | None) -> None:
        """A run was given its note; `rule` leads it, and `since` is when its event came (None: no event did)."""

    def withheld(self, rule: str, reason: str) -> None:
        """A notice was found and withheld."""

    def called(self, kind: str, outcome: str, seconds: float) -> None:
        """One HTTP call to Strava; the outcome is the answer's status, `timeout` or `broken`."""

    def mailed(self, kind: str, outcome: str) -> None:
        """One mail: `sent`, `again` (may pass), `refused` (for good) or `unknown` (it may have left)."""

    def pushed(self, service: str, outcome: str) -> None:
        """One note pushed: outcomes as of mails."""

    def answered(self, page: str, method: str, status: int, seconds: float) -> None:
        """The site answered a request; `page` is the endpoint's name, not the path."""


class NoMetrics:
    """Discards all counts: used when metrics are off."""

    def worked(self, why: str, outcome: str, *, is_round: bool) -> None:
        pass

    def told(self, rule: str, channel: str, *, since: datetime | None) -> None:
        pass

    def withheld(self, rule: str, reason: str) -> None:
        pass

    def called(self, kind: str, outcome: str, seconds: float) -> None:
        pass

    def mailed(self, kind: str, outcome: str) -> None:
        pass

    def pushed(self, service: str, outcome: str) -> None:
        pass

    def answered(self, page: str, method: str, status: int, seconds: float) -> None:
        pass
