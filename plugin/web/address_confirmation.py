"""The confirmation of an address: at most three an hour to one address, a few more from one runner."""

from __future__ import annotations

from datetime import timedelta

from plugin.ports import Runner
from plugin.web.dependencies import Dependencies

HOUR = timedelta(hours=1)
AN_ADDRESS = 3
A_RUNNER = 9


def may_send(have: Dependencies, runner: Runner, address: str) -> bool:
    """Takes one of the hour's places, of the address and of the runner. Both are counted by a keyed digest."""
    to_address, from_runner = f"mail to:{address.strip().lower()}", f"mail from:{runner.id}"
    return _take(have, have.blinded(to_address), AN_ADDRESS) and _take(have, have.blinded(from_runner), A_RUNNER)


def _take(have: Dependencies, what: str, places: int) -> bool:
    # Each place is free again an hour after it was taken: never more than `places` in any sixty minutes.
    now = have.clock()
    return any(have.store.use_once(f"{what}:{place}", until=now + HOUR, now=now) for place in range(places))


def send(have: Dependencies, runner: Runner, address: str) -> None:
    """The mail with the link. Raises NotTold, or another FootnoteError for an address that no mail server takes."""
    if have.mailer is not None:
        have.mailer.confirm(runner, address, have.clock())
