"""The client against the faults that public reports tell of the real Strava."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugin.errors import CallbackUnanswered, CodeNotYetValid, NotThere, Refused, StravaTrouble
from plugin.ports import ChannelName
from tests.promises.strava_stages import LiveStage, clock
from tests.strava.sandbox_process import sandbox_process

NOTE = ChannelName.PRIVATE_NOTE


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with sandbox_process() as url:
        yield url


@pytest.fixture
def stage(sandbox_url: str) -> LiveStage:
    return LiveStage(sandbox_url)


def test_a_bot_check_is_passing_trouble_and_disconnects_nobody(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.fault("html_403")
    for call in (
        lambda: stage.strava.activity(stage.runner_id, run_id),
        lambda: stage.strava.recent(stage.runner_id),
        lambda: stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x"),
        lambda: stage.strava.is_authorised(stage.runner_id),
        lambda: stage.strava.subscription(),
    ):
        with pytest.raises(StravaTrouble, match="403 with a page"):
            call()
    stage.mend()
    assert stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x") == "x"


def test_a_token_never_follows_strava_to_another_host(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.fault("moved")
    for call in (
        lambda: stage.strava.activity(stage.runner_id, run_id),
        lambda: stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x"),
    ):
        with pytest.raises(StravaTrouble, match="sends us to localhost, where no token follows"):
            call()
    assert not [call for call in stage.counts() if "elsewhere" in call]


def test_a_young_code_is_told_from_a_bad_one(stage: LiveStage) -> None:
    stage.fault("young_code", seconds=60.0)
    with pytest.raises(CodeNotYetValid):
        stage.strava.grant(stage.code(), frozenset())


@pytest.mark.parametrize(
    ("kind", "raised", "said"),
    [
        (
            "callback_refused",
            CallbackUnanswered,
            r"get to callback url does not return 200\). The usual cause is a bot check",
        ),
        ("callback_not_verifiable", CallbackUnanswered, r"not verifiable\). Something else than this site answers"),
        ("foreign_subscription", Refused, r"already exists\). Another subscription"),
    ],
)
def test_a_refused_subscription_is_said_with_stravas_reason_and_the_usual_cause(
    stage: LiveStage, kind: str, raised: type[Refused], said: str
) -> None:
    stage.fault(kind)
    with stage.callback() as url, pytest.raises(Refused, match=said) as refused:
        stage.strava.subscribe(url, "s3cret")
    assert type(refused.value) is raised


def test_too_many_calls_about_the_subscription_stop_no_run(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.fault("rate_limited", path="/push_subscriptions")
    with pytest.raises(StravaTrouble, match="429 about the subscription"):
        stage.strava.subscription()
    assert stage.strava.activity(stage.runner_id, run_id).id == run_id


def test_a_write_whose_answer_leaves_the_field_out_says_that_it_does_not_know(stage: LiveStage) -> None:
    run_id = stage.record(km="5", at=clock())
    stage.fault("put_without_field")
    assert stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x") is None
    assert stage.strava.activity(stage.runner_id, run_id).texts.private_note == "x"


def test_a_missing_activity_is_still_missing(stage: LiveStage) -> None:
    with pytest.raises(NotThere):
        stage.strava.activity(stage.runner_id, 1)
