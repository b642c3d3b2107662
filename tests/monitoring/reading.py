"""What Prometheus would read, and a `Counts` that remembers what it was told."""

from __future__ import annotations

from collections import Counter
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families


def read(text: str) -> dict[str, float]:
    """`name{label=value,…}` to its value, from Prometheus text."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.name + _shown(sample.labels): sample.value for sample in samples}


def _shown(labels: dict[str, str]) -> str:
    told = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
    return f"{{{told}}}" if told else ""


def figures(registry: CollectorRegistry) -> dict[str, float]:
    """What a registry shows at this moment."""
    return read(generate_latest(registry).decode())


class Tallied:
    """Remembers every call by its words; seconds and moments are left out."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[Any, ...]] = Counter()
        self.since: list[Any] = []

    def worked(self, why, outcome, *, is_round):
        self.seen["worked", why, outcome] += 1

    def told(self, rule, channel, *, since):
        self.seen["told", rule, channel] += 1
        self.since.append(since)

    def withheld(self, rule, reason):
        self.seen["withheld", rule, reason] += 1

    def called(self, kind, outcome, seconds):
        assert seconds >= 0
        self.seen["called", kind, outcome] += 1

    def mailed(self, kind, outcome):
        self.seen["mailed", kind, outcome] += 1

    def answered(self, page, method, status, seconds):
        assert seconds >= 0
        self.seen["answered", page, method, status] += 1
