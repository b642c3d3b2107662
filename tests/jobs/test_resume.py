"""After an inactive app comes back, everything that waited for it goes on at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from plugin.jobs.resume import ABOUT_TO, resumes
from plugin.ports import Budget, Delivery, JobKind
from plugin.stores.memory import MemoryInbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INACTIVE = "app_inactive"
TRIAL = timedelta(minutes=10)


def a_delivery(name: str, *, due: timedelta, reason: str = INACTIVE, run_id: int = 1) -> Delivery:
    return Delivery(
        id=name, runner_id=7, run_id=run_id, why=JobKind.EVENT, received_at=NOW, due_at=NOW + due, reason=reason
    )


class App:
    """Strava's word on the app, as the gate last heard it."""

    known = Budget()
    woken = 0

    def budget(self) -> Budget:
        return self.known

    def is_refused(self, at: datetime) -> None:
        self.known = Budget(closed_until=at + TRIAL, is_inactive=True, inactive_at=at)

    def is_back(self) -> None:
        self.known = replace(self.known, closed_until=None, is_inactive=False)

    def wake(self) -> None:
        self.woken += 1


def test_what_an_earlier_process_let_wait_is_due_when_the_app_is_active_again():
    inbox, app = MemoryInbox(), App()
    inbox.keep(a_delivery("a", due=timedelta(minutes=10), run_id=1))
    inbox.keep(a_delivery("b", due=timedelta(minutes=12), run_id=2))
    see_to_it = resumes(inbox, lambda: NOW, budget=app.budget, wake=app.wake)
    app.is_refused(NOW)
    see_to_it()
    assert inbox.take(NOW) is None
    app.is_back()
    see_to_it()
    assert [one.due_at for one in inbox.everything()] == [NOW, NOW]
    assert app.woken == 1


def test_what_waits_for_something_else_stays_where_it_is_and_what_is_about_to_go_is_left_alone():
    inbox, app = MemoryInbox(), App()
    settling = inbox.keep(a_delivery("settles", due=timedelta(minutes=2), reason="", run_id=1))
    soon = inbox.keep(a_delivery("soon", due=ABOUT_TO, run_id=2))
    resumes(inbox, lambda: NOW, budget=app.budget, wake=app.wake)()
    assert set(map(str, inbox.everything())) == {str(settling), str(soon)}
    assert app.woken == 0


def test_without_an_inactive_app_the_inbox_is_looked_through_once():
    inbox, app = MemoryInbox(), App()
    see_to_it = resumes(inbox, lambda: NOW, budget=app.budget, wake=app.wake)
    see_to_it()
    inbox.keep(a_delivery("a", due=timedelta(minutes=10)))
    see_to_it()
    assert inbox.take(NOW) is None


def test_an_app_that_was_inactive_only_between_two_looks_leaves_nobody_waiting():
    inbox, app = MemoryInbox(), App()
    see_to_it = resumes(inbox, lambda: NOW, budget=app.budget, wake=app.wake)
    see_to_it()
    for minute in range(2):
        app.is_refused(NOW + timedelta(minutes=minute))
        inbox.keep(a_delivery(f"waits{minute}", due=TRIAL, run_id=minute))
        app.is_back()
        see_to_it()
        assert {one.due_at for one in inbox.everything()} == {NOW}
    assert app.woken == 2


def test_what_an_older_version_put_off_with_a_sentence_goes_on_too():
    inbox, app = MemoryInbox(), App()
    sentence = (
        "Strava says that the app is inactive: its owner needs a paid Strava subscription and switches the app on"
    )
    inbox.keep(a_delivery("a", due=timedelta(minutes=10), reason=sentence))
    resumes(inbox, lambda: NOW, budget=app.budget, wake=app.wake)()
    assert [one.due_at for one in inbox.everything()] == [NOW]
