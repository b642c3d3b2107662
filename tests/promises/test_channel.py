"""What every channel promises, on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from plugin.channels import Comment, Description, Email, Mailer, Page, PrivateNote, PushChannel
from plugin.errors import Disconnected, NotTold, StravaError
from plugin.notes.block import block_in
from plugin.ports import Channel, ChannelName, PushTarget, Runner
from plugin.settings.encryption import Keyring
from plugin.translations.voice import Voice
from tests.channels.fakes import NOTE, NOW, PUBLIC_URL, FakeFields, a_message, a_runner, checked
from tests.channels.mailbox import Mailbox, served
from tests.free_ports import free_port


@dataclass
class Bench:
    """A channel, what can be read where it tells, and the same channel on a bad day."""

    channel: Channel
    told: Callable[[], list[str]]
    broken: Channel | None = None


def post(port: int) -> Mailer:
    return Mailer(f"smtp://127.0.0.1:{port}", "Footnote <note@example.org>", PUBLIC_URL, Keyring("k" * 40))


def in_english(runner: Runner) -> Voice:
    return Voice(units=runner.settings.units)


def a_broken_push(target: PushTarget, *, title: str, text: str) -> None:
    raise NotTold("The service could not be reached.", for_good=False)


@pytest.fixture(params=list(ChannelName))
def bench(request) -> Iterator[Bench]:
    strava, dead = FakeFields(), FakeFields(fails=Disconnected("dead token"))
    name: ChannelName = request.param

    def in_field() -> list[str]:
        note = block_in(strava.texts.get(name, ""))
        return [] if note is None else [note]

    match name:
        case ChannelName.PRIVATE_NOTE:
            yield Bench(PrivateNote(strava, checked()), in_field, PrivateNote(dead, checked()))
        case ChannelName.DESCRIPTION:
            yield Bench(Description(strava, checked()), in_field, Description(dead, checked()))
        case ChannelName.COMMENT:
            yield Bench(Comment(strava, enabled=True), lambda: strava.comments, Comment(dead, enabled=True))
        case ChannelName.EMAIL:
            box = Mailbox()
            with served(box) as port:
                yield Bench(Email(post(port)), lambda: [NOTE] * len(box.mails), Email(post(free_port())))
        case ChannelName.PUSH:
            pushed: list[str] = []
            yield Bench(
                PushChannel(lambda target, *, title, text: pushed.append(text), PUBLIC_URL, in_english),
                lambda: [text.removesuffix(f"\n\nMore on your overview: {PUBLIC_URL}/me") for text in pushed],
                PushChannel(a_broken_push, PUBLIC_URL, in_english),
            )
        case ChannelName.PAGE:
            yield Bench(Page(), lambda: [NOTE])


def test_a_note_is_told_once_where_it_is_asked_for_once(bench):
    assert bench.channel.can_tell(a_runner())
    bench.channel.tell(a_message(was=""), NOW)
    assert bench.told() == [NOTE]


def test_telling_the_same_twice_changes_nothing_on_an_activity(bench):
    bench.channel.tell(a_message(was=""), NOW)
    if bench.channel.name in (ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION, ChannelName.COMMENT):
        bench.channel.tell(a_message(was=NOTE), NOW)
    assert bench.told() == [NOTE]


def test_an_empty_note_tells_nothing(bench):
    before = bench.told()
    bench.channel.tell(a_message("", was=""), NOW)
    assert bench.told() == before


def test_a_channel_that_failed_for_good_is_closed_except_for_the_page(bench):
    failed = replace(a_runner(), failed_channels=frozenset(ChannelName))
    assert bench.channel.can_tell(failed) == (bench.channel.name is ChannelName.PAGE)


def test_what_fails_is_one_of_ours_and_says_a_sentence(bench):
    if bench.broken is None:
        assert bench.channel.name is ChannelName.PAGE
        return
    with pytest.raises((NotTold, StravaError)) as wrong:
        bench.broken.tell(a_message(was=""), NOW)
    assert str(wrong.value)


def test_each_name_has_one_channel(bench):
    assert bench.channel.name in ChannelName
