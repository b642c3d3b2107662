"""The promises of `ports.Strava`, kept by the fake and by the live adapter against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.errors import Disconnected, NotThere, Refused, StravaClosed, StravaTrouble
from plugin.ports import MOST_PAGES, ChannelName, Texts
from plugin.training.runs import Sport
from tests.promises.strava_stages import TROUBLE, FakeStage, LiveStage, Stage, clock
from tests.strava.sandbox_process import sandbox_process

AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
NOTE, DESCRIPTION = ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with sandbox_process() as url:
        yield url


@pytest.fixture(params=["fake", "live"])
def stage(request: pytest.FixtureRequest) -> Stage:
    return FakeStage() if request.param == "fake" else LiveStage(request.getfixturevalue("sandbox_url"))


def test_a_run_is_seen_in_full_for_one_read(stage: Stage) -> None:
    shoe = stage.add_pair("Ghost 15", km=400)
    run_id = stage.record(
        km="10.5", at=AT, shoe=shoe, title="Früh", description="a\r\n\r\nb ", private_note="heel \U0001f9b6"
    )
    seen = stage.strava.activity(stage.runner_id, run_id)
    assert seen.run is not None
    assert (seen.id, seen.runner_id, seen.sport, seen.day, seen.start) == (
        run_id,
        stage.runner_id,
        "Run",
        AT.date(),
        AT,
    )
    assert (seen.run.id, seen.run.sport, seen.run.distance_m, seen.run.shoe) == (
        str(run_id),
        Sport.RUN,
        Decimal(10_500),
        shoe,
    )
    assert seen.texts == Texts(title="Früh", description="a\r\n\r\nb ", private_note="heel \U0001f9b6")
    assert seen.gear is not None
    assert (seen.gear.id, seen.gear.name) == (shoe, "Ghost 15")
    assert seen.gear.odometer_m >= 400_000
    assert stage.counted() == (1, 0)


def test_texts_that_are_not_there_are_empty(stage: Stage) -> None:
    seen = stage.strava.activity(stage.runner_id, stage.record(km="5", at=AT))
    assert (seen.texts.description, seen.texts.private_note, seen.gear) == ("", "", None)


@pytest.mark.parametrize(("sport", "kind"), [("TrailRun", Sport.TRAIL), ("VirtualRun", Sport.VIRTUAL)])
def test_runs_of_all_three_kinds_are_runs(stage: Stage, sport: str, kind: Sport) -> None:
    seen = stage.strava.activity(stage.runner_id, stage.record(km="5", at=AT, sport=sport))
    assert seen.run is not None
    assert seen.run.sport is kind


def test_a_ride_is_seen_and_is_no_run(stage: Stage) -> None:
    seen = stage.strava.activity(stage.runner_id, stage.record(km="40", at=AT, sport="Ride"))
    assert (seen.run, seen.sport, seen.distance_m) == (None, "Ride", Decimal(40_000))


def test_what_was_deleted_or_never_was_is_not_there(stage: Stage) -> None:
    run_id = stage.record(km="5", at=AT)
    stage.delete(run_id)
    for missing in (run_id, 1):
        with pytest.raises(NotThere):
            stage.strava.activity(stage.runner_id, missing)
    with pytest.raises(NotThere):
        stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x")
    with pytest.raises(NotThere):
        stage.strava.gear(stage.runner_id, "g1")


def test_a_private_run_is_hidden_from_who_did_not_get_that_scope(stage: Stage) -> None:
    run_id = stage.record(km="5", at=AT, is_private=True)
    assert stage.strava.activity(stage.runner_id, run_id).is_private
    stage.let_in(frozenset({"read", "activity:read"}))
    with pytest.raises(NotThere):
        stage.strava.activity(stage.runner_id, run_id)
    assert stage.strava.recent(stage.runner_id).runs == ()


def test_the_list_has_runs_and_wear_of_walks_too_for_one_read(stage: Stage) -> None:
    shoe = stage.add_pair("Ghost 15", km=0)
    run = stage.record(km="8", at=AT, shoe=shoe)
    walk = stage.record(km="3", at=AT + timedelta(hours=5), shoe=shoe, sport="Walk")
    ride = stage.record(km="30", at=AT + timedelta(hours=9), sport="Ride")
    listed = stage.strava.recent(stage.runner_id)
    assert [one.id for one in listed.runs] == [str(run)]
    assert {(one.id, one.shoe, one.distance_m) for one in listed.wear} == {
        (str(run), shoe, Decimal(8000)),
        (str(walk), shoe, Decimal(3000)),
    }
    assert dict(listed.sports) == {run: "Run", walk: "Walk", ride: "Ride"}
    assert (listed.reaches, listed.oldest, listed.zones) == (AT, AT, {str(run): "UTC"})
    assert stage.counted() == (1, 0)


def test_an_empty_list_reaches_the_beginning(stage: Stage) -> None:
    listed = stage.strava.recent(stage.runner_id, since=AT)
    assert (listed.runs, listed.wear, listed.reaches, listed.oldest, listed.begins) == ((), (), None, None, None)
    assert stage.counted() == (1, 0)


def many(stage: Stage, count: int, *, apart: timedelta = timedelta(days=1)) -> list[datetime]:
    starts = [AT - apart * number for number in range(count)]
    if isinstance(stage, LiveStage):
        stage.record_many(starts)
    else:
        for start in starts:
            stage.record(km="5", at=start)
    return starts


def test_a_list_says_how_far_back_it_reaches(stage: Stage) -> None:
    starts = many(stage, 203)
    newest = stage.strava.recent(stage.runner_id)
    assert newest.reaches == newest.oldest
    assert newest.reaches is not None
    assert {one.start for one in newest.runs} == {start for start in starts if start >= newest.reaches}
    assert stage.counted() == (newest.pages, 0) == (1, 0)
    older = stage.strava.recent(stage.runner_id, since=AT - timedelta(days=400), before=newest.reaches)
    assert {one.start for one in older.runs} == {start for start in starts if start < newest.reaches}
    assert (older.reaches, older.oldest, older.begins) == (None, starts[-1], starts[-1])


def test_a_list_is_read_on_as_far_as_it_is_needed_and_no_further(stage: Stage) -> None:
    starts = many(stage, 450)
    near = stage.strava.recent(stage.runner_id, since=starts[20])
    assert near.reaches is not None
    assert starts[-1] < near.reaches <= starts[20]
    far = stage.strava.recent(stage.runner_id, since=starts[440])
    assert {one.start for one in far.runs} >= set(starts[:441])
    assert len(far.runs) == len({one.id for one in far.runs})
    assert stage.counted() == (near.pages + far.pages, 0)
    assert near.pages == 1
    assert far.pages <= MOST_PAGES


def test_a_list_costs_no_more_than_it_may_and_says_so(stage: Stage) -> None:
    starts = many(stage, 450)
    listed = stage.strava.recent(stage.runner_id, since=starts[440], at_most=2)
    assert (listed.pages, listed.begins) == (2, None)
    assert listed.reaches is not None
    assert {one.start for one in listed.runs} == {start for start in starts if start >= listed.reaches}


def test_the_first_activity_of_all_is_known_again(stage: Stage) -> None:
    many(stage, 3)
    long_ago = AT - timedelta(days=400)
    first = stage.strava.recent(stage.runner_id, since=long_ago)
    # A short page is not the end: Strava may have left rows out. One with nothing new is.
    assert (first.reaches, first.begins, first.pages) == (None, AT - timedelta(days=2), 2)
    again = stage.strava.recent(stage.runner_id, since=long_ago, begins=first.begins)
    assert (again.reaches, again.begins, again.pages) == (None, first.begins, 1)


def test_two_that_start_in_the_same_second_are_both_in_the_list_wherever_a_page_ends(stage: Stage) -> None:
    for _ in range(2):
        stage.record(km="5", at=AT - timedelta(days=199))
    many(stage, 199)
    listed = stage.strava.recent(stage.runner_id, since=AT - timedelta(days=400))
    assert len(listed.runs) == 201
    assert listed.reaches is None


def test_a_pair_has_a_name_and_an_odometer_in_metres(stage: Stage) -> None:
    shoe = stage.add_pair("Ghost 15", km=412.5)
    pair = stage.strava.gear(stage.runner_id, shoe)
    assert (pair.id, pair.name, pair.odometer_m, pair.is_retired) == (shoe, "Ghost 15", Decimal(412_500), False)


def test_a_pair_retired_on_strava_is_retired_in_its_own_answer_and_in_the_activitys(stage: Stage) -> None:
    shoe = stage.add_pair("Ghost 15", km=412.5)
    run_id = stage.record(km="5", at=AT, shoe=shoe)
    stage.retire(shoe)
    assert stage.strava.gear(stage.runner_id, shoe).is_retired
    worn = stage.strava.activity(stage.runner_id, run_id).gear
    assert worn is not None
    assert worn.is_retired


@pytest.mark.parametrize(("field", "other"), [(NOTE, DESCRIPTION), (DESCRIPTION, NOTE)])
@pytest.mark.parametrize("text", ["one\n\ntwo — \U0001f9b6", ""])
def test_a_write_replaces_the_one_field_and_tells_what_it_holds(
    stage: Stage, field: ChannelName, other: ChannelName, text: str
) -> None:
    run_id = stage.record(km="5", at=AT, title="mine", description="before", private_note="before")
    assert stage.strava.write(stage.runner_id, run_id, field=field, text=text) == text
    assert stage.text(run_id, str(field)) == text
    assert stage.text(run_id, str(other)) == "before"
    assert stage.strava.activity(stage.runner_id, run_id).texts.title == "mine"
    assert stage.counted() == (1, 1)


def test_a_note_that_did_not_stick_is_seen_in_the_answer(stage: Stage) -> None:
    run_id = stage.record(km="5", at=AT)
    stage.fault("note_ignored")
    assert stage.strava.write(stage.runner_id, run_id, field=NOTE, text="hello") != "hello"


@pytest.mark.parametrize("field", [ChannelName.EMAIL, ChannelName.PAGE, ChannelName.COMMENT])
def test_only_two_fields_are_written(stage: Stage, field: ChannelName) -> None:
    run_id = stage.record(km="5", at=AT)
    with pytest.raises(ValueError, match="no field"):
        stage.strava.write(stage.runner_id, run_id, field=field, text="x")
    assert stage.counted() == (0, 0)


def test_without_the_scope_writing_is_refused(stage: Stage) -> None:
    run_id = stage.record(km="5", at=AT)
    stage.let_in(frozenset({"read", "activity:read", "activity:read_all"}))
    with pytest.raises(Refused):
        stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x")


def test_a_comment_is_refused_to_all_but_partners(stage: Stage) -> None:
    run_id = stage.record(km="5", at=AT)
    with pytest.raises(Refused):
        stage.strava.comment(stage.runner_id, run_id, "hello")
    stage.fault("partner")
    stage.strava.comment(stage.runner_id, run_id, "hello")


@pytest.mark.parametrize("kind", TROUBLE)
def test_what_passes_is_trouble_and_then_all_is_well(stage: Stage, kind: str) -> None:
    run_id = stage.record(km="5", at=AT)
    stage.fault(kind)
    for ask in (
        lambda: stage.strava.activity(stage.runner_id, run_id),
        lambda: stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x"),
    ):
        with pytest.raises(StravaTrouble):
            ask()
    stage.mend()
    assert stage.strava.activity(stage.runner_id, run_id).id == run_id


@pytest.mark.parametrize("kind", ["rate_limited", "inactive"])
def test_while_strava_is_closed_it_is_left_alone(stage: Stage, kind: str) -> None:
    run_id = stage.record(km="5", at=AT)
    stage.fault(kind)
    calls: list[Any] = [
        lambda: stage.strava.activity(stage.runner_id, run_id),
        lambda: stage.strava.recent(stage.runner_id, urgent=False),
        lambda: stage.strava.is_authorised(stage.runner_id),
        lambda: stage.strava.write(stage.runner_id, run_id, field=NOTE, text="x"),
    ]
    for ask in calls:
        with pytest.raises(StravaClosed) as closed:
            ask()
        assert closed.value.until > clock()
    assert sum(stage.counted()) == 1
    budget = stage.strava.budget()
    assert budget.closed_until is not None
    assert budget.closed_until > clock()
    assert budget.closed_because


def test_a_runner_who_left_is_disconnected_and_known_to_need_a_new_connection(stage: Stage) -> None:
    run_id = stage.record(km="5", at=AT)
    assert stage.strava.is_authorised(stage.runner_id)
    stage.part()
    with pytest.raises(Disconnected):
        stage.strava.activity(stage.runner_id, run_id)
    runner = stage.store.runner(stage.runner_id)
    assert runner is not None
    assert runner.must_reconnect
    assert not stage.strava.is_authorised(stage.runner_id)


def test_only_a_no_of_stravas_says_that_a_runner_left(stage: Stage) -> None:
    stage.fault("unavailable")
    with pytest.raises(StravaTrouble):
        stage.strava.is_authorised(stage.runner_id)
    stage.mend()
    assert stage.strava.is_authorised(stage.runner_id)


def test_a_code_works_once(stage: Stage) -> None:
    code = stage.code()
    granted = stage.strava.grant(code, frozenset({"read", "activity:read"}))
    assert (granted.runner_id, granted.name) == (stage.runner_id, "Kim Sandberg")
    assert granted.scopes == {"read", "activity:read"}
    assert granted.tokens.expires_at > clock() + timedelta(hours=1)
    assert granted.tokens.access != granted.tokens.refresh
    with pytest.raises(Refused):
        stage.strava.grant(code, frozenset())


def test_a_full_app_is_refused_with_a_reason(stage: Stage) -> None:
    stage.part()
    stage.fill()
    code = stage.code()
    with pytest.raises(Refused, match=r"full|any more athletes"):
        stage.strava.grant(code, frozenset())


def test_what_was_given_back_already_is_given_back(stage: Stage) -> None:
    tokens = stage.strava.grant(stage.code(), frozenset()).tokens
    stage.strava.revoke(tokens)
    stage.strava.revoke(tokens)


def test_the_budget_follows_the_calls(stage: Stage) -> None:
    stage.strava.recent(stage.runner_id)
    before = stage.strava.budget()
    stage.strava.recent(stage.runner_id)
    after = stage.strava.budget()
    assert after.read_used[1] == before.read_used[1] + 1
    assert (after.closed_until, after.closed_because) == (None, "")
    assert after.seen_at is not None


def test_there_is_one_subscription_or_none(stage: Stage) -> None:
    assert stage.strava.subscription() is None
    with stage.callback() as url:
        made = stage.strava.subscribe(url, "s3cret")
        assert made.callback_url == url
        assert stage.strava.subscription() == made
        with pytest.raises(Refused):
            stage.strava.subscribe(url, "s3cret")
    stage.strava.unsubscribe(made.id)
    stage.strava.unsubscribe(made.id)
    assert stage.strava.subscription() is None
