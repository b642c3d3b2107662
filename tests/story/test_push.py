"""Notes by push: told once, tried a bounded number of times, then the next private way, and said so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from plugin.channels import PushChannel
from plugin.channels.push import TRIES
from plugin.errors import NotTold
from plugin.ports import ChannelName, JobKind, NoteStatus, PushTarget
from plugin.ports.counts import NoMetrics
from tests.story.stage import ANA, DAY, HOUR, Stage, voice_of

TARGET = PushTarget(service="ntfy", fields={"topic": "ana-kx83jf72ls"})
URL = "https://footnote.example"


@dataclass
class Phone:
    """What was pushed, and what the service runs into: an error for each of the next pushes, or for all."""

    pushed: list[tuple[str, str]] = field(default_factory=list)
    trouble: NotTold | None = None
    tries: int = 0

    def __call__(self, target: PushTarget, *, title: str, text: str) -> None:
        self.tries += 1
        if self.trouble is not None:
            raise self.trouble
        self.pushed.append((title, text))


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def stage(phone: Phone) -> Stage:
    stage = Stage(more_channels=(PushChannel(phone, URL, voice_of),))
    stage.connect(mail=True, channel=ChannelName.PUSH)
    stage.choose(push=TARGET)
    return stage


def test_a_note_is_pushed_once_whatever_happens_to_its_run(stage: Stage, phone: Phone) -> None:
    run = stage.too_long()
    stage.happens(run)
    stage.happens(run)
    stage.strava.change(run, title="Another title")
    stage.happens(run)
    ((title, text),) = phone.pushed
    assert title
    assert "20.0 km" in text
    assert text.endswith(f"{URL}/me")
    assert stage.run_record(run).channel is ChannelName.PUSH
    assert stage.post.notes == []


def test_trouble_is_tried_a_bounded_number_of_times_then_mailed_and_said(stage: Stage, phone: Phone) -> None:
    phone.trouble = NotTold("The service could not be reached.", for_good=False)
    run = stage.too_long()
    stage.happens(run)
    assert stage.post.notes == []
    stage.later(HOUR)
    assert phone.tries == TRIES
    assert [one.run_id for one in stage.post.notes] == [run]
    record = stage.run_record(run)
    assert (record.channel, record.telling) == (ChannelName.EMAIL, NoteStatus.TOLD)
    assert "could not be reached" in record.remark
    assert stage.parked() == []
    stage.later(2 * DAY)
    assert phone.tries == TRIES
    assert len(stage.post.notes) == 1


def test_trouble_that_passes_in_time_falls_back_to_nothing(stage: Stage, phone: Phone) -> None:
    phone.trouble = NotTold("busy", for_good=False)
    run = stage.too_long()
    stage.happens(run)
    phone.trouble = None
    stage.later(HOUR)
    assert len(phone.pushed) == 1
    assert stage.post.notes == []
    assert stage.runner().failures == ()


def test_one_run_in_trouble_closes_nothing_and_a_second_one_does_for_a_week(stage: Stage, phone: Phone) -> None:
    phone.trouble = NotTold("busy", for_good=False)
    stage.happens(stage.too_long())
    stage.later(HOUR)
    assert stage.runner().failed_channels == frozenset()
    stage.later(DAY)
    stage.happens(stage.record(35))
    stage.later(HOUR)
    assert stage.runner().failed_channels == {ChannelName.PUSH}
    tries = phone.tries
    stage.later(DAY)
    stage.happens(stage.record(60))
    assert phone.tries == tries
    assert len(stage.post.notes) == 3
    phone.trouble = None
    stage.later(8 * DAY)
    stage.happens(stage.record(100))
    assert len(phone.pushed) == 1


def test_a_no_of_the_service_is_mailed_at_once_and_closes_it(stage: Stage, phone: Phone) -> None:
    phone.trouble = NotTold("wrong token", for_good=True)
    run = stage.too_long()
    stage.happens(run)
    assert phone.tries == 1
    assert [one.run_id for one in stage.post.notes] == [run]
    assert stage.runner().failed_channels == {ChannelName.PUSH}


def test_without_an_address_it_stays_on_the_page(stage: Stage, phone: Phone) -> None:
    stage.choose(email=None, email_confirmed=False)
    phone.trouble = NotTold("wrong token", for_good=True)
    run = stage.too_long()
    stage.happens(run)
    assert stage.run_record(run).channel is ChannelName.PAGE
    assert stage.run_record(run).text


def test_it_never_falls_back_to_where_others_read(stage: Stage, phone: Phone) -> None:
    stage.choose(public_ok=True, until_confirmed=None, email=None)
    phone.trouble = NotTold("wrong token", for_good=True)
    run = stage.too_long()
    stage.happens(run)
    assert stage.description(run) == ""
    assert stage.private_note(run) == ""


def test_what_may_have_arrived_is_not_sent_again(stage: Stage, phone: Phone) -> None:
    phone.trouble = NotTold("lost", for_good=False, may_have_left=True)
    run = stage.too_long()
    stage.happens(run)
    stage.later(DAY)
    assert phone.tries == 1
    assert stage.run_record(run).telling is NoteStatus.UNKNOWN
    assert stage.post.notes == []


def test_a_service_taken_back_while_a_note_waits_is_not_called(stage: Stage, phone: Phone) -> None:
    phone.trouble = NotTold("busy", for_good=False)
    run = stage.too_long()
    stage.happens(run)
    tries = phone.tries
    phone.trouble = None
    stage.choose(push=None, channel=ChannelName.EMAIL)
    stage.later(HOUR)
    assert phone.tries == tries
    assert [one.run_id for one in stage.post.notes] == [run]


LINK = f"More on your overview: {URL}/me"
SORE = (
    "Sharp heel pain on the first steps, and after.",
    "Stress fracture in my foot? It hurts at night and is swollen.",
    "Plantar fasciitis is back, shin splints too.",
    "Achilles sore, tingling toes, numb forefoot.",
)


@pytest.mark.parametrize("words", SORE)
def test_a_title_tells_nothing_of_soreness(stage: Stage, phone: Phone, words: str) -> None:
    stage.choose(reads_soreness=True, push=replace(TARGET, only_mine=True))
    stage.history()
    run = stage.record(20, title=words)
    stage.happens(run)
    ((title, text),) = phone.pushed
    assert "soreness" in stage.told(run)
    assert title == "A note on your run"
    assert text == f"{stage.run_record(run).text}\n\n{LINK}"


@pytest.mark.parametrize("words", SORE)
def test_where_others_may_read_nothing_of_soreness_is_pushed_at_all(stage: Stage, phone: Phone, words: str) -> None:
    stage.choose(reads_soreness=True)
    stage.history()
    run = stage.record(20, title=words)
    stage.happens(run)
    ((title, text),) = phone.pushed
    assert "soreness" in stage.told(run)
    assert title == "A note on your run"
    assert text == f"There is a note on your run. It is on your overview, for you alone.\n\n{LINK}"


def test_the_test_note_says_what_came_of_it(stage: Stage, phone: Phone) -> None:
    stage.change_runner(failed_channels=frozenset({ChannelName.PUSH}))
    for trouble in (NotTold("wrong token", for_good=True), NotTold("busy", for_good=False), None):
        phone.trouble = trouble
        stage.event(0, JobKind.TEST_NOTE)
        stage.deliver()
        target = stage.runner().settings.push
        assert target is not None
        assert target.tried_at is not None
        assert target.trouble == ("" if trouble is None else f"not_told: {trouble}")
        assert stage.runner().failed_channels == (frozenset() if trouble is None else {ChannelName.PUSH})
    assert phone.tries == 3
    assert stage.parked() == []
    assert [title for title, _ in phone.pushed] == ["A test note"]


def test_a_test_note_of_an_earlier_service_says_nothing_of_the_new_one(stage: Stage, phone: Phone) -> None:
    new = replace(TARGET, fields={"topic": "another-topic"})

    class Slow(Phone):
        def __call__(self, target: PushTarget, *, title: str, text: str) -> None:
            stage.choose(push=new)
            raise NotTold("wrong token", for_good=True)

    stage.more_channels = (PushChannel(Slow(), URL, voice_of),)
    stage.build()
    stage.event(0, JobKind.TEST_NOTE)
    stage.deliver()
    assert stage.runner().settings.push == new


def test_each_outcome_is_counted(phone: Phone) -> None:
    counted: list[tuple[str, str]] = []

    class Counting(NoMetrics):
        def pushed(self, service: str, outcome: str) -> None:
            counted.append((service, outcome))

    channel = PushChannel(phone, URL, voice_of, Counting())
    stage = Stage(more_channels=(channel,))
    stage.connect(channel=ChannelName.PUSH)
    stage.choose(push=TARGET)
    for trouble in (
        None,
        NotTold("no", for_good=True),
        NotTold("busy", for_good=False),
        NotTold("lost", for_good=False, may_have_left=True),
    ):
        phone.trouble = trouble
        stage.event(0, JobKind.TEST_NOTE)
        stage.deliver()
    assert counted == [("ntfy", outcome) for outcome in ("sent", "refused", "again", "unknown")]


def test_a_runner_who_left_gets_no_test_note(stage: Stage, phone: Phone) -> None:
    stage.event(0, JobKind.TEST_NOTE)
    stage.workflow.forget(ANA)
    stage.later(timedelta(hours=1))
    assert phone.tries == 0


def test_where_the_operator_turned_it_off_notes_go_the_next_way(phone: Phone) -> None:
    stage = Stage()
    stage.connect(mail=True, channel=ChannelName.PUSH)
    stage.choose(push=TARGET)
    run = stage.too_long()
    stage.happens(run)
    assert stage.run_record(run).channel is ChannelName.EMAIL
    stage.event(0, JobKind.TEST_NOTE)
    stage.deliver()
    assert stage.parked() == []


def test_the_export_names_the_service_and_none_of_what_was_filled_in(stage: Stage) -> None:
    from plugin.stores.export import export_of

    told: dict[str, Any] = export_of(stage, ANA)["settings"]["push"]
    assert told == {"service": "ntfy", "only_mine": False, "tried_at": None, "trouble": ""}
