"""Gauges for Prometheus: deliveries, overdue work, Strava's rate limits, the subscription, the last event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from plugin.ports import LAST_EVENT, MAIL, SUBSCRIPTION, UNREADABLE, Budget, Clock, Inbox, Store, kept_moment


class Gauges(Collector):
    """Reads the stores at each scrape; never calls Strava."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        budget: Callable[[], Budget],
        clock: Clock,
        live_workers: Callable[[], int],
        build: Mapping[str, str],
    ) -> None:
        """`build`: what identifies the program that answers, as labels."""
        self._store, self._inbox, self._budget, self._clock = store, inbox, budget, clock
        self._live_workers, self._build = live_workers, build

    def describe(self) -> list[Metric]:
        """Empty, so that the registry does not read the stores when the collector is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every gauge as of now."""
        now = self._clock()
        yield from self._inbox_now(now)
        yield from self._strava_now(now)
        yield from self._installation_now()
        yield GaugeMetricFamily(
            "footnote_subscribed",
            "1 if the push subscription is known",
            value=float(bool(self._store.key_value(SUBSCRIPTION).get("id"))),
        )
        yield GaugeMetricFamily(
            "footnote_runners_unreadable",
            "Runners who are set apart because what is kept of them cannot be read (a hundred at most are counted)",
            value=len(self._store.key_value(UNREADABLE)),
        )
        yield GaugeMetricFamily(
            "footnote_mail_paused",
            "1 while all mail pauses because the mail server refuses us",
            value=float("until" in self._store.key_value(MAIL)),
        )
        last = kept_moment(self._store.key_value(LAST_EVENT).get("at"))
        if last is not None:
            yield GaugeMetricFamily(
                "footnote_last_event_timestamp_seconds",
                "When Strava last sent an event, to the minute",
                value=last.timestamp(),
            )

    def _inbox_now(self, now: datetime) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "footnote_overdue_seconds",
            "How far past its time the delivery is that has waited longest for its turn",
            value=_age_s(self._inbox.next_due(), now),
        )
        yield GaugeMetricFamily(
            "footnote_oldest_event_seconds",
            "How long ago the oldest event came that still waits, tries and closed windows included",
            value=_age_s(self._inbox.waiting_since(), now),
        )

    def _installation_now(self) -> Iterator[Metric]:
        runners = GaugeMetricFamily("footnote_runners", "Runners, by whether Strava lets us in", labels=["state"])
        for state, count in self._store.runner_counts().items():
            runners.add_metric([state], count)
        yield runners
        yield GaugeMetricFamily(
            "footnote_workers", "Processes that do the background work now", value=self._live_workers()
        )
        build = GaugeMetricFamily("footnote_build_info", "1; the build of the web process", labels=list(self._build))
        build.add_metric(list(self._build.values()), 1)
        yield build

    def _strava_now(self, now: datetime) -> Iterator[Metric]:
        budget = self._budget()
        names = ["calls", "window"]
        used = GaugeMetricFamily("footnote_strava_used", "Calls used of Strava's windows", labels=names)
        limit = GaugeMetricFamily("footnote_strava_limit", "Calls that Strava allows", labels=names)
        for place, window in enumerate(("quarter", "day")):
            used.add_metric(["all", window], budget.overall_used[place])
            used.add_metric(["reads", window], budget.read_used[place])
            limit.add_metric(["all", window], budget.overall_limit[place])
            limit.add_metric(["reads", window], budget.read_limit[place])
        yield used
        yield limit
        is_full = budget.closed_until is not None and budget.closed_until > now and not budget.is_inactive
        closed = GaugeMetricFamily("footnote_strava_closed", "1 while Strava is not called", labels=["why"])
        closed.add_metric(["inactive"], float(budget.is_inactive))
        closed.add_metric(["window"], float(is_full))
        yield closed


class DeliveryCounts(Collector):
    """The inbox's counts. `/metrics` has them even where no other metrics are kept."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def collect(self) -> Iterator[Metric]:
        """Deliveries now and since the store began, as of this moment."""
        now = GaugeMetricFamily("footnote_deliveries_now", "Deliveries in the inbox", labels=["state"])
        ever = CounterMetricFamily("footnote_deliveries", "Deliveries since the store began", labels=["fate"])
        for name, count in self._inbox.counts().items():
            if name.startswith("now_"):
                now.add_metric([name.removeprefix("now_")], count)
            else:
                ever.add_metric([name], count)
        yield now
        yield ever


def _age_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(timedelta(0), now - since).total_seconds()
