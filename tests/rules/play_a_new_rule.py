"""Plays a rule that nobody wrote a page for through everything a runner sees, and prints what each of it shows.

Run by test_a_new_rule.py in a process of its own, on a copy of the product with one rule more.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from plugin.channels.mail.links import Links
from plugin.channels.mail.note_letters import note_letter
from plugin.ports import ChannelName
from plugin.replay import run_replay
from plugin.settings.encryption import Keyring
from plugin.stores.export import export_of
from plugin.summary.summarise import summarise
from tests.story.stage import BOOK, Stage, voice_of
from tests.web.application import KEY, Application

TABLE = """id,start_date_local,type,distance_m,moving_time_s
1,2024-03-04 08:00:00,Run,8000,2900
2,2024-03-07 08:00:00,Run,7777,2800
"""


def replays(folder: Path) -> dict[str, str]:
    """The three forms of a replay in which the rule speaks."""
    source = folder / "runs.csv"
    source.write_text(TABLE)
    shown = {}
    for form in ("text", "json", "html"):
        output = folder / f"replay.{form}"
        assert run_replay(source, format=form, output=output) == 0
        shown[f"replay {form}"] = output.read_text(encoding="utf-8")
    return shown


def live() -> dict[str, str]:
    """A note on the activity, a mail, and the pages of the runner who got them."""
    stage = Stage()
    stage.connect()
    for days_ago in (4, 9, 11):
        stage.record(8, days_ago=days_ago)
    run_id = stage.record(7.777)
    stage.happens(run_id)
    by_mail = 8
    stage.connect(by_mail, mail=True, channel=ChannelName.EMAIL)
    stage.happens(stage.record(7.777, runner_id=by_mail), runner_id=by_mail)
    [message] = stage.post.notes
    keyring = Keyring(KEY, (), seconds_now=lambda: stage.now.timestamp())
    letter = note_letter(message, Links(public_url="http://localhost:8000", keyring=keyring), voice_of(message.runner))
    runner, snapshot = stage.runner(), stage.store.snapshot(stage.runner().id)
    assert snapshot is not None
    seen = summarise(runner, snapshot, stage.now.date(), BOOK, voice_of(runner))
    site = Application(store=stage.store, inbox=stage.inbox, seen=seen)
    site.clock.now = stage.now + timedelta(minutes=5)
    site.strava.runner_id = runner.id
    browser = site.browser().connect()
    return {
        "note": stage.note(run_id) or "",
        "mail": "\n".join([letter.subject, *letter.paragraphs, *(link.label for link in letter.replies)]),
        "/me": browser.get("/me").text,
        "/me/settings": browser.get("/me/settings").text,
        "/me/preview": browser.get("/me/preview").text,
        "export": json.dumps(export_of(stage, runner.id)),
    }


if __name__ == "__main__":
    print(json.dumps(replays(Path(sys.argv[1])) | live()))
