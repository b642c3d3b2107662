"""From an event to the note, less what Strava's own answers took and less the settle time."""

from __future__ import annotations

import time
from datetime import datetime

from tests.bench.figures import Figure, spread
from tests.bench.houses import POSTGRES, SLOW_S, TINY, a_house, event, subscription_of
from tests.bench.load import load
from tests.e2e.harness import Application, until
from tests.postgres import Server

SETTLE_S = 0.4
WARM = 2
MEDIAN_MS, P95_MS = 60, 150
HOW = (
    "{n} runs one after the other; wall clock from the post of the event to the end of the answer to our PUT, less the "
    "sandbox's own times for our calls about the run ({slow:g} ms each) and less SETTLE_SECONDS={settle:g}"
)


def latency(server: Server, runs: int) -> list[Figure]:
    figures = []
    for store in (TINY, POSTGRES):
        with a_house(store, server, runners=runs + WARM, settle_seconds=str(SETTLE_S)) as (application, runners):
            application.strava.fault("slow", seconds=SLOW_S)
            beyond = [_once(application, runner) for runner in runners][WARM:]
        how = HOW.format(n=runs, slow=1000 * SLOW_S, deliver=SETTLE_S)
        rest = spread(beyond)
        figures += [
            Figure(about="event → note", name=f"{store}, median", value=rest["median"], unit="ms", target=MEDIAN_MS,
                   how=how if store == TINY else "likewise, with one worker", rest=rest),
            Figure(about="event → note", name=f"{store}, p95", value=rest["p95"], unit="ms", target=P95_MS,
                   how=f"the same {runs}"),
        ]  # fmt: skip
    return figures


def _once(application: Application, runner: int) -> float:
    run = application.strava.record(runner, quiet=True)
    posted = event(runner, run, subscription_of(application))
    application.strava.ask("DELETE", "/calls")
    began = time.time()
    load(application.hook, lambda _: posted, seconds=5, most=1)
    time.sleep(SETTLE_S + 3 * SLOW_S)  # looking earlier would only keep the processes from their work
    until(lambda: any(call["method"] == "PUT" for call in application.strava.calls()), "the note", every=0.03)
    calls = [call for call in application.strava.calls() if call["athlete_id"] == runner]
    told = next(call for call in calls if call["method"] == "PUT")
    ended = datetime.fromisoformat(told["at"]).timestamp()
    strava_s = sum(float(call["ms"]) for call in calls[: calls.index(told) + 1]) / 1000
    return 1000 * (ended - began - strava_s - SETTLE_S)
