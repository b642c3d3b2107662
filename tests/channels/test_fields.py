"""The two fields of an activity: read, changed in our block only, and the answer looked at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.channels import NoteCheck
from plugin.channels.activity_fields import Description, PrivateNote
from plugin.errors import Disconnected, NotTold, Refused, StravaTrouble
from plugin.notes.block import CLOSE, OPEN, block_in, with_block
from plugin.ports import MOST_TEXT, NOTE_CHECK, ChannelName, Texts
from plugin.stores.memory import MemoryStore
from tests.channels.fakes import NOTE, NOW, FakeFields, a_message, a_runner, checked

FIELDS = [PrivateNote, Description]


def texts(name: ChannelName, text: str) -> Texts:
    return Texts(**{name.value: text})


@pytest.mark.parametrize("kind", FIELDS)
def test_only_the_field_itself_is_written(kind):
    strava = FakeFields()
    kind(strava, checked()).tell(a_message(texts=Texts(private_note="mine", description="for all"), was=""), NOW)
    [(field, text)] = strava.writes
    own = "mine" if kind is PrivateNote else "for all"
    assert field is kind.name
    assert text == f"{own}\n\n{OPEN}\n{NOTE}\n{CLOSE}"


@pytest.mark.parametrize("kind", FIELDS)
def test_nothing_is_written_where_nothing_changes(kind):
    strava = FakeFields()
    kind(strava, checked()).tell(a_message(texts=texts(kind.name, with_block("mine", NOTE)), was=NOTE), NOW)
    kind(strava, checked()).tell(a_message("", texts=texts(kind.name, "mine"), was=NOTE), NOW)
    assert strava.writes == []


@pytest.mark.parametrize("kind", FIELDS)
def test_an_empty_note_takes_the_block_out(kind):
    strava = FakeFields()
    kind(strava, checked()).tell(a_message("", texts=texts(kind.name, with_block("mine\r\n", NOTE)), was=NOTE), NOW)
    assert strava.writes == [(kind.name, "mine\r\n")]


@pytest.mark.parametrize("kind", FIELDS)
def test_taking_the_block_out_of_a_field_with_nothing_else_may_leave_the_field_unshown(kind):
    strava = FakeFields(shows=False)
    kind(strava, checked()).tell(a_message("", texts=texts(kind.name, with_block("", NOTE)), was=NOTE), NOW)
    assert strava.writes == [(kind.name, "")]


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("shows", [True, False])
def test_a_field_that_did_not_stick_is_told_another_way(kind, shows):
    with pytest.raises(NotTold) as told:
        kind(FakeFields(keeps=False, shows=shows), checked()).tell(a_message(), NOW)
    assert told.value.for_good
    assert not told.value.may_have_left


@pytest.mark.parametrize("kind", FIELDS)
def test_an_answer_without_the_field_decides_nothing_the_activity_is_read_once(kind):
    strava = FakeFields(shows=False)
    kind(strava, checked()).tell(a_message(), NOW)
    assert (strava.reads, len(strava.writes)) == (1, 1)


@pytest.mark.parametrize("kind", FIELDS)
def test_an_answer_that_shows_the_note_is_believed(kind):
    strava = FakeFields()
    kind(strava, checked()).tell(a_message(), NOW)
    assert strava.reads == 0


@pytest.mark.parametrize(
    ("habit", "found"),
    [({}, "kept and shown"), ({"shows": False}, "kept, not shown"), ({"keeps": False}, "not kept")],
)
def test_the_first_private_note_of_all_is_read_again_and_what_was_found_is_kept(habit, found):
    strava, store, waited = FakeFields(**habit), MemoryStore(), []
    channel = PrivateNote(strava, NoteCheck(store, waited.append))
    for _ in range(2):
        with suppress(NotTold):
            channel.tell(a_message(), NOW)
    assert store.key_value(NOTE_CHECK)["found"] == found
    assert store.key_value(NOTE_CHECK)["at"] == NOW.isoformat()
    # The second is read again only where its answer did not show it.
    assert waited == [5.0] * (2 if habit else 1)
    assert strava.reads == len(waited)


def test_a_description_says_nothing_of_private_notes():
    store = MemoryStore()
    Description(FakeFields(shows=False), NoteCheck(store, lambda wait_s: None)).tell(a_message(), NOW)
    assert store.key_value(NOTE_CHECK) == {}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_block_that_cannot_be_taken_out_is_said(kind):
    stood = with_block("mine", NOTE)
    strava = FakeFields(keeps=False, texts={kind.name: stood})
    with pytest.raises(NotTold) as told:
        kind(strava, checked()).tell(a_message("", texts=texts(kind.name, stood), was=NOTE), NOW)
    assert told.value.for_good


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("habit", [{"line_breaks": "\r\n"}, {"trims": True}, {"line_breaks": "\r\n", "trims": True}])
def test_an_answer_with_other_line_breaks_or_trimmed_ends_has_stuck(kind, habit):
    strava = FakeFields(**habit)
    kind(strava, checked()).tell(a_message(texts=texts(kind.name, "  mine\n ")), NOW)
    assert block_in(strava.texts[kind.name], was=NOTE) == NOTE


@pytest.mark.parametrize("kind", FIELDS)
def test_a_refusal_is_for_good_and_a_passing_fault_is_not(kind):
    with pytest.raises(NotTold) as told:
        kind(FakeFields(fails=Refused("no scope")), checked()).tell(a_message(), NOW)
    assert told.value.for_good
    for fault in (StravaTrouble("502"), Disconnected("dead token")):
        with pytest.raises(type(fault)):
            kind(FakeFields(fails=fault), checked()).tell(a_message(), NOW)


@pytest.mark.parametrize("kind", FIELDS)
def test_a_quotation_of_our_block_stays_where_we_never_wrote(kind):
    quoted = f"Yesterday:\n{OPEN}\nold\n{CLOSE}"
    strava = FakeFields()
    kind(strava, checked()).tell(a_message(texts=texts(kind.name, quoted), was=""), NOW)
    assert strava.writes == [(kind.name, f"{quoted}\n\n{OPEN}\n{NOTE}\n{CLOSE}")]


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_is_open_only_with_the_right_to_write_and_without_a_failure(kind):
    runner = a_runner()
    assert kind(FakeFields(), checked()).can_tell(runner)
    assert not kind(FakeFields(), checked()).can_tell(replace(runner, scopes=frozenset({"read", "activity:read_all"})))
    assert not kind(FakeFields(), checked()).can_tell(replace(runner, failed_channels=frozenset({kind.name})))


def test_the_description_is_written_only_after_the_runners_yes():
    runner = a_runner(public_ok=False)
    strava = FakeFields()
    assert not Description(strava, checked()).can_tell(runner)
    with pytest.raises(NotTold):
        Description(strava, checked()).tell(a_message(runner=runner), NOW)
    assert strava.writes == []


def test_soreness_never_stands_in_the_description_but_may_in_the_private_note():
    strava = FakeFields()
    with pytest.raises(NotTold) as told:
        Description(strava, checked()).tell(a_message(is_public_safe=False), NOW)
    assert not told.value.for_good
    assert strava.writes == []
    PrivateNote(strava, checked()).tell(a_message(is_public_safe=False), NOW)
    assert len(strava.writes) == 1


def test_a_note_can_be_taken_out_of_the_description_after_the_yes_was_taken_back():
    strava = FakeFields()
    stood = texts(ChannelName.DESCRIPTION, with_block("mine", NOTE))
    Description(strava, checked()).tell(a_message("", texts=stood, was=NOTE, runner=a_runner(public_ok=False)), NOW)
    assert strava.writes == [(ChannelName.DESCRIPTION, "mine")]


def test_a_field_is_never_written_over_a_text_that_was_not_read():
    with pytest.raises(ValueError, match="read just before"):
        PrivateNote(FakeFields(), checked()).tell(a_message(before=None), NOW)


OURS = st.sampled_from([OPEN, CLOSE, "\n", "\r\n", "\r", " ", f"{OPEN}\n{NOTE}\n{CLOSE}", "mine"])


@given(st.one_of(st.text(), st.lists(st.one_of(OURS, st.text(max_size=3)), max_size=12).map("".join)))
def test_a_note_that_came_changed_and_went_leaves_the_runners_words_to_the_letter(words):
    strava = FakeFields(texts={ChannelName.PRIVATE_NOTE: words})
    channel = PrivateNote(strava, checked())
    channel.tell(a_message(texts=strava.read(), was=""), NOW)
    assert strava.texts[channel.name].startswith(words)
    channel.tell(a_message("Changed.", texts=strava.read(), was=NOTE), NOW)
    assert block_in(strava.texts[channel.name], was="Changed.") == "Changed."
    channel.tell(a_message("", texts=strava.read(), was="Changed."), NOW)
    assert strava.texts[channel.name] == words
    assert len(strava.writes) == 3


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("note", [NOTE, ""])
def test_a_text_that_was_cut_is_never_written_over(kind, note):
    strava = FakeFields()
    whole = replace(texts(kind.name, "x" * MOST_TEXT), cut=frozenset({kind.name}))
    with pytest.raises(NotTold) as told:
        kind(strava, checked()).tell(a_message(note, texts=whole), NOW)
    assert told.value.for_good
    assert strava.writes == []


@pytest.mark.parametrize("kind", FIELDS)
def test_no_note_makes_a_text_longer_than_we_can_read_again(kind):
    strava = FakeFields()
    with pytest.raises(NotTold):
        kind(strava, checked()).tell(a_message(texts=texts(kind.name, "x" * MOST_TEXT)), NOW)
    assert strava.writes == []
