"""Metrics for Prometheus: one total for all processes and machines.

Each process counts in a registry of its own. Every 15 s, and at each scrape of `/metrics`, what is new is added to
one key-value in the store, and `/metrics` shows that. So any web process answers for all, workers too, totals never go
back, and a restart does not reset them. A process that is killed loses at most its last 15 s of counts.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from plugin.errors import StoreBroken
from plugin.ports import Clock, Store

log = logging.getLogger("footnote.metrics")

MARK = "metrics"
EVERY_S = 15.0
CALL_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
ANSWER_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
TOLD_S = (1.0, 5.0, 30.0, 120.0, 180.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)
"""From an event to its note; the settle time (120 s unless set) is part of it."""
TO_NOTE, CALL, ANSWER = "footnote_event_to_note_seconds", "footnote_strava_call_seconds", "footnote_request_seconds"
BOUNDS = {TO_NOTE: TOLD_S, CALL: CALL_S, ANSWER: ANSWER_S}
Labels = tuple[tuple[str, str], ...]
_LATEST = "footnote_last_done_timestamp_seconds"


class Metrics:
    """Implements `Counts`. `errors` returns how many errors each logger of this process has written so far."""

    def __init__(self, store: Store, clock: Clock, *, errors: Callable[[], Mapping[str, int]] = dict) -> None:
        self._store, self._clock, self._errors = store, clock, errors
        self._own = own = CollectorRegistry()
        self._worked = Counter(
            "footnote_worked",
            "Deliveries worked off, by what brought them and outcome",
            ["why", "outcome"],
            registry=own,
        )
        self._told = Counter(
            "footnote_notes", "Notes told, by leading rule and channel", ["rule", "channel"], registry=own
        )
        self._withheld = Counter(
            "footnote_withheld", "Notices found and kept back, by rule and reason", ["rule", "reason"], registry=own
        )
        self._mails = Counter("footnote_mails", "Mails, by kind and outcome", ["kind", "outcome"], registry=own)
        self._pushes = Counter(
            "footnote_pushes", "Notes pushed, by service and outcome", ["service", "outcome"], registry=own
        )
        self._calls = Counter(
            "footnote_strava_calls", "HTTP calls to Strava, by kind and outcome", ["kind", "outcome"], registry=own
        )
        self._requests = Counter(
            "footnote_requests", "Requests answered, by page and status", ["page", "method", "status"], registry=own
        )
        self._logged = Counter("footnote_errors", "Lines logged as error or worse, by logger", ["logger"], registry=own)
        self._told_s = Histogram(
            TO_NOTE,
            "From an event to its note, settle time included",
            buckets=TOLD_S,
            registry=own,
        )
        self._call_s = Histogram(CALL, "How long Strava takes", ["kind"], buckets=CALL_S, registry=own)
        self._answer_s = Histogram(
            ANSWER,
            "How long the site takes, Strava's webhook apart",
            ["part"],
            buckets=ANSWER_S,
            registry=own,
        )
        self._latest = Gauge(
            _LATEST, "When a round (sweep, digest, preview) was last done for a runner", ["why"], registry=own
        )
        self._seen_errors = dict(errors())
        self._flushed: dict[str, float] = {}
        self._flushing = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.registry = CollectorRegistry()
        self.registry.register(_Whole(self))

    # --- counting -------------------------------------------------------------------------------------------------

    def worked(self, why: str, outcome: str, *, is_round: bool) -> None:
        self._worked.labels(why, outcome).inc()
        if is_round and outcome == "done":
            self._latest.labels(why).set(self._clock().timestamp())

    def told(self, rule: str, channel: str, *, since: datetime | None) -> None:
        self._told.labels(rule, channel).inc()
        if since is not None:
            self._told_s.observe(max(0.0, (self._clock() - since).total_seconds()))

    def withheld(self, rule: str, reason: str) -> None:
        self._withheld.labels(rule, reason).inc()

    def called(self, kind: str, outcome: str, seconds: float) -> None:
        self._calls.labels(kind, outcome).inc()
        self._call_s.labels(kind).observe(seconds)

    def mailed(self, kind: str, outcome: str) -> None:
        self._mails.labels(kind, outcome).inc()

    def pushed(self, service: str, outcome: str) -> None:
        self._pushes.labels(service, outcome).inc()

    def answered(self, page: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(page, method, str(status)).inc()
        self._answer_s.labels("webhook" if page == "hook" else "site").observe(seconds)

    # --- one total for all ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread that adds up every 15 s."""
        self._thread = threading.Thread(target=self._go_on, name="metrics", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Add up once more and end the thread."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(EVERY_S)
            self._thread = None
            with suppress(StoreBroken):
                self.flush()

    def flush(self) -> None:
        """Add what is new to the stored totals; after StoreBroken it is added the next time."""
        with self._flushing:
            counted = self._counted()
            more = {key: value - self._flushed.get(key, 0.0) for key, value in counted.items()}
            more = {key: value for key, value in more.items() if value}
            if not more:
                return

            def add(key_value: dict[str, Any]) -> dict[str, Any]:
                return {**key_value, **{key: _together(key, key_value.get(key, 0.0), counted, more) for key in more}}

            self._store.change_key_value(MARK, add)
            self._flushed = counted

    def whole(self) -> Iterator[Metric]:
        """The totals of all processes, as of the last time each added its own."""
        # A disk that is full must not keep the operator from seeing what there is.
        with suppress(StoreBroken):
            self.flush()
        kept = {
            _parted(key): value for key, value in self._store.key_value(MARK).items() if isinstance(value, int | float)
        }
        for family in self._own.collect():
            whole = Metric(family.name, family.documentation, family.type)
            names = {f"{family.name}{end}" for end in ("", "_total", "_sum", "_count")}
            for (name, labels), value in sorted(kept.items()):
                if name == f"{family.name}_count":
                    self._add_buckets(whole, labels, kept)
                if name in names:
                    whole.add_sample(name, dict(labels), value)
            yield whole

    def _add_buckets(self, whole: Metric, labels: Labels, kept: Mapping[tuple[str, Labels], float]) -> None:
        """All buckets in order; an empty bucket is not stored and is 0."""
        name = f"{whole.name}_bucket"
        for bound in (*BOUNDS[whole.name], float("inf")):
            told = (*labels, ("le", floatToGoString(bound)))  # type: ignore[no-untyped-call]
            whole.add_sample(name, dict(told), kept.get((name, tuple(sorted(told))), 0.0))

    def _go_on(self) -> None:
        was_broken = False
        while not self._over.wait(EVERY_S):
            try:
                self.flush()
                was_broken = False
            except StoreBroken as broken:
                if not was_broken:
                    log.warning("metrics: totals are written later: %s", broken)
                was_broken = True
            except Exception:
                log.exception("metrics: writing totals failed")

    def _counted(self) -> dict[str, float]:
        errors = dict(self._errors())
        for name, count in errors.items():
            self._logged.labels(name).inc(max(0, count - self._seen_errors.get(name, 0)))
        self._seen_errors = errors
        return {
            json.dumps([sample.name, sorted(sample.labels.items())]): sample.value
            for family in self._own.collect()
            for sample in family.samples
            if not sample.name.endswith("_created")
        }


class _Whole(Collector):
    """Shows the totals at each scrape. It describes nothing beforehand, so nothing is read at the start."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        return self._metrics.whole()


def _together(key: str, kept: Any, counted: Mapping[str, float], more: Mapping[str, float]) -> float:
    """Counts are added; of two times the later one is kept."""
    before = kept if isinstance(kept, int | float) else 0.0
    return max(before, counted[key]) if _parted(key)[0] == _LATEST else before + more[key]


def _parted(key: str) -> tuple[str, Labels]:
    """A stored key as name and labels; ("", ()) for one that cannot be read."""
    with suppress(ValueError, TypeError):
        name, labels = json.loads(key)
        return str(name), tuple((str(label), str(value)) for label, value in labels)
    return "", ()
