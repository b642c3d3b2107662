"""The live adapter through a bad quarter of an hour and an inactive app, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import StravaClosed, StravaError, StravaTrouble
from plugin.ports import ChannelName
from plugin.strava.refusals import strava_error
from tests.promises.strava_stages import LiveStage, clock
from tests.strava.sandbox_process import sandbox_process

NOTE = ChannelName.PRIVATE_NOTE


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with sandbox_process() as url:
        yield url


@pytest.fixture
def stage(sandbox_url: str) -> Iterator[LiveStage]:
    stage = LiveStage(sandbox_url, call_s=8)
    yield stage
    stage.mend()
    stage.limit(read_quarter=200, overall_quarter=400, turn=True)


class Later:
    """A clock ahead of the real one."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return clock() + self.ahead


def test_in_a_full_window_live_runs_go_first_and_nothing_hammers(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.limit(read_quarter=10)
    for _ in range(7):
        stage.strava.recent(stage.runner_id, urgent=False)
    with pytest.raises(StravaClosed):
        stage.strava.recent(stage.runner_id, urgent=False)
    for _ in range(3):
        stage.strava.activity(stage.runner_id, run_id)
    for _ in range(5):
        with pytest.raises(StravaClosed):
            stage.strava.activity(stage.runner_id, run_id)
    with pytest.raises(StravaClosed):
        stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x")
    assert stage.counted() == (10, 0)


def test_a_write_takes_its_place_in_the_read_window(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.limit(read_quarter=2)
    assert stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x") == "x"
    stage.strava.activity(stage.runner_id, run_id)
    with pytest.raises(StravaClosed):
        stage.strava.activity(stage.runner_id, run_id)
    assert stage.counted() == (1, 1)


def test_calls_about_the_subscription_are_counted_nowhere(stage: LiveStage) -> None:
    stage.strava.recent(stage.runner_id)
    before = stage.strava.budget()
    for _ in range(3):
        stage.strava.subscription()
    assert stage.strava.budget() == before
    stage.limit(used={"read_quarter": 200})
    with pytest.raises(StravaClosed):
        stage.strava.recent(stage.runner_id)
    assert stage.strava.subscription() is None


def test_after_a_429_it_goes_on_when_the_window_turns(stage: LiveStage) -> None:
    later = Later()
    strava = stage.another(now=later)
    stage.limit(used={"read_quarter": 200})
    with pytest.raises(StravaClosed) as closed:
        strava.recent(stage.runner_id)
    assert closed.value.until - clock() < timedelta(minutes=16)
    assert stage.counted() == (1, 0)
    stage.limit(turn=True)
    with pytest.raises(StravaClosed):
        strava.recent(stage.runner_id)
    later.ahead = closed.value.until - clock()
    assert strava.recent(stage.runner_id).reaches is None
    assert strava.budget().closed_until is None


def test_an_inactive_app_is_tried_now_and_then_and_comes_back_by_itself(stage: LiveStage) -> None:
    later = Later()
    strava = stage.another(now=later)
    stage.fault("inactive")
    for round_ in range(3):
        later.ahead = timedelta(minutes=10, seconds=1) * round_
        for _ in range(4):
            with pytest.raises(StravaClosed) as closed:
                strava.recent(stage.runner_id)
            assert closed.value.until > later()
    assert stage.counted() == (3, 0)
    stage.mend()
    later.ahead = timedelta(minutes=10, seconds=1) * 3
    assert strava.recent(stage.runner_id).reaches is None
    assert strava.recent(stage.runner_id).reaches is None


def test_a_restart_asks_at_once(stage: LiveStage) -> None:
    stage.fault("inactive")
    with pytest.raises(StravaClosed):
        stage.strava.recent(stage.runner_id)
    stage.mend()
    started = stage.another()
    with pytest.raises(StravaClosed):
        started.recent(stage.runner_id)
    started.forget_inactive()
    assert started.recent(stage.runner_id).reaches is None


def test_a_trial_that_finds_strava_down_is_a_trial_all_the_same(stage: LiveStage) -> None:
    later = Later()
    strava = stage.another(now=later)
    stage.fault("inactive", count=1)
    with pytest.raises(StravaClosed):
        strava.recent(stage.runner_id)
    stage.fault("unavailable")
    later.ahead = timedelta(minutes=11)
    with pytest.raises(StravaTrouble):
        strava.recent(stage.runner_id)
    with pytest.raises(StravaClosed):
        strava.recent(stage.runner_id)


def test_odd_types_and_unknown_fields_are_no_hindrance(stage: LiveStage) -> None:
    run_id = stage.record(km="10", at=clock() - timedelta(hours=2))
    stage.fault("odd")
    seen = stage.strava.activity(stage.runner_id, run_id)
    assert seen.run is not None
    assert [run.id for run in stage.strava.recent(stage.runner_id).runs] == [seen.run.id]


def test_a_write_of_which_the_answer_is_lost_is_trouble_and_was_made(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.fault("lost_answer", count=1, method="PUT")
    with pytest.raises(StravaTrouble):
        stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x")
    assert stage.text(run_id, "private_note") == "x"
    assert stage.counted()[1] == 1


def test_a_write_that_was_answered_and_not_applied_is_seen(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.fault("not_applied", count=1)
    assert stage.strava.write(stage.runner_id, run_id, field=ChannelName.DESCRIPTION, text="x") != "x"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["errors", "message", "code"]), inner),
    max_leaves=8,
)


@given(st.integers(400, 599), anything)
def test_any_refusal_is_an_error_of_ours(status: int, body: Any) -> None:
    response = requests.Response()
    response.status_code = status
    response._content = requests.compat.json.dumps(body).encode()
    ours = strava_error(requests.HTTPError("x", response=response))
    assert isinstance(ours, StravaError)
    assert isinstance(ours, StravaTrouble) == (status >= 500 or status in (408, 425))
