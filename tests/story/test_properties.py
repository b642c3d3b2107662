"""What holds for any history at all."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from plugin.notes.evaluate import evaluate_history
from plugin.notes.note import Choice
from plugin.notes.rulebook import read_rulebook
from plugin.rules import ramp
from plugin.rules.notice import Family
from plugin.training.history import History
from plugin.training.runs import Run, Sport, Wear
from tests.story.stage import ANA, HOUR, Stage
from tests.story.trying import trying

BOOK = read_rulebook()
FIRST = date(2025, 1, 6)
FEW = trying(40)


@st.composite
def runs(draw: st.DrawFn, *, most: int = 45, days: int = 120) -> list[Run]:
    drawn = []
    for number in range(1, draw(st.integers(2, most)) + 1):
        day = FIRST + timedelta(days=draw(st.integers(0, days)))
        metres = Decimal(draw(st.integers(5, 400))) * 100
        seconds = metres * draw(st.integers(240, 420)) / 1000
        drawn.append(
            Run(
                id=str(number),
                start=datetime(day.year, day.month, day.day, tzinfo=UTC)
                + timedelta(minutes=draw(st.integers(300, 1200))),
                day=day,
                sport=draw(st.sampled_from([Sport.RUN, Sport.RUN, Sport.TRAIL])),
                distance_m=metres,
                moving_s=seconds,
                elapsed_s=seconds + draw(st.integers(0, 600)),
                shoe=draw(st.sampled_from([None, "A", "A", "B"])),
                climb_m=Decimal(draw(st.integers(0, 600))),
                cadence=Decimal(draw(st.integers(70, 95))),
                is_race=draw(st.integers(0, 9)) == 0,
            )
        )
    return drawn


def history_of(some: list[Run]) -> History:
    wear = [Wear(shoe=run.shoe, id=run.id, start=run.start, distance_m=run.distance_m) for run in some if run.shoe]
    return History(some, wear=wear)


def choices(history: History) -> dict[str, Choice]:
    return {run.id: choice for run, _, choice in evaluate_history(history, BOOK)}


@FEW
@given(runs(), st.randoms())
def test_the_order_in_which_runs_arrive_does_not_matter(some, random):
    shuffled = list(some)
    random.shuffle(shuffled)
    assert choices(history_of(shuffled)) == choices(history_of(some))


@FEW
@given(runs(), st.integers(1, 40))
def test_nothing_depends_on_later_runs(some, upto):
    history = history_of(some)
    assume(upto < len(history.load))
    known = [run for run in some if run.order <= history.load[upto].order]
    # A later recording of the same run may set an earlier one aside: that is looked at over the whole history.
    assume(history_of(known).aside.items() <= history.aside.items() and not set(history.aside) & {r.id for r in known})
    earlier, all_of_it = choices(history_of(known)), choices(history)
    assert earlier == {run_id: all_of_it[run_id] for run_id in earlier}


@FEW
@given(runs(), st.integers(0, 120), st.sampled_from([Decimal(0), None]))
def test_a_run_of_nothing_changes_nothing(some, day, metres):
    nothing = Run(
        id="999",
        start=datetime(2025, 1, 6, 12, tzinfo=UTC) + timedelta(days=day),
        day=FIRST + timedelta(days=day),
        distance_m=metres,
        moving_s=Decimal(1800),
        shoe="A",
    )
    assert _without_pairs(choices(history_of([*some, nothing]))) == _without_pairs(choices(history_of(some)))


def _without_pairs(found: dict[str, Choice]) -> dict[str, list[tuple[str, int, object]]]:
    """A run of nothing is still an entry of its pair, so what a pair was before its `previous run` may move."""
    return {
        run_id: sorted((one.notice.rule, one.notice.level, one.withheld) for one in choice.verdicts)
        for run_id, choice in found.items()
    }


@FEW
@given(runs())
def test_at_most_one_note_of_two_families_and_every_notice_accounted_for(some):
    for run_id, choice in choices(history_of(some)).items():
        told = [one.notice for one in choice.verdicts if one.told]
        assert all(one.notice.run_id == run_id for one in choice.verdicts)
        assert tuple(told) == (choice.note.told if choice.note else ())
        assert len(told) <= 2
        assert len({one.family for one in told}) == len(told)
        if choice.note is not None:
            assert choice.note.leader.level == max(one.level for one in told)
        for one in choice.verdicts:
            assert one.told == (one.withheld is None)


@FEW
@given(runs(most=60, days=60))
def test_the_weekly_budget_is_never_exceeded(some):
    led = defaultdict(int)
    for choice in choices(history_of(some)).values():
        note = choice.note
        if note is not None and note.leader.family in (Family.LOAD, Family.FORM) and 1 <= note.leader.level <= 2:
            led[note.day] += 1
    for day in list(led):
        assert sum(led[day - timedelta(days=ago)] for ago in range(7)) <= 2


@FEW
@given(runs(most=60, days=60))
def test_a_rule_that_spoke_is_quiet_for_its_period_unless_its_level_rose(some):
    spoke: list[tuple[str, date, int, str | None]] = []
    for choice in choices(history_of(some)).values():
        for notice in choice.note.told if choice.note else ():
            quiet = BOOK.limits[notice.rule].quiet_days if notice.quiet_days is None else notice.quiet_days
            for rule, day, level, once in spoke:
                if rule == notice.rule:
                    assert (notice.day - day).days >= quiet or notice.level > level
                    assert once is None or once != notice.once
            spoke.append((notice.rule, notice.day, notice.level, notice.once))


@FEW
@given(runs(most=60, days=90))
def test_recovery_is_told_only_alone_and_the_tip_is_never_the_same_twice_running(some):
    last = None
    for choice in choices(history_of(some)).values():
        note = choice.note
        if note is None:
            continue
        if note.leader.rule == "recovery":
            assert note.second is None
        assert note.tip is None or note.tip != last
        last = note.tip or last


kilometres = st.integers(5, 90).map(lambda km: Decimal(km) * 1000)


@trying(300)
@given(st.lists(kilometres, min_size=4, max_size=4), st.integers(0, 3), kilometres)
def test_a_down_week_never_causes_a_ramp(weeks, place, this_week):
    limits = BOOK.limits["ramp"]
    usual = ramp.baseline(weeks, limits)
    top = sorted(weeks, reverse=True)
    assume(weeks[place] not in top[:2])
    down = [metres / 2 if number == place else metres for number, metres in enumerate(weeks)]
    assert ramp.baseline(down, limits) == usual
    silent = this_week <= ramp.ceiling_m(usual, limits)
    assert (this_week <= ramp.ceiling_m(ramp.baseline(down, limits), limits)) == silent


@trying(60)
@given(st.integers(20, 60), st.integers(1, 3))
def test_a_steady_runner_who_takes_a_week_off_and_goes_on_is_not_told_of_a_ramp(weekly_km, down_week):
    some = []
    for week in range(6):
        for number in range(3):
            if week == 5 - down_week:
                continue
            day = FIRST + timedelta(days=7 * week + 2 * number)
            metres = Decimal(weekly_km * 1000) / 3
            some.append(
                Run(
                    id=f"{week}{number}",
                    start=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
                    day=day,
                    distance_m=metres,
                    moving_s=metres / 3,
                )
            )
    for choice in choices(history_of(some)).values():
        assert all(one.notice.rule != "ramp" for one in choice.verdicts)


@trying(40)
@given(st.data())
def test_whatever_strava_sends_in_whatever_order_each_run_has_one_note_at_most(data):
    stage = Stage()
    stage.connect()
    stage.strava.add_pair("g1", "Ghost 15", km=470)
    stage.history()
    made = [
        stage.record(
            data.draw(st.integers(3, 40)),
            at=stage.now - timedelta(hours=data.draw(st.integers(1, 70))),
            shoe=data.draw(st.sampled_from([None, "g1"])),
            private_note=data.draw(st.sampled_from(["", "mine", "two\r\nlines"])),
        )
        for _ in range(3)
    ]
    own = {run: stage.private_note(run) for run in made}
    for _ in range(data.draw(st.integers(1, 12))):
        run = data.draw(st.sampled_from(made))
        what = data.draw(st.sampled_from(["event", "event", "crop", "sport", "pair", "pass", "sweep"]))
        if what == "crop":
            stage.strava.change(run, distance_m=Decimal(data.draw(st.integers(1, 40))) * 1000)
        elif what == "sport":
            stage.strava.change(run, sport=data.draw(st.sampled_from(["Run", "Ride", "TrailRun"])))
        elif what == "pair":
            stage.strava.change(run, shoe=data.draw(st.sampled_from([None, "g1"])))
        elif what == "sweep":
            stage.evening()
        elif what == "pass":
            stage.later(data.draw(st.integers(1, 5)) * HOUR)
        stage.event(run)
    for run in made:
        stage.happens(run)
    stage.later(4 * HOUR)
    for run in made:
        text = stage.private_note(run)
        assert text.count("— Footnote —") <= 1
        assert text.startswith(own[run])
        run_record = stage.store.run_record(ANA, run)
        stands = bool(run_record and run_record.text)
        assert (text != own[run]) is stands
        if stage.strava.activities[run].sport == "Ride":
            assert text == own[run]
    crossings = [run for run in made if "Ghost 15 has" in stage.private_note(run)]
    assert len(crossings) <= 1
    assert stage.parked() == []
