"""`/me/push`: the form of each service, its test note, taking it back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from plugin.channels import PushChannel
from plugin.channels.push_services.services import BY_NAME, SERVICES
from plugin.ports import ChannelName, JobKind, PushTarget
from plugin.translations.voice import Voice
from tests.channels.push_server import FIELDS, LISTED, SECRETS
from tests.web.application import Application, Browser, change, other_runner, settings

ALL = [service.name for service in SERVICES]


@dataclass
class Phone:
    pushed: list[str] = field(default_factory=list)

    def __call__(self, target: PushTarget, *, title: str, text: str) -> None:
        self.pushed.append(text)


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def application(phone: Phone) -> Application:
    channel = PushChannel(phone, "http://localhost:8000", lambda runner: Voice(units=runner.settings.units))
    return Application(settings=settings(push=True, push_hosts=LISTED), more_channels=(channel,))


@pytest.fixture
def client(application: Application) -> Browser:
    return application.browser().connect()


def set_up(client: Browser, service: str = "telegram", **more: str) -> object:
    return client.post(
        "/me/push", {"service": service, **FIELDS[service], **more}, seen_on=f"/me/push?service={service}"
    )


@pytest.mark.parametrize("service", ALL)
def test_each_service_has_its_few_fields_and_is_kept(application: Application, client: Browser, service: str) -> None:
    page = client.get(f"/me/push?service={service}").text
    named = set(re.findall(r'<(?:input|select) id="(\w+)"', page))
    assert {one.name for one in BY_NAME[service].fields} <= named
    assert len(named) <= 3
    assert set_up(client, service).status_code == 303
    runner = application.runner()
    assert runner.settings.channel is ChannelName.PUSH
    assert runner.settings.push is not None
    assert runner.settings.push.service == service
    assert set(runner.settings.push.fields.items()) <= set(FIELDS[service].items())
    assert not runner.settings.push.only_mine
    (delivery,) = [one for one in application.inbox.of_runner(7001) if one.why is JobKind.TEST_NOTE]
    assert delivery.run_id == 0
    assert application.woken
    page = client.get("/me/push")
    assert "on its way" in page.text
    assert page.headers["Refresh"]


@pytest.mark.parametrize("service", ALL)
def test_a_wrong_field_is_said_beside_it_and_nothing_is_kept(
    application: Application, client: Browser, service: str
) -> None:
    for one in BY_NAME[service].fields:
        answer = set_up(client, service, **{one.name: "not / right"})
        assert answer.status_code == 400
        assert f'id="{one.name}-error"' in answer.text
    assert application.runner().settings.push is None
    assert application.runner().settings.channel is ChannelName.PRIVATE_NOTE


def test_that_nobody_else_reads_there_is_said_by_a_tick(application: Application, client: Browser) -> None:
    set_up(client, only_mine="yes")
    kept = application.runner().settings.push
    assert kept is not None
    assert kept.only_mine
    assert "checked" in set_up(client, only_mine="yes", chat="wrong").text


def test_a_server_that_is_not_listed_cannot_be_chosen(application: Application, client: Browser) -> None:
    for server in ("127.0.0.1", "evil.example", "gotify.lan:22", "http://gotify.lan", ""):
        assert set_up(client, "gotify", server=server).status_code == 400
    assert application.runner().settings.push is None


def test_a_service_nobody_knows_cannot_be_chosen(client: Browser) -> None:
    for service in ("json", "mailto", "", "ntfy://x"):
        answer = client.post("/me/push", {"service": service}, seen_on="/me/push?service=ntfy")
        assert answer.status_code == 400


def test_what_was_filled_in_is_never_shown_again(client: Browser) -> None:
    for service in ALL:
        set_up(client, service)
        for path in ("/me/push", f"/me/push?service={service}", "/me/settings", "/me", "/me/export"):
            page = client.get(path).text
            assert [secret for secret in SECRETS if secret in page] == [], (service, path)


def test_a_secret_that_was_typed_is_not_repeated_beside_an_error(client: Browser) -> None:
    answer = set_up(client, "telegram", chat="wrong one")
    assert answer.status_code == 400
    assert FIELDS["telegram"]["bot_token"] not in answer.text
    assert "wrong one" in answer.text


def test_the_outcome_of_the_test_note_is_said(application: Application, client: Browser) -> None:
    now = application.clock.now
    change(application, push=PushTarget(service="ntfy", tried_at=now))
    assert "got through" in client.get("/me/push").text
    failed = PushTarget(service="ntfy", tried_at=now, trouble="not_told: The service could not be reached.")
    change(application, push=failed)
    page = client.get("/me/push").text
    assert "did not get through" in page
    assert "could not be reached" in page


def test_a_test_note_is_asked_for_at_most_three_times_an_hour(application: Application, client: Browser) -> None:
    set_up(client)
    for _ in range(5):
        for one in application.inbox.of_runner(7001):
            application.inbox.drop(one.id)
        client.post("/me/test", {"by": "push"}, seen_on="/me/push")
    assert [one for one in application.inbox.of_runner(7001) if one.why is JobKind.TEST_NOTE] == []
    assert "Three test notes an hour" in client.get("/me/push").text


def test_the_site_pushes_nothing_itself(application: Application, client: Browser, phone: Phone) -> None:
    set_up(client)
    client.post("/me/test", {"by": "push"}, seen_on="/me/push")
    client.post("/me/test", seen_on="/me/settings")
    assert phone.pushed == []


def test_it_can_be_taken_back(application: Application, client: Browser) -> None:
    set_up(client)
    answer = client.post("/me/push/remove", seen_on="/me/push")
    assert answer.status_code == 303
    after = application.runner().settings
    assert (after.push, after.channel) == (None, ChannelName.PAGE)
    set_up(client)
    change(application, email="a@example.org", email_confirmed=True)
    client.post("/me/push/remove", seen_on="/me/push")
    assert application.runner().settings.channel is ChannelName.EMAIL


def test_the_settings_lead_there_and_refuse_push_without_a_service(application: Application, client: Browser) -> None:
    page = client.get("/me/settings").text
    assert 'value="push"' in page
    assert 'href="/me/push"' in page
    answer = client.post("/me/settings", {"channel": "push"})
    assert answer.status_code == 400
    assert "set it up first" in answer.text
    set_up(client)
    client.post("/me/settings", {"channel": "private_note"})
    assert application.runner().settings.channel is ChannelName.PRIVATE_NOTE
    assert "not used for your notes" in client.get("/me/push").text
    client.post("/me/settings", {"channel": "push"})
    after = application.runner().settings
    assert (after.channel, after.until_confirmed) == (ChannelName.PUSH, None)


def test_it_is_not_offered_before_there_is_a_runner_to_set_it_up(application: Application) -> None:
    assert 'value="push"' not in application.browser().get("/").text


def test_where_it_is_off_there_is_no_such_page() -> None:
    client = Application().browser().connect()
    assert client.get("/me/push").status_code == 404
    assert 'value="push"' not in client.get("/me/settings").text


def test_one_runner_s_service_is_none_of_another_s(application: Application, client: Browser) -> None:
    set_up(client, "ntfy", server="ntfy.lan")
    other = other_runner(application)
    assert "ntfy.lan" not in other.get("/me/push").text
    other.post("/me/push/remove", seen_on="/me/settings")
    assert application.runner().settings.push is not None
