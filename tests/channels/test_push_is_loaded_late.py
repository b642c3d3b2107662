"""Apprise and icalendar cost memory: a process carries them from the first note or feed on, and not before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT

SCRIPT = """
import json, sys
from pathlib import Path
from plugin.ports import PushTarget
from plugin.settings.environment import read_settings
from plugin.wiring import build

given = dict(STRAVA_CLIENT_ID="1", STRAVA_CLIENT_SECRET="x", SECRET_KEY="0123456789abcdef0123456789abcdef-and-more",
             PUBLIC_URL="http://localhost:1", DATA_DIR=sys.argv[1], PUSH=sys.argv[2], PUSH_HOSTS="gotify=http://127.0.0.1:9")
application = build(read_settings(given, env_file=None))
client = application.site.test_client()
seen = [client.get(path).status_code for path in ("/", "/me/push", "/privacy", "/me/calendar/1-x.ics")]
before = sorted({"apprise", "icalendar"} & set(sys.modules))
channel = application.channels["push"]
tried = ""
if channel.is_offered:
    try:
        channel._pushes(PushTarget(service="gotify", fields={"token": "Axxxxxxxxxxx", "server": "127.0.0.1:9"}),
                        title="T", text="Words.")
    except Exception as wrong:
        tried = type(wrong).__name__
print(json.dumps([seen, before, tried, sorted({"apprise", "icalendar"} & set(sys.modules))]))
"""


def loaded(folder: Path, push: str) -> list[object]:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), push],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told: list[object] = json.loads(ran.stdout.splitlines()[-1])
    return told


def test_a_process_that_pushes_nothing_carries_nothing_of_it(tmp_path: Path) -> None:
    seen, before, tried, after = loaded(tmp_path, "off")
    assert seen == [200, 303, 200, 404]
    assert (before, tried, after) == ([], "", [])


def test_with_push_on_it_comes_with_the_first_note(tmp_path: Path) -> None:
    seen, before, tried, after = loaded(tmp_path, "on")
    assert seen == [200, 303, 200, 404]
    assert (before, tried, after) == ([], "NotTold", ["apprise"])
