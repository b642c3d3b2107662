"""How many made-up cases a property is tried on: the same ones every time, so that a red run can be repeated."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def trying(cases: int) -> settings:
    """On a slow machine drawing a history takes a while: that is no failure."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return settings(max_examples=cases, deadline=None, derandomize=True, suppress_health_check=slow)
