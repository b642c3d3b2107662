"""Pages of a size that Strava lists in time, remembered per runner; the end is where nothing older is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import StravaTrouble
from plugin.ports import LISTS, Runner
from plugin.stores.memory import MemoryStore
from plugin.strava.list_pages import LEAST, MOST, START, ListPages, slowest_of
from tests.promises.strava_stages import LiveStage
from tests.strava.sandbox_process import sandbox_process

AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with sandbox_process() as url:
        yield url


@pytest.fixture
def stage(sandbox_url: str) -> Iterator[LiveStage]:
    stage = LiveStage(sandbox_url, call_s=1.5)
    yield stage
    stage.mend()


def pages(now: datetime = AT) -> tuple[ListPages, MemoryStore]:
    store = MemoryStore()
    store.enrol(Runner(id=7, connected_at=AT), limit=1)
    return ListPages(store, lambda: now, call_s=9.0), store


def asked(stage: LiveStage) -> list[int]:
    calls = stage._tell("GET", "calls")["calls"]
    queries = [call["query"] for call in calls if call["athlete_id"] == stage.runner_id and "/athlete/" in call["path"]]
    return [int(query.split("per_page=")[1].split("&")[0]) for query in queries]


def test_a_timeout_halves_and_a_quick_page_doubles() -> None:
    page, store = pages()
    assert page.rows_for(7) == START
    page.timed_out(7, START, 9.0)
    assert page.rows_for(7) == START // 2
    # Another process has the same number, and a page that was on its way meanwhile changes nothing.
    assert ListPages(store, lambda: AT, call_s=9.0).rows_for(7) == START // 2
    page.answered(7, START, START, 0.5)
    assert page.rows_for(7) == START // 2
    page.answered(7, START // 2, START // 2, 1.0)
    assert page.rows_for(7) == START
    page.answered(7, START, START, 6.0)
    assert page.rows_for(7) == START


def test_a_page_with_few_rows_says_nothing_about_long_ones() -> None:
    page, _ = pages()
    page.answered(7, START, 3, 0.1)
    assert page.rows_for(7) == START


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 12), st.integers(0, 200)), max_size=40))
def test_a_page_is_never_empty_and_never_longer_than_strava_allows(events: list[tuple[bool, float, int]]) -> None:
    page, _ = pages()
    for is_timeout, seconds, rows in events:
        now = page.rows_for(7)
        if is_timeout:
            page.timed_out(7, now, seconds)
        else:
            page.answered(7, now, rows, seconds)
        assert LEAST <= page.rows_for(7) <= MOST


def test_of_a_runner_who_is_gone_nothing_is_kept() -> None:
    page, store = pages()
    page.timed_out(8, START, 9.0)
    assert store.runner(8) is None


def test_the_slowest_list_of_the_day_is_known_to_the_operator() -> None:
    page, store = pages()
    for rows, seconds in ((100, 4.0), (50, 7.26), (20, 0.3)):
        page.answered(7, rows, rows, seconds)
    assert slowest_of(store, AT) == (7.3, 50)
    assert slowest_of(store, AT + 2 * DAY) is None
    ListPages(store, lambda: AT + 2 * DAY, call_s=9.0).answered(7, 30, 30, 0.4)
    assert store.key_value(LISTS) == {"day": "2026-11-22", "seconds": 0.4, "rows": 30}


def test_an_account_whose_long_lists_take_too_long_is_read_all_the_same(stage: LiveStage) -> None:
    stage.record_many([AT - DAY * number for number in range(150)])
    stage.fault("slow_lists", seconds=4.0)
    with pytest.raises(StravaTrouble, match="too long"):
        stage.strava.recent(stage.runner_id)
    listed = stage.strava.recent(stage.runner_id)
    assert len(listed.runs) == 50
    # The next call, of whatever process, begins with what fits.
    assert len(stage.another(call_s=1.5).recent(stage.runner_id).runs) == 50
    assert asked(stage) == [100, 50, 50]


def test_further_pages_are_read_only_where_they_are_needed(stage: LiveStage) -> None:
    stage.record_many([AT - DAY * number for number in range(250)])
    near = stage.strava.recent(stage.runner_id, since=AT - 56 * DAY)
    assert (near.pages, len(near.runs)) == (1, START)
    far = stage.strava.recent(stage.runner_id, since=AT - 240 * DAY)
    assert far.pages <= 3
    assert {run.start for run in far.runs} >= {AT - DAY * number for number in range(241)}


def test_a_short_page_is_not_the_end(stage: LiveStage) -> None:
    starts = [AT - DAY * number for number in range(90)]
    stage.record_many(starts)
    stage.fault("short_pages")
    listed = stage.strava.recent(stage.runner_id, since=AT - 80 * DAY)
    assert listed.reaches is not None
    assert {run.start for run in listed.runs} >= set(starts[:81])
    whole = stage.strava.recent(stage.runner_id, since=AT - 500 * DAY)
    assert ({run.start for run in whole.runs}, whole.reaches) == (set(starts), None)


def test_a_slow_gear_call_does_not_shrink_a_list(stage: LiveStage) -> None:
    shoe = stage.add_pair("Ghost", km=3)
    stage.fault("slow", path="/gear/", count=1)
    with pytest.raises(StravaTrouble):
        stage.strava.gear(stage.runner_id, shoe)
    stage.strava.recent(stage.runner_id)
    assert asked(stage) == [START]
