"""Small holes of many kinds, each closed for its kind."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
import requests

from plugin.errors import BadSettings, BadSource, StoreBroken
from plugin.monitoring.logs import set_up_logs
from plugin.replay.imports.numbers import exact
from plugin.replay.imports.source import fetch
from plugin.sandbox.server import served
from plugin.settings.environment import read_settings
from plugin.stores.tiny import serve_alone
from tests.web.application import Application

GOOD = "0123456789abcdef0123456789abcdef"


# --- files that are none ----------------------------------------------------------------------------------------------


def test_links_pipes_and_devices_in_an_export_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "aside.csv").write_text("id\n1\n")
    for number, make in enumerate(
        (lambda path: path.symlink_to("/dev/zero"), os.mkfifo, lambda path: path.symlink_to("../aside.csv"))
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        make(folder / "activities.csv")
        with pytest.raises(BadSource, match=r"holds no activities\.csv"):
            fetch(folder)
    for path in ("/dev/zero", tmp_path / "0" / "activities.csv", tmp_path / "1" / "activities.csv"):
        with pytest.raises(BadSource, match="no plain file"):
            fetch(Path(path))


@pytest.mark.parametrize(
    "text", ["1e999999999", "-1e999999999", "1e-999999999", "0e999999999", "9e99", "Infinity", "sNaN"]
)
def test_a_number_beyond_reason_is_no_distance(text: str) -> None:
    assert exact(text) is None


# --- where things are kept --------------------------------------------------------------------------------------------


def test_a_folder_that_everybody_may_write_to_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreBroken, match="Everybody may write"), serve_alone(folder):
        pass
    folder.chmod(0o700)
    with serve_alone(folder):
        pass


@pytest.mark.parametrize("name", ["inbox.json", "house.json", "runners", "serve.lock"])
def test_a_link_in_the_folder_stops_the_start(tmp_path: Path, name: str) -> None:
    folder, aside = tmp_path / "var", tmp_path / "aside"
    folder.mkdir(mode=0o700)
    (folder / name).symlink_to(aside)
    with pytest.raises(StoreBroken, match="is a link"), serve_alone(folder):
        pass
    assert not aside.exists()


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["a" * 64, "ab" * 40, "1234567" * 9, " " * 40 + "x"])
def test_a_long_key_of_few_characters_is_refused(key: str) -> None:
    with pytest.raises(BadSettings, match="SECRET_KEY"):
        read_settings({"SECRET_KEY": key}, env_file=None)
    assert read_settings({"SECRET_KEY": GOOD}, env_file=None).secret_key == GOOD


def test_earlier_keys_are_taken_as_they_were() -> None:
    assert read_settings({"SECRET_KEY": GOOD, "SECRET_KEY_FALLBACKS": "a" * 20}, env_file=None).secret_key_fallbacks


# --- what is kept of what strangers say -------------------------------------------------------------------------------


def test_only_known_scopes_are_kept() -> None:
    application = Application()
    browser = application.browser()
    scope = "read,activity:read_all,profile:write,<script>," + "x" * 5000
    browser.come_back(browser.leave_for_strava()["state"], scope=scope)
    assert application.runner().scopes == {"read", "activity:read_all"}


def test_the_limits_tell_no_log_who_called(capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        set_up_logs(read_settings({"LOG_LEVEL": "debug"}, env_file=None))
        client = Application(limits_floods=True).app.test_client()
        answers = [client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.77"}).status_code for _ in range(302)]
        assert answers[-1] == 429
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
    assert "203.0.113.77" not in capsys.readouterr().err


# --- the sandbox ------------------------------------------------------------------------------------------------------


def test_no_page_of_another_site_drives_the_sandbox() -> None:
    with served() as running:
        state = f"{running.url}/sandbox/state"
        subscriptions = f"{running.url}/api/v3/push_subscriptions"
        assert requests.get(state, timeout=5).status_code == 200
        assert requests.get(state, headers={"Host": "rebound.example:8001"}, timeout=5).status_code == 403
        form = {
            "client_id": "12345",
            "client_secret": "sandbox-secret",
            "callback_url": "http://10.0.0.1/",
            "verify_token": "x",
        }
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
            answer = requests.post(subscriptions, data=form, headers={"Origin": origin}, timeout=5)
            assert answer.status_code == 403, origin
        own = requests.put(
            f"{running.url}/sandbox/push", json={"retry_seconds": 1}, headers={"Origin": running.url}, timeout=5
        )
        assert own.status_code == 200
