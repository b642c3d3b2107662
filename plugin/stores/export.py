"""Everything held of a runner, as JSON values: what `/me/export` and `footnote runners export` give. Never a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from plugin.ports import Inbox, Store

OWN_PLACE = ("tokens", "settings", "pairs", "soreness")
"""Parts of a runner that have a key of their own in the export; tokens are never exported."""


class Holds(Protocol):
    """What the export reads: a store and an inbox."""

    @property
    def store(self) -> Store: ...

    @property
    def inbox(self) -> Inbox: ...


def export_of(application: Holds, runner_id: int) -> dict[str, Any]:
    """`{"runner", "settings", "notes", "shoes", "soreness", "inbox", "runs"}`; {} for somebody unknown.

    Times are ISO 8601, distances metres. `runs` is Strava's last list, kept at most seven days.
    """
    runner = application.store.runner(runner_id)
    if runner is None:
        return {}
    snapshot = application.store.snapshot(runner_id)
    return {
        "runner": {name: value for name, value in _plain(runner).items() if name not in OWN_PLACE},
        "settings": _plain(runner.settings),
        "notes": [_plain(run_record) for run_record in application.store.run_records(runner_id)],
        "shoes": [{"id": shoe_id, **_plain(pair)} for shoe_id, pair in runner.pairs.items()],
        "soreness": [_plain(one) for one in runner.soreness],
        "inbox": [_plain(one) for one in application.inbox.of_runner(runner_id)],
        "runs": None if snapshot is None else _plain(snapshot),
    }


def _plain(value: Any) -> Any:
    """The value as JSON types: decimals become numbers, sets sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        # A field that no repr shows is a secret.
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.repr}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} has no form in an export yet")
