"""How long a failed delivery waits before its next try, and after how many tries it is parked. Pure.

Waits double from some ten seconds to an hour, with jitter so that what failed together does not return together.
"""

from __future__ import annotations

FIRST_RETRY_S = 10.0
LONGEST_RETRY_S = 3600.0
TRIES = 16
"""For passing trouble: some eight hours of an outage; the daily sweep finds a run again within three days."""
NOT_THERE_TRIES = 7
"""An activity that is still not shown after some ten minutes is deleted or hidden from us."""
BUG_TRIES = 4
LONGEST_PAUSE_S = 60.0
"""While a store is broken; when it works again nothing waits longer than this."""


def retry_wait_s(tries: int, chance: float) -> float:
    """Seconds until the next try after `tries` failed ones; `chance` is from 0 to 1."""
    return min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0**tries * (0.8 + 0.4 * chance))


def store_pause_s(failures: int) -> float:
    """Seconds that a delivery waits after the store failed on it `failures` times in a row, at least once."""
    # A store may be broken for days: the exponent is limited, since a float overflows after a thousand failures.
    return min(LONGEST_PAUSE_S, FIRST_RETRY_S * 2.0 ** min(failures - 1, 10))
