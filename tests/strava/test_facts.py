"""Strava's answers cross the border: recorded ones, odd ones, and ones that nobody has sent yet."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import StravaTrouble
from plugin.ports import MOST_TEXT, MOST_TITLE, ActivityDetail, ActivityList, ChannelName, Texts
from plugin.strava import parse
from plugin.training.runs import Sport, Wear
from tests.paths import SHARED

RECORDED = SHARED / "api"
needs_recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not here")

ROW: dict[str, Any] = {
    "id": 15_360_000_000,
    "athlete": {"id": 7, "resource_state": 1},
    "name": "Lunch run",
    "sport_type": "Run",
    "type": "Run",
    "distance": 10_012.3,
    "moving_time": 3301,
    "elapsed_time": 3390,
    "total_elevation_gain": 81.5,
    "average_cadence": 84.2,
    "start_date": "2026-11-19T23:30:00Z",
    "start_date_local": "2026-11-20T00:30:00Z",
    "timezone": "(GMT+01:00) Europe/Berlin",
    "utc_offset": 3600.0,
    "gear_id": "g15",
    "workout_type": 0,
    "trainer": False,
    "flagged": False,
    "private": False,
}


def seen(**changes: Any) -> ActivityDetail:
    row = {**ROW, **changes}
    return parse.activity_detail(row, runner_id=7, run_id=ROW["id"])


def without(*names: str) -> ActivityDetail:
    return parse.activity_detail({k: v for k, v in ROW.items() if k not in names}, runner_id=7, run_id=ROW["id"])


def run_of(one: ActivityDetail) -> Any:
    assert one.run is not None
    return one.run


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text())


@needs_recorded
def test_every_recorded_activity_crosses_the_border() -> None:
    details = sorted(path.name for path in RECORDED.glob("*activity-*.json"))
    assert len(details) >= 6
    for name in details:
        row = recorded(name)
        one = parse.activity_detail(row, runner_id=1, run_id=row["id"])
        assert one.distance_m == Decimal(str(row["distance"]))
        assert one.day.isoformat() == row["start_date_local"][:10]
        assert one.start.isoformat()[:19] == row["start_date"][:19]
        assert (one.run is not None) == (row.get("sport_type", row["type"]) in ("Run", "TrailRun", "VirtualRun")), name
        assert one.texts.private_note == (row.get("private_note") or "")
        assert one.texts.description == (row.get("description") or "")
        assert one.timezone is not None


@needs_recorded
def test_every_recorded_list_crosses_the_border_whole() -> None:
    for name in ("api05__activities-200.json", "api07__activities.json"):
        rows = recorded(name)
        listed = parse.activity_list(rows)
        assert set(listed.sports) == {row["id"] for row in rows}
        assert {run.id for run in listed.runs} == {str(r["id"]) for r in rows if r["sport_type"].endswith("Run")}
        assert {worn.id for worn in listed.wear} == {str(r["id"]) for r in rows if (r["gear_id"] or "").startswith("g")}
        assert sum(run.metres for run in listed.runs) == sum(
            Decimal(str(r["distance"])) for r in rows if r["sport_type"].endswith("Run")
        )
        assert listed.oldest == listed.reaches == min(datetime.fromisoformat(row["start_date"]) for row in rows)


@needs_recorded
def test_the_recorded_marathon_is_read_to_the_metre_with_its_pair() -> None:
    one = parse.activity_detail(recorded("api05__activity-detailed.json"), runner_id=1, run_id=2_637_500_000)
    run = run_of(one)
    assert (run.distance_m, run.is_race, run.day, run.climb_m) == (
        Decimal("42268.1"),
        True,
        date(2018, 11, 4),
        Decimal("270.9"),
    )
    assert one.gear is not None
    assert one.gear.id == "g1013118"
    assert "\r\n\r\n" in one.texts.description


@needs_recorded
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api05__gear.json", ("Adidas Supernova ST", Decimal(966_309), True)),
        ("api05__gear-1.json", ("Trek", Decimal(0), False)),
    ],
)
def test_recorded_gear_is_read(name: str, expected: tuple[str, Decimal, bool]) -> None:
    pair = parse.gear(recorded(name), "g1")
    assert (pair.name, pair.odometer_m, pair.is_retired) == expected


def test_a_run_to_the_last_field() -> None:
    run = run_of(seen())
    assert run.id == "15360000000"
    assert run.start == datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    assert run.day == date(2026, 11, 20)
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (Decimal("10012.3"), Decimal(3301), Decimal(3390))
    assert (run.climb_m, run.cadence, run.shoe) == (Decimal("81.5"), Decimal("84.2"), "g15")
    marks = (run.is_race, run.is_workout, run.is_treadmill, run.is_flagged, run.hour_is_hidden)
    assert marks == (False,) * 5
    assert (seen().timezone, seen().runner_id, seen().is_private) == ("Europe/Berlin", 7, False)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Run", Sport.RUN),
        ("TrailRun", Sport.TRAIL),
        ("Trail Run", Sport.TRAIL),
        ("trail_run", Sport.TRAIL),
        ("VIRTUAL-RUN", Sport.VIRTUAL),
        ("Ride", None),
        ("Walk", None),
        ("HyperloopRun", None),
        ("", Sport.RUN),
        (None, Sport.RUN),
        (7, Sport.RUN),
        ([], Sport.RUN),
    ],
)
def test_the_finer_word_for_the_sport_counts_and_the_older_one_helps_out(told: Any, kind: Sport | None) -> None:
    one = seen(sport_type=told, type="Run")
    assert (one.run and one.run.sport) == kind


def test_without_any_word_for_the_sport_it_is_no_run() -> None:
    assert (without("sport_type", "type").run, without("sport_type", "type").sport) == (None, "")


@pytest.mark.parametrize(
    ("told", "race", "workout"),
    [
        (1, True, False),
        ("1", True, False),
        (3, False, True),
        (0, False, False),
        (2, False, False),
        (None, False, False),
        (True, False, False),
        ("race", False, False),
        ([1], False, False),
    ],
)
def test_races_and_workouts(told: Any, race: bool, workout: bool) -> None:
    run = run_of(seen(workout_type=told))
    assert (run.is_race, run.is_workout) == (race, workout)


def test_the_treadmill_the_flag_and_privacy_are_believed_only_when_true() -> None:
    run = run_of(seen(trainer=True, flagged=True))
    assert (run.is_treadmill, run.is_flagged) == (True, True)
    run = run_of(seen(trainer="yes", flagged=1))
    assert (run.is_treadmill, run.is_flagged) == (False, False)
    assert seen(private=True).is_private
    assert seen(private=None, visibility="only_me").is_private
    assert not seen(visibility="followers_only").is_private


def test_an_hour_that_is_hidden_keeps_its_day() -> None:
    one = seen(start_date="2026-11-19T23:00:01Z", start_date_local="2026-11-20T00:00:01Z")
    assert (run_of(one).hour_is_hidden, one.day) == (True, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("changes", "start", "day"),
    [
        ({"start_date_local": None}, (19, 23), 20),
        ({"start_date_local": None, "utc_offset": None}, (19, 23), 20),
        ({"start_date_local": None, "utc_offset": "3600.0", "timezone": None}, (19, 23), 20),
        ({"start_date_local": None, "utc_offset": None, "timezone": None}, (19, 23), 19),
        ({"start_date": None}, (19, 23), 20),
        ({"start_date": "soon", "utc_offset": None}, (19, 23), 20),
        ({"start_date": "2026-11-19T23:30:00+00:00"}, (19, 23), 20),
        ({"start_date": "2026-11-20T00:30:00+01:00"}, (19, 23), 20),
        ({"start_date": "2026-11-19T23:30:00"}, (19, 23), 20),
        ({"start_date": "2026-11-19T23:30:00.000Z"}, (19, 23), 20),
    ],
)
def test_either_of_the_two_starts_will_do(changes: dict[str, Any], start: tuple[int, int], day: int) -> None:
    one = seen(**changes)
    assert ((one.start.day, one.start.hour), one.day.day) == (start, day)


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ("(GMT-05:00) America/New_York", "America/New_York"),
        ("(GMT+00:00) GMT", "GMT"),
        ("(GMT+05:30) Asia/Kolkata", "Asia/Kolkata"),
        ("(GMT+01:00) Europe/Atlantis", None),
        ("(GMT+01:00) ../../etc/passwd", None),
        ("(GMT+01:00) /etc/passwd", None),
        ("Europe/Berlin", None),
        ("(GMT+01:00) ", None),
        ("", None),
        (None, None),
        (1, None),
        ("(GMT+01:00) \x00", None),
    ],
)
def test_zones_are_those_this_machine_knows(told: Any, zone: str | None) -> None:
    assert seen(timezone=told).timezone == zone


@pytest.mark.parametrize(
    ("told", "metres"),
    [
        (4551.3, Decimal("4551.3")),
        (0.1, Decimal("0.1")),
        (10_000, Decimal(10_000)),
        ("5000.5", Decimal("5000.5")),
        (-1.0, Decimal("-1.0")),
        (None, None),
        (True, None),
        ("far", None),
        ("", None),
        ([], None),
        ({}, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
        (10**30, None),
        ("9" * 60, None),
        ("NaN", None),
        ("1e5", Decimal("1e5")),
        ("1e500", None),
    ],
)
def test_numbers_are_exact_or_not_there(told: Any, metres: Decimal | None) -> None:
    one = seen(distance=told)
    assert run_of(one).distance_m == metres
    assert one.distance_m == (metres or 0)


@pytest.mark.parametrize(
    ("told", "shoe"),
    [("g15", "g15"), ("b15", None), (None, None), ("", None), (15, None), ("g", None), ("g15\n", None), ("g<b>", None)],
)
def test_only_shoes_are_shoes(told: Any, shoe: str | None) -> None:
    assert run_of(seen(gear_id=told)).shoe == shoe


def test_the_pair_comes_with_its_odometer_and_a_bike_does_not() -> None:
    gear = {"id": "g15", "name": "Ghost\n 15", "distance": 412_345.6, "converted_distance": 412.3, "retired": False}
    one = seen(gear=gear).gear
    assert one is not None
    assert (one.id, one.name, one.odometer_m) == ("g15", "Ghost 15", Decimal("412345.6"))
    assert seen(gear={"id": "b1", "name": "Trek", "distance": 5}, gear_id="b1").gear is None
    assert seen(gear=None).gear is None


@pytest.mark.parametrize(
    ("gear", "name"),
    [
        ({"name": None, "nickname": "Old ones"}, "Old ones"),
        ({"name": " ", "brand_name": "Brooks", "model_name": "Ghost"}, "Brooks Ghost"),
        ({}, "g15"),
        ({"name": "x\u202ey\x00z"}, "xyz"),
        ({"name": "x" * 5000}, "x" * 100),
    ],
)
def test_a_pair_has_some_name(gear: dict[str, Any], name: str) -> None:
    assert parse.gear(gear, "g15").name == name


def test_texts_are_taken_to_the_letter_and_missing_ones_are_empty() -> None:
    assert seen(name=" a ", description="b\r\n\u2028", private_note="\ud83e").texts == Texts(
        title=" a ", description="b\r\n\u2028", private_note="\ud83e"
    )
    assert seen(name=None, description=None, private_note=None).texts == Texts()
    assert seen(name=5).texts.title == ""


@pytest.mark.parametrize("name", ["description", "private_note"])
def test_a_text_that_cannot_be_read_is_refused_so_that_nobody_writes_over_it(name: str) -> None:
    with pytest.raises(StravaTrouble):
        seen(**{name: ["a", "b"]})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "x"},
        {"id": 6},
        {"id": True},
        {"start_date": None, "start_date_local": None},
        {"start_date": 5, "start_date_local": {}},
        {"start_date": "0001-01-01T00:00:00+14:00", "start_date_local": "9999-99-99"},
    ],
)
def test_what_cannot_be_an_activity_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(StravaTrouble) as trouble:
        seen(**changes)
    assert "Lunch run" not in str(trouble.value)


def test_whose_activity_it_is_stands_in_the_answer() -> None:
    assert seen(athlete={"id": 8}).runner_id == 8
    assert seen(athlete=None).runner_id == 7
    assert seen(id="15360000000").id == 15_360_000_000


def test_rows_that_cannot_be_read_are_left_out_of_a_list() -> None:
    rows = [{**ROW, "id": number} for number in (1, 2)]
    odd: list[Any] = [None, 7, [], {}, {"id": 3}, {**ROW, "id": -1}, {**ROW, "id": 1}, {**ROW, "id": 2**70}]
    listed = parse.activity_list(odd + rows)
    assert [run.id for run in listed.runs] == ["1", "2"]
    assert listed.wear[0] == Wear(
        shoe="g15", id="1", start=datetime(2026, 11, 19, 23, 30, tzinfo=UTC), distance_m=Decimal("10012.3")
    )


@pytest.mark.parametrize("answer", [None, {}, "x", 7, [None], [{}], [[]]])
def test_a_list_of_which_nothing_can_be_read_is_refused(answer: Any) -> None:
    with pytest.raises(StravaTrouble):
        parse.activity_list(answer)


def test_a_list_names_the_zone_of_each_run_that_has_one() -> None:
    older = {**ROW, "id": 1, "timezone": "(GMT+09:00) Asia/Tokyo"}
    unknown = {**ROW, "id": 3, "timezone": None}
    ride = {**ROW, "id": 4, "sport_type": "Ride", "type": "Ride"}
    assert parse.activity_list([older, ROW, unknown, ride]).zones == {
        "1": "Asia/Tokyo",
        str(ROW["id"]): "Europe/Berlin",
    }


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
odd_rows = st.fixed_dictionaries({}, optional=dict.fromkeys(ROW, anything)).map(lambda odd: {**ROW, **odd})


@given(odd_rows)
def test_any_row_is_read_or_refused_and_never_a_crash(row: dict[str, Any]) -> None:
    try:
        one = parse.activity_detail(row, runner_id=7, run_id=ROW["id"])
    except StravaTrouble:
        return
    assert one.distance_m.is_finite()
    assert one.start.tzinfo is UTC


@given(st.lists(odd_rows, max_size=5))
def test_any_list_is_read_or_refused_and_never_a_crash(rows: list[dict[str, Any]]) -> None:
    try:
        listed = parse.activity_list(rows)
    except StravaTrouble:
        return
    assert isinstance(listed, ActivityList)
    assert {int(run.id) for run in listed.runs} <= set(listed.sports)


# --- ten times as much as we take -------------------------------------------------------------------------------------


def test_titles_and_texts_are_cut_and_what_was_cut_is_known() -> None:
    long = seen(name="t" * 10 * MOST_TITLE, description="d" * 10 * MOST_TEXT, private_note="p" * MOST_TEXT).texts
    assert long == Texts(
        title="t" * MOST_TITLE,
        description="d" * MOST_TEXT,
        private_note="p" * MOST_TEXT,
        cut=frozenset({ChannelName.DESCRIPTION}),
    )
    assert seen(private_note="p" * (MOST_TEXT + 1)).texts.cut == {ChannelName.PRIVATE_NOTE}


@pytest.mark.parametrize("fill", ["x", "x ", " ", "\u202e", "\x00", "\u0301"])
def test_names_and_sport_words_are_cut_before_they_are_read(fill: str) -> None:
    long = (fill * 1000)[:1000]
    pair = parse.gear({"name": long, "brand_name": long, "model_name": long, "distance": 1}, "g15")
    assert len(pair.name) <= 201
    assert len(seen(sport_type=long, type=long).sport) <= 100
    listed = parse.activity_list([{**ROW, "sport_type": long, "type": long}])
    assert all(len(sport) <= 100 for sport in listed.sports.values())


@pytest.mark.parametrize(
    "number",
    ["9" * 400, "1e999999999", "-1e999999999", "1e-999999999", "0e999999999", 10**400, -(10**400), 1e300, " " * 400],
)
def test_numbers_beyond_reason_are_not_there(number: Any) -> None:
    one = seen(
        distance=number,
        moving_time=number,
        elapsed_time=number,
        total_elevation_gain=number,
        average_cadence=number,
        workout_type=number,
        utc_offset=number,
        gear_id="g15",
        gear={"id": "g15", "name": "Ghost", "distance": number},
    )
    run = run_of(one)
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.climb_m, run.cadence) == (None,) * 5
    assert one.distance_m == 0
    assert one.gear is not None
    assert one.gear.odometer_m == 0


@pytest.mark.parametrize("name", ["id", "start_date", "start_date_local", "timezone", "gear_id"])
def test_ids_times_and_zones_that_are_too_long_are_none(name: str) -> None:
    long = {"timezone": "(GMT+01:00) " + "Europe/Berlin" * 100, "gear_id": "g" + "1" * 400}.get(name, "1" * 1000)
    [run] = parse.activity_list([{**ROW, name: long}, {**ROW, "id": 1}]).runs[-1:]
    assert run.id == "1"
    if name == "timezone":
        assert seen(timezone=long).timezone is None
    if name == "gear_id":
        assert run_of(seen(gear_id=long)).shoe is None


def test_of_a_list_no_more_rows_are_read_than_strava_gives() -> None:
    listed = parse.activity_list([{**ROW, "id": number} for number in range(1, 10 * parse.MOST_ROWS + 1)])
    assert [run.id for run in listed.runs] == [str(number) for number in range(1, parse.MOST_ROWS + 1)]
    assert len(listed.sports) == len(listed.wear) == parse.MOST_ROWS
