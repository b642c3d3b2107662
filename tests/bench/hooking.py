"""How fast the webhook takes events, each safely kept before it is answered, against a view that does nothing."""

from __future__ import annotations

from tests.bench.figures import Figure, spread
from tests.bench.houses import POSTGRES, TINY, a_house, event, new_events
from tests.bench.load import CONNECTIONS, load
from tests.postgres import Server

TARGETS = {POSTGRES: 0.15, TINY: 0.05}
BUSY_RATES = {POSTGRES: 100.0, TINY: 20.0}
P99_MS, STRAVA_S = 150, 5.0


def hooking(server: Server, seconds: float) -> list[Figure]:
    """Bare and ours in turns, so that what else the machine does hits both."""
    figures = []
    for store in (POSTGRES, TINY):
        rates: dict[str, list[float]] = {"bare": [], "ours": []}
        with (
            a_house(store, server, settle_seconds="3600") as (ours, runners),
            a_house(store, server, runners=0, workers=0, program="tests.bench.bare") as (bare, _),
        ):
            events = new_events(ours, runners)
            for application in (bare, ours):
                load(application.hook, events, seconds=0.5)
            for _ in range(2):
                rates["bare"].append(load(bare.hook, lambda n: event(1, n, 1), seconds=seconds).rate)
                rates["ours"].append(load(ours.hook, events, seconds=seconds).rate)
            kept = ours.inbox.counts()["kept"]
        mean = {name: sum(both) / len(both) for name, both in rates.items()}
        figures.append(
            Figure(about="webhook", name=f"{store}, against a bare view", value=mean["ours"] / mean["bare"], unit="×",
                   target=TARGETS[store], is_most=False, rest={**rates, "kept": kept},
                   how=f"{mean['ours']:.0f} against {mean['bare']:.0f} a second, {CONNECTIONS} connections kept open, "
                       f"2 × {seconds:g} s each in turns, 8 threads; {kept} events kept, none joined to another")
        )  # fmt: skip
        figures.append(_while_busy(store, server, 2 * seconds + 2))
    return figures


def _while_busy(store: str, server: Server, seconds: float) -> Figure:
    rate = BUSY_RATES[store]
    with a_house(store, server) as (application, runners):
        application.strava.fault("slow", seconds=STRAVA_S)
        events = new_events(application, runners)
        load(application.hook, events, seconds=10, most=2 * len(runners))
        heard = load(application.hook, events, seconds=seconds, rate=rate)
        busy = sum(one.state == "taken" for one in application.inbox.everything())
    rest = spread(heard.ms)
    return Figure(
        about="webhook", name=f"{store}, p99 while the worker is busy", value=rest["p99"], unit="ms", target=P99_MS,
        rest=rest | {"under_way": busy},
        how=f"{rest['n']} events at {rate:g} a second on a timetable, Strava answering after {STRAVA_S:g} s and {busy} "
            f"deliveries under way; median {rest['median']:.1f}, worst {rest['max']:.0f} ms",
    )  # fmt: skip
