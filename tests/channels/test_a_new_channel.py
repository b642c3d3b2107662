"""A channel is added by its class alone: settings page, overview, delivery, fallback, store and export take what they
need from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

import orjson
import pytest

from plugin.errors import NotTold
from plugin.ports import ActivityDetail, ChannelName, Message, NoteStatus, Runner, Settings
from plugin.settings.encryption import Keyring
from plugin.stores.export import export_of
from plugin.stores.record_json import look_doc, read_look, read_runner, runner_doc
from tests.story.stage import ANA, Stage
from tests.web.application import Application

BEACON = ChannelName("beacon")
SEALS = Keyring("k" * 40)


@dataclass
class Beacon:
    """A lamp in the runner's hall: nobody else sees it, and what was signalled is gone."""

    name = BEACON
    title = "the lamp in your hall"
    hint = "It blinks your notes in Morse code."
    is_offered = True
    is_public = False
    needs_public_ok = False
    is_on_activity = False
    is_editable = False
    needs_setting: str | None = None
    missing = ""
    set_up_at: str | None = None
    is_left_to_worker = False
    falls_back_to: ChannelName | None = ChannelName.EMAIL

    fails: NotTold | None = None
    told: list[str] = field(default_factory=list)

    def can_tell(self, runner: Runner) -> bool:
        return self.name not in runner.failed_channels

    def closed_for(self, settings: Settings) -> Settings:
        return settings

    def text_on(self, activity: ActivityDetail) -> str | None:
        return None

    def tell(self, message: Message, now: datetime) -> None:
        if self.fails is not None:
            raise self.fails
        if message.text:
            self.told.append(message.text)


@pytest.fixture
def beacon() -> Beacon:
    return Beacon()


@pytest.fixture
def stage(beacon: Beacon) -> Stage:
    stage = Stage(more_channels=(beacon,))
    stage.connect(mail=True, channel=BEACON)
    return stage


def test_a_note_is_told_by_it_once(stage: Stage, beacon: Beacon) -> None:
    run = stage.too_long()
    stage.happens(run)
    stage.happens(run)
    assert len(beacon.told) == 1
    assert stage.run_record(run).channel == BEACON
    assert stage.run_record(run).telling is NoteStatus.TOLD
    assert stage.post.notes == []


def test_what_it_has_told_is_not_told_again_when_the_run_changes(stage: Stage, beacon: Beacon) -> None:
    run = stage.too_long()
    stage.happens(run)
    stage.strava.change(run, distance_m=Decimal(30_000))
    stage.happens(run)
    assert len(beacon.told) == 1


def test_where_it_does_not_work_the_next_way_is_the_one_it_names(stage: Stage, beacon: Beacon) -> None:
    beacon.fails = NotTold("The bulb is broken.", for_good=True)
    run = stage.too_long()
    stage.happens(run)
    assert beacon.told == []
    assert [message.run_id for message in stage.post.notes] == [run]
    assert stage.runner().failed_channels == {BEACON}


def test_the_store_and_the_export_keep_its_name(stage: Stage) -> None:
    run = stage.too_long()
    stage.happens(run)
    runner, record = stage.runner(), stage.run_record(run)
    assert read_runner(orjson.loads(orjson.dumps(runner_doc(runner, SEALS))), SEALS) == runner
    assert read_look(orjson.loads(orjson.dumps(look_doc(record, SEALS))), SEALS) == record
    export = export_of(stage, ANA)
    assert export["settings"]["channel"] == "beacon"
    assert [note["channel"] for note in export["notes"] if note["run_id"] == run] == ["beacon"]


def test_the_settings_offer_it_and_keep_it(beacon: Beacon) -> None:
    application = Application(more_channels=(beacon,))
    client = application.browser().connect()
    page = client.get("/me/settings").text
    assert 'value="beacon"' in page
    assert "The lamp in your hall" in page
    assert beacon.hint in page
    assert client.post("/me/settings", {"channel": "beacon"}).status_code == 303
    assert application.runner().settings.channel == BEACON


def test_the_overview_names_it_when_it_does_not_work(beacon: Beacon) -> None:
    application = Application(more_channels=(beacon,))
    client = application.browser().connect()
    client.post("/me/settings", {"channel": "beacon"})
    application.store.change_runner(
        application.runner().id, lambda was: replace(was, failed_channels=frozenset({BEACON}))
    )
    assert beacon.title in client.get("/me").text


def test_it_can_be_chosen_before_connecting(beacon: Beacon) -> None:
    application = Application(more_channels=(beacon,))
    assert 'value="beacon"' in application.browser().get("/").text
    application.browser().connect(channel="beacon")
    assert application.runner().settings.channel == BEACON


def test_one_that_others_read_is_not_offered_before_connecting(beacon: Beacon) -> None:
    beacon.is_public = True
    assert 'value="beacon"' not in Application(more_channels=(beacon,)).browser().get("/").text


def test_one_that_this_installation_does_not_have_cannot_be_chosen(beacon: Beacon) -> None:
    beacon.is_offered = False
    application = Application(more_channels=(beacon,))
    client = application.browser().connect()
    assert 'value="beacon"' not in client.get("/me/settings").text
    assert client.post("/me/settings", {"channel": "beacon"}).status_code == 400


def test_a_name_nobody_knows_any_more_falls_back_to_the_private_note(stage: Stage) -> None:
    stage.choose(channel=ChannelName("pigeon"))
    run = stage.too_long()
    stage.happens(run)
    assert stage.run_record(run).channel is ChannelName.PRIVATE_NOTE
