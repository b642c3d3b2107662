"""The confirmation of an address: at most three an hour to one address, a few more from one runner."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from plugin.ports import Runner
from plugin.web.parts import Parts

HOUR = timedelta(hours=1)
AN_ADDRESS = 3
A_RUNNER = 9


def may_send(have: Parts, runner: Runner, address: str) -> bool:
    """Takes one of the hour's places, of the address and of the runner. Addresses are counted by a keyed digest."""
    key = have.keyring.session_key.encode()
    digest = hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()
    return _take(have, f"mail to:{digest}", AN_ADDRESS) and _take(have, f"mail from:{runner.id}", A_RUNNER)


def _take(have: Parts, what: str, places: int) -> bool:
    # Each place is free again an hour after it was taken: never more than `places` in any sixty minutes.
    now = have.clock()
    return any(have.books.use_once(f"{what}:{place}", until=now + HOUR, now=now) for place in range(places))


def send(have: Parts, runner: Runner, address: str) -> None:
    """The mail with the link. Raises NotTold, or another FootnoteError for an address that no mail server takes."""
    if have.post is not None:
        have.post.confirm(runner, address, have.clock())
