"""How soon the web answers, and what web and worker hold in memory, early and after many events."""

from __future__ import annotations

import itertools
import statistics
import time

import requests

from tests.bench.figures import Figure
from tests.bench.houses import POSTGRES, TINY, a_house, event, rss_mb, subscription_of
from tests.bench.load import load
from tests.e2e.harness import Application, until
from tests.e2e_postgres.application import PostgresHouse
from tests.postgres import Server

ABOUT = "processes"
READY_S, WEB_MB, WORKER_MB, FLAT = 2.5, 110, 140, 1.1
BATCH = 50
ACTIVITIES = 200


def standing(server: Server, events: int, times: int) -> list[Figure]:
    figures = [_ready(store, server, times) for store in (TINY, POSTGRES)]
    for store in (POSTGRES, TINY):
        with a_house(store, server, settle_seconds="0.2", reread_hours="0") as (application, runners):
            figures += _memory(store, application, runners, events)
    return figures


def _ready(store: str, server: Server, times: int) -> Figure:
    took = []
    with a_house(store, server, runners=1, workers=0, starts=False) as (application, _):
        for _ in range(times):
            began = time.perf_counter()
            application.launch()
            until(lambda: _answers(application), "the first answer", seconds=60, every=0.01)
            took.append(time.perf_counter() - began)
            application.stop()
    return Figure(
        about=ABOUT, name=f"web ready, {store}", value=statistics.median(took), unit="s", target=READY_S,
        rest={"seconds": [round(one, 3) for one in took]},
        how=f"`footnote serve` from its start to the first 200 of /healthz, asked every 10 ms; median of {times}",
    )  # fmt: skip


def _answers(application: Application) -> bool:
    try:
        return requests.get(f"{application.url}/healthz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _memory(store: str, application: Application, runners: list[int], events: int) -> list[Figure]:
    """A tenth of the events is left for warming up; then early is the first quarter, late the last."""
    ours = subscription_of(application)
    runs = [application.strava.record(runners[n % len(runners)], 4000.0 + n, quiet=True) for n in range(ACTIVITIES)]
    numbers = itertools.count()
    samples: list[dict[str, float]] = []

    def one(_: int) -> object:
        number = next(numbers) % ACTIVITIES
        return event(runners[number % len(runners)], runs[number], ours, "update")

    assert application.site is not None
    pids = {"web": [application.site.pid]}
    if isinstance(application, PostgresHouse):
        pids["worker"] = [process.pid for process in application.at_work]
    began = time.monotonic()
    for done in range(0, events, BATCH):
        load(application.hook, one, seconds=60, rate=400, most=BATCH)
        until(application.rests, "the batch to be done", seconds=120, every=0.05)
        if done >= events / 10:
            samples.append({name: max(rss_mb(pid) for pid in those) for name, those in pids.items()})
    rate = events / (time.monotonic() - began)
    quarter = max(1, len(samples) // 4)
    figures = []
    for name in pids:
        early = statistics.mean(one[name] for one in samples[:quarter])
        late = statistics.mean(one[name] for one in samples[-quarter:])
        title = f"{name}, {store}" if name == "worker" or store == POSTGRES else f"web with the work in it, {store}"
        most = WEB_MB if name == "web" and store == POSTGRES else WORKER_MB
        figures += [
            Figure(about=ABOUT, name=f"RSS of {title}", value=max(one[name] for one in samples), unit="MB",
                   target=most, rest={"samples": samples},
                   how=f"the highest, over {events} events on {ACTIVITIES} runs of {len(runners)} runners at "
                       f"{rate:.0f} a second"),
            Figure(about=ABOUT, name="… late against early", value=late / early, unit="×", target=FLAT,
                   how=f"{late:.1f} against {early:.1f} MB: means of the last and the first quarter after a tenth"),
        ]  # fmt: skip
    return figures
