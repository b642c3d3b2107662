"""new_shoe: a new pair is eased in."""

from decimal import Decimal

from plugin.training.history import History, Odometer
from plugin.training.runs import Shoe, ShoeKind
from tests.rules.examples import BOOK, evaluate_history, found, history_of, level, run


def old_pair(km=15):
    return [run(-40, 10, shoe="Old"), run(-10, km, shoe="Old")]


def test_a_new_pairs_first_long_run_is_noticed():
    assert level("new_shoe", *old_pair(), run(0, 9.1, shoe="New")) == 1
    assert level("new_shoe", *old_pair(), run(0, 9.0, shoe="New")) is None  # 0.6 × 15 km


def test_eight_kilometres_are_always_allowed():
    assert level("new_shoe", *old_pair(10), run(0, 8, shoe="New")) is None
    assert level("new_shoe", *old_pair(10), run(0, 8.1, shoe="New")) == 1


def test_the_third_run_in_a_pair_is_no_longer_new():
    assert level("new_shoe", *old_pair(), run(0, 5, shoe="New"), run(1, 10, shoe="New")) == 1
    assert level("new_shoe", *old_pair(), run(0, 5, shoe="New"), run(1, 5, shoe="New"), run(2, 10, shoe="New")) is None


def test_the_first_pair_ever_named_is_not_called_new():
    assert level("new_shoe", run(0, 20, shoe="First")) is None
    assert level("new_shoe", run(-29, 10, shoe="Other"), run(0, 20, shoe="First")) is None
    assert level("new_shoe", run(-30, 10, shoe="Other"), run(0, 20, shoe="First")) == 1


def test_a_race_of_ten_kilometres_in_a_pair_hardly_worn_is_noticed_without_the_thirty_days():
    assert level("new_shoe", run(0, 10, shoe="Racer", is_race=True)) == 1
    assert level("new_shoe", run(0, 9.9, shoe="Racer", is_race=True)) is None
    assert level("new_shoe", run(-3, 20, shoe="Racer"), run(0, 10, shoe="Racer", is_race=True)) is None


def test_racers_and_minimalist_pairs_are_eased_in_more_slowly():
    racer = {"New": Shoe(id="New", kind=ShoeKind.RACER)}
    runs = [*old_pair(), run(0, 6.5, shoe="New")]
    assert found("new_shoe", runs[-1], history=history_of(*runs, shoes=racer)).level == 1
    bare = {"New": Shoe(id="New", kind=ShoeKind.MINIMALIST)}
    runs = [*old_pair(), run(0, 2.5, shoe="New")]
    assert found("new_shoe", runs[-1], history=history_of(*runs, shoes=bare)).level == 2


def test_it_is_told_once_a_pair():
    runs = [*old_pair(), run(0, 12, shoe="New"), run(8, 12, shoe="New")]
    verdicts = [
        v for _, _, c in evaluate_history(history_of(*runs), BOOK) for v in c.verdicts if v.notice.rule == "new_shoe"
    ]
    assert [one.told for one in verdicts] == [True, False]


def test_live_an_old_pair_from_the_cupboard_is_not_new():
    runs = [*old_pair(), run(0, 12, shoe="New")]
    worn = {runs[-1].id: Odometer(before_m=Decimal(300_000), after_m=Decimal(312_000))}
    assert found("new_shoe", runs[-1], history=History(runs, odometers=worn, known_since=runs[0].day)) is None


def test_live_a_pair_that_was_walked_in_is_new_all_the_same():
    runs = [*old_pair(), run(0, 12, shoe="New")]
    worn = {runs[-1].id: Odometer(before_m=Decimal(0), after_m=Decimal(15_000))}
    assert found("new_shoe", runs[-1], history=History(runs, odometers=worn, known_since=runs[0].day)).level == 1
