"""A note pushed by real processes: set up on the page, tried, told on a run, and gone with its runner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugin.ports import ChannelName
from plugin.sandbox.demo.forms import form_with, forms_on, send
from tests.channels.push_server import GOTIFY, PushServer, push_server
from tests.e2e.harness import Application, until
from tests.e2e.strava import LONG_M

WRONG = "Awrong-token-of-nobody"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushServer]:
    with push_server(tmp_path_factory.mktemp("push")) as server:
        yield server


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory, server: PushServer) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("pushing")
    listed = f"gotify=http://127.0.0.1:{server.port}"
    application = Application(
        folder, push="on", push_hosts=listed, log_level="debug", log_format="json", operator_athletes="70000001"
    )
    try:
        yield application.open().start()
    finally:
        application.close()


def set_up(application: Application, server: PushServer, browser: object, token: str) -> str:
    """Fill in the form as a browser does; the page once the test note has an outcome."""
    form = form_with(browser.get(f"{application.url}/me/push?service=gotify", timeout=10), "token")  # type: ignore[attr-defined]
    assert form is not None
    send(browser, form, {"token": token, "server": f"127.0.0.1:{server.port}"})  # type: ignore[arg-type]

    def outcome() -> str:
        page = browser.get(f"{application.url}/me/push", timeout=10).text  # type: ignore[attr-defined]
        return page if "get through" in page or "got through" in page else ""

    return until(outcome, "the outcome of the test note")


def test_a_service_is_set_up_tells_of_a_run_and_leaves_nothing_behind(
    application: Application, server: PushServer
) -> None:
    ada = application.strava.runner("Ada")
    browser = application.connect(ada)
    assert "did not get through" in set_up(application, server, browser, WRONG)
    assert server.told == []
    assert "got through" in set_up(application, server, browser, GOTIFY)
    assert [told.title for told in server.told] == ["A test note"]
    run = application.strava.record(ada, LONG_M)
    until(lambda: len(server.told) == 2, "the pushed note")
    record = application.store.run_record(ada, run)
    assert record is not None
    assert record.channel is ChannelName.PUSH
    assert f"{application.url}/me" in server.told[1].text

    doctor = application.command("doctor", "--push", operator_athletes=str(ada))
    assert "push: offered: " in doctor.stdout
    assert f"athlete {ada} by Gotify: the test note was taken" in doctor.stdout
    assert len(server.told) == 3
    export = browser.get(f"{application.url}/me/export", timeout=10).text
    said = application.said() + doctor.stdout + doctor.stderr + export
    for secret in (GOTIFY, WRONG):
        assert secret not in said
        assert application.traces(secret) == []

    page = browser.get(f"{application.url}/me/settings", timeout=10)
    calendar = next(form for form in forms_on(page) if form.action.endswith("/me/calendar"))
    made = send(browser, calendar, {}).text
    token = next(part for part in made.split('"') if part.endswith(".ics") and part.startswith("http"))
    feed = application.browser().get(token, timeout=10)
    assert feed.text.startswith("BEGIN:VCALENDAR")
    secret = token.rpartition("-")[2]
    assert application.traces(secret) == []
    assert secret.removesuffix(".ics") not in application.said()
    until(lambda: application.rests(ada), "rest")
    assert application.command("runners", "forget", str(ada)).returncode == 0
    assert application.browser().get(token, timeout=10).status_code == 404
    assert application.traces("gotify", str(ada)) == []


def test_without_anybody_to_push_to_the_doctor_says_where_to_begin(application: Application) -> None:
    doctor = application.command("doctor", "--push", push_hosts="ntfy.does-not-exist.invalid,http://127.0.0.1:1")
    assert "none of OPERATOR_ATHLETES has set up a service" in doctor.stdout
    assert "ntfy.does-not-exist.invalid has no address" in doctor.stdout
    assert doctor.returncode == 1
