"""stravalib is loaded late and leaves nothing behind. Each in a process of its own, because an import happens once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.strava.sandbox_process import HERE

NOTHING_AT_IMPORT = """
import sys, json
import plugin.strava.client
print(json.dumps([name in sys.modules for name in ("stravalib", "pydantic", "pint")]))
"""
NOTHING_LEFT_BEHIND = """
import json, logging, sys, warnings
from plugin.strava.stravalib_client import protocol_for
from plugin.strava.http_session import open_session
before = (list(warnings.filters), warnings.showwarning)
api = protocol_for(open_session("http://127.0.0.1:9", "http://127.0.0.1:9"), lambda *_: None, access="a")
print(json.dumps({
    "loaded": "stravalib" in sys.modules,
    "warnings": (list(warnings.filters), warnings.showwarning) == before,
    "handlers": len(logging.getLogger().handlers),
    "captured": logging._warnings_showwarning is not None,
    "client": [api.client_id, api.client_secret, api.refresh_token],
}))
"""
CAPTURED_BEFORE = """
import json, logging
logging.captureWarnings(True)
from plugin.strava.stravalib_client import protocol_for
from plugin.strava.http_session import open_session
protocol_for(open_session("http://127.0.0.1:9", "http://127.0.0.1:9"), lambda *_: None)
print(json.dumps(logging._warnings_showwarning is not None))
"""


def played(script: str, **environment: str) -> tuple[Any, str]:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=HERE,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout), done.stderr


def test_importing_the_adapter_loads_nothing_heavy() -> None:
    # pydantic is there for the settings all the same; pint is stravalib's own
    told, _ = played(NOTHING_AT_IMPORT)
    assert told == [False, False, False]


def test_loading_it_changes_no_warnings_no_log_and_knows_no_client() -> None:
    for environment in ({}, {"STRAVA_CLIENT_ID": "12345", "STRAVA_CLIENT_SECRET": "s3cret"}, {"STRAVA_CLIENT_ID": "x"}):
        told, said = played(NOTHING_LEFT_BEHIND, **environment)
        assert told == {
            "loaded": True,
            "warnings": True,
            "handlers": 0,
            "captured": False,
            "client": [None, None, None],
        }
        assert said == ""


def test_whoever_sends_warnings_to_the_log_still_does() -> None:
    told, _ = played(CAPTURED_BEFORE)
    assert told is True
