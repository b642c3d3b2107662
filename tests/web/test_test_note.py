"""A test note goes where the runner's notes go, at most three an hour."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.errors import NotTold, StravaTrouble
from plugin.ports import ActivityDetail, ChannelName, NoteStatus, Snapshot, Texts
from tests.channels.fakes import FakeFields, seen
from tests.web.application import NOW, Application, Browser, change
from tests.web.test_plan import runs


class Own(FakeFields):
    """Strava with one activity of the runner's."""

    def write(self, runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        self.texts[field] = text
        return text

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> ActivityDetail:
        return seen(self.read())


@pytest.fixture
def fields() -> Own:
    return Own()


@pytest.fixture
def application(fields: Own) -> Application:
    application = Application(fields=fields)
    application.strava.activity = lambda runner_id, run_id: seen(Texts(private_note="Wet."))  # type: ignore[attr-defined]
    return application


@pytest.fixture
def browser(application: Application) -> Browser:
    browser = application.browser().connect()
    application.store.keep_snapshot(Snapshot(runner_id=7001, fetched_at=NOW, runs=runs(10)))
    application.inbox.forget(7001)
    return browser


def ask(browser: Browser) -> str:
    assert browser.post("/me/test", seen_on="/me").status_code == 303
    return str(browser.get("/me").text)


def test_a_private_note_is_written_on_the_newest_run_and_is_on_record(
    application: Application, browser: Browser, fields: Own
) -> None:
    assert "A test note is on your newest run now" in ask(browser)
    written = fields.texts[ChannelName.PRIVATE_NOTE]
    assert written.startswith("Wet.\n\n— Footnote —\nThis is a test note from Footnote.")
    (record,) = application.store.run_records(7001)
    assert record.telling is NoteStatus.TOLD
    assert record.text in written


def test_where_a_run_has_its_note_there_is_nothing_to_test(
    application: Application, browser: Browser, fields: Own
) -> None:
    ask(browser)
    fields.texts.clear()
    application.store.change_run_record(7001, 100, lambda _: application.store.run_records(7001)[0])
    assert "has a note already" in ask(browser)
    assert fields.texts == {}


def test_a_mail_is_sent_to_the_confirmed_address(application: Application, browser: Browser) -> None:
    change(application, channel=ChannelName.EMAIL, email="ada@example.org", email_confirmed=True)
    assert "A test note is on its way: by email." in ask(browser)
    assert application.mails is not None
    assert [note.subject for note in application.mails.notes] == ["A test note"]


def test_an_address_that_is_not_confirmed_gets_none(application: Application, browser: Browser) -> None:
    change(application, channel=ChannelName.EMAIL, email="ada@example.org")
    assert "go there yet" in ask(browser)
    assert application.mails is not None
    assert application.mails.notes == []


def test_three_an_hour_are_enough(application: Application, browser: Browser) -> None:
    change(application, channel=ChannelName.EMAIL, email="ada@example.org", email_confirmed=True)
    answers = [ask(browser) for _ in range(4)]
    assert "Three test notes an hour are enough" in answers[3]
    assert application.mails is not None
    assert len(application.mails.notes) == 3


def test_what_does_not_get_through_is_said(application: Application, browser: Browser) -> None:
    change(application, channel=ChannelName.EMAIL, email="ada@example.org", email_confirmed=True)
    assert application.mails is not None
    application.mails.trouble = NotTold("no", for_good=False)
    assert "did not get through" in ask(browser)


def test_a_note_that_strava_does_not_take_counts_as_no_note(
    application: Application, browser: Browser, fields: Own
) -> None:
    def refuse(runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        raise StravaTrouble("Strava answers 503.")

    fields.write = refuse  # type: ignore[method-assign]
    assert "did not get through" in ask(browser)
    (record,) = application.store.run_records(7001)
    assert record.telling is NoteStatus.SENDING
    assert record.told_at is None
    del fields.write  # type: ignore[method-assign]
    assert "A test note is on your newest run now" in ask(browser)


def test_it_takes_a_form_of_ours(application: Application, browser: Browser) -> None:
    answer: Any = browser.client.post("/me/test")
    assert answer.status_code in (400, 403)
