"""Every loop over runners goes through here. A runner whose data cannot be read is set apart, and the others go on.

Who is set apart is kept under one key of the store, for log, doctor, `/readyz`, `/status` and a gauge, until they can
be read again or are forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from plugin.errors import FootnoteError, StoreBroken, Unreadable
from plugin.ports import UNREADABLE, Store

log = logging.getLogger("footnote.each_runner")

MOST_NAMED = 100
"""So many are kept by name. With a wrong SECRET_KEY all are unreadable, and a hundred say enough."""
MOST_LOGGED = 5
MOST_CHECKED = 20
"""So many of those set apart are read again each time."""


def each_runner(
    store: Store, work: Callable[[int], object], *, runner_ids: Iterable[int] | None = None
) -> list[Unreadable]:
    """Call `work` with every runner's id (or these). Returns what was wrong with those who could not be read.

    An error of another kind in the work for one runner stops nobody else either: the first is raised at the end.
    Raises StoreBroken at once when the store itself is away.
    """
    apart = isolated(work, store.runner_ids() if runner_ids is None else runner_ids)
    set_apart(store, apart)
    return apart


def isolated(work: Callable[[int], object], runner_ids: Iterable[int]) -> list[Unreadable]:
    """`each_runner` without a note in the store of who could not be read."""
    apart: list[Unreadable] = []
    bug: Exception | None = None
    for runner_id in runner_ids:
        try:
            work(runner_id)
        except Unreadable as wrong:
            apart.append(wrong)
        except FootnoteError:
            raise
        except Exception as wrong:
            if bug is not None:
                log.error("runner %d: unexpected error, too", runner_id, exc_info=wrong)
            bug = bug or wrong
    if bug is not None:
        raise bug
    return apart


def set_apart(store: Store, apart: Iterable[Unreadable]) -> None:
    """Note who cannot be read. Each is logged once."""
    known = store.key_value(UNREADABLE)
    new = {str(one.runner_id): str(one) for one in apart if str(one.runner_id) not in known}
    for place, (runner_id, why) in enumerate(new.items()):
        if place < MOST_LOGGED:
            log.error("runner %s cannot be read and is set apart, the others go on: %s", runner_id, why)
    if len(new) > MOST_LOGGED:
        log.error("%d more runners cannot be read and are set apart", len(new) - MOST_LOGGED)
    room = MOST_NAMED - len(known)
    if new and room > 0:
        _change(store, lambda was: {**was, **dict(list(new.items())[:room])})


def check_set_apart(store: Store) -> list[int]:
    """Read those again who were set apart: who can be read, or has left, is so no longer. Returns these."""
    whole = [runner_id for runner_id in list(store.key_value(UNREADABLE))[:MOST_CHECKED] if _is_whole(store, runner_id)]
    if whole:
        _change(store, lambda was: {one: why for one, why in was.items() if one not in whole})
        log.warning("can be read again, or left: runners %s", ", ".join(whole))
    return [int(runner_id) for runner_id in whole]


def read_wholly(store: Store, runner_id: int) -> None:
    """Read everything that is kept of a runner; raises Unreadable."""
    store.runner(runner_id)
    store.run_records(runner_id)
    store.snapshot(runner_id)


def _is_whole(store: Store, runner_id: str) -> bool:
    try:
        read_wholly(store, int(runner_id))
    except (Unreadable, ValueError):
        return False
    return True


def _change(store: Store, change: Callable[[Mapping[str, str]], dict[str, str]]) -> None:
    try:
        store.change_key_value(UNREADABLE, change)
    except StoreBroken as broken:
        # A full disk must not end a command that only reads.
        log.warning("who cannot be read could not be noted: %s", broken)
