"""Everything at once: edits, faults, deaths, hidden runs, changed settings. One note a run all the same."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import NotThere, NotTold, StravaClosed, StravaTrouble
from plugin.notes.block import CLOSE, OPEN, without_block
from plugin.ports import ChannelName, JobKind, NoteStatus, RunRecord
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Died, Stage
from tests.story.trying import trying

TEXTS = ("", "mine", "two\r\nlines\r\n", f"a quotation\n{OPEN}\nmine too\n{CLOSE}\nand on")
WAYS = tuple(ChannelName)
DEEDS = (
    *("event", "event", "crop", "sport", "pair", "words", "settle", "hours", "sweep", "fault", "death", "death"),
    *("channel", "hide", "race", "mail trouble", "purge"),
)


def a_storm(data: st.DataObject) -> tuple[Stage, dict[int, tuple[str, str]]]:
    stage = Stage(comments=True)
    stage.strava.is_partner = True
    stage.connect(mail=True, channel=data.draw(st.sampled_from(WAYS)), public_ok=True, reads_soreness=True)
    stage.strava.add_pair("g1", "Ghost 15", km=470)
    stage.history()
    own = {}
    for _ in range(2):
        texts = {name: data.draw(st.sampled_from(TEXTS)) for name in ("private_note", "description")}
        at = stage.now - timedelta(hours=data.draw(st.integers(1, 70)))
        run = stage.record(data.draw(st.integers(3, 40)), at=at, **texts)
        own[run] = (texts["private_note"], texts["description"])
    hidden: dict[int, object] = {}
    for _ in range(data.draw(st.integers(2, 14))):
        run = data.draw(st.sampled_from(sorted(own)))
        deed = data.draw(st.sampled_from(DEEDS))
        if run in hidden and deed in ("crop", "sport", "pair", "words"):
            continue
        match deed:
            case "event":
                stage.event(run)
            case "crop":
                stage.strava.change(run, distance_m=Decimal(data.draw(st.integers(1, 40))) * 1000)
                stage.event(run)
            case "sport":
                stage.strava.change(run, sport=data.draw(st.sampled_from(["Run", "Ride", "TrailRun"])))
                stage.event(run)
            case "pair":
                stage.strava.change(run, shoe=data.draw(st.sampled_from([None, "g1"])))
            case "words":
                stage.strava.change(run, title=data.draw(st.sampled_from(["Run", "Heel pain again", "No pain"])))
                stage.event(run)
            case "settle":
                stage.deliver()
            case "hours":
                stage.later(data.draw(st.integers(1, 5)) * HOUR)
            case "sweep":
                stage.evening()
            case "purge":
                stage.purge()
            case "channel":
                stage.choose(channel=data.draw(st.sampled_from(WAYS)), public_ok=data.draw(st.booleans()))
            case "race":
                stage.store.change_run_record(ANA, run, _called_race)
                stage.event(run, JobKind.SAID)
            case "mail trouble":
                left = data.draw(st.booleans())
                trouble = data.draw(st.sampled_from([None, NotTold("mail", for_good=False, may_have_left=left)]))
                stage.post.trouble = trouble
            case "fault":
                error = data.draw(st.sampled_from(["trouble", "closed", "gone"]))
                errors = {
                    "trouble": StravaTrouble("502"),
                    "closed": StravaClosed("full", stage.now + 5 * MINUTE),
                    "gone": NotThere("404"),
                }
                on = data.draw(st.sampled_from(["recent", "write", "comment"]))
                stage.strava.fail(errors[error], on=None if error == "closed" else on)
            case "death":
                stage.event(run)
                stage.mortal = True
                stage.death.at, stage.death.count, stage.death.where = data.draw(st.integers(1, 40)), 0, ""
                stage.death.is_after = data.draw(st.booleans())
                stage.build()
                with contextlib.suppress(Died):
                    stage.deliver()
                stage.restart()
            case "hide":
                if run in hidden:
                    stage.strava.activities[run] = hidden.pop(run)
                    stage.event(run)
                else:
                    hidden[run] = stage.strava.activities.pop(run)
                    stage.event(run, JobKind.DELETED)
    stage.strava.activities.update(hidden)
    stage.strava.mend()
    stage.strava.is_partner = True
    stage.post.trouble = None
    for run in own:
        stage.event(run)
    stage.later(DAY)
    return stage, own


def _called_race(run_record: RunRecord | None) -> RunRecord | None:
    return None if run_record is None else replace(run_record, called_race=True)


@trying(60)
@given(st.data())
def test_after_any_storm_each_run_has_one_note_and_the_runners_own_words(data):
    stage, own = a_storm(data)
    mails = Counter(message.run_id for message in stage.post.notes)
    comments = Counter(run for run, _ in stage.strava.comments)
    for run, (private_note, description) in own.items():
        run_record = stage.store.run_record(ANA, run)
        stands = [field for field in ("private_note", "description") if _differs(stage, run, field, own)]
        assert mails[run] <= 1
        assert comments[run] <= 1
        assert len(stands) <= 1
        assert without_block(stage.private_note(run)) == private_note or private_note == stage.private_note(run)
        assert without_block(stage.description(run)) == description or description == stage.description(run)
        if run_record is not None and run_record.telling is NoteStatus.TOLD and run_record.channel in stands:
            assert run_record.text in getattr(stage.strava.activities[run], run_record.channel)
        if stage.strava.activities[run].sport == "Ride":
            assert not stands
    assert [one for one in stage.inbox.everything() if one.why is not JobKind.REREAD] == stage.parked()


def _differs(stage: Stage, run: int, field: str, own: dict[int, tuple[str, str]]) -> bool:
    before = own[run][0 if field == "private_note" else 1]
    return getattr(stage.strava.activities[run], field) != before
