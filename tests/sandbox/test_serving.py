from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime

import requests

from plugin.sandbox import ROBIN, World, create_sandbox, served
from plugin.sandbox import control_api as control
from tests.paths import ROOT


def start(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "plugin.sandbox", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_where_it_is_and_ends_cleanly_on_sigterm():
    with start("--port", "0") as process:
        try:
            url = process.stdout.readline().split()[-1]
            assert url.startswith("http://127.0.0.1:")
            assert requests.get(f"{url}sandbox/state").json()["athletes"][0]["firstname"] == "Robin"
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()


def test_a_taken_port_is_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with start("--port", str(taken.getsockname()[1])) as process:
            _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "try another" in said
    assert "Traceback" not in said


def test_it_answers_on_this_machine_only():
    with served() as running:
        assert running.url.startswith("http://127.0.0.1:")
        assert running.sandbox.app.client_id == "12345"


def test_a_world_of_ones_own_can_be_served():
    world = World(now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    world.add_athlete("Ada", id=7)
    with served(world) as running:
        (only,) = requests.get(f"{running.url}/sandbox/state").json()["athletes"]
        run = requests.post(f"{running.url}/sandbox/athletes/7/activities", json={"elapsed_time": 3600}).json()
    assert only["id"] == 7
    assert run["start_date"] == "2026-03-01T11:00:00Z"


def test_a_runner_with_pairs_and_a_history_comes_in_one_call(app):
    ada = app.behind(
        "POST",
        "/athletes",
        firstname="Ada",
        timezone="America/New_York",
        shoes=[{"name": "Old", "distance": 500_000, "id": "g1"}, {"name": "New"}],
        activities=[{"start_date": "2026-03-01T12:00:00Z", "distance": 10_000, "gear_id": "g1"}],
    )
    assert [(g["name"], g["distance"]) for g in ada["gear"]] == [("Old", 500_000), ("New", 0)]
    (run,) = app.behind("GET", f"/athletes/{ada['id']}/activities")
    assert run["start_date_local"] == "2026-03-01T07:00:00Z"
    assert app.behind("POST", f"/athletes/{ada['id']}/history", activities=[{}, {}])["ids"]
    app.behind("PUT", "/gear/g1", distance=700_000, retired=True)
    assert app.connect(athlete=ada["id"]).get("/gear/g1").json()["distance"] == 700_000
    app.behind("DELETE", f"/athletes/{ada['id']}/activities")
    assert app.behind("GET", f"/athletes/{ada['id']}/activities") == []


def test_many_calls_at_once_are_all_answered_and_counted(connected):
    wrong = []

    def work():
        for _ in range(20):
            run = connected.record()
            if connected.put(f"/activities/{run['id']}", description="x").json()["description"] != "x":
                wrong.append(run)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert connected.behind("GET", "/calls")["counts"]["PUT /api/v3/activities/{id}"] == 160


def test_a_world_can_begin_on_another_day():
    with served(start=datetime(2026, 7, 1, 12, tzinfo=UTC)) as running:
        state = requests.get(f"{running.url}/sandbox/state").json()
        run = requests.post(f"{running.url}/sandbox/athletes/{ROBIN}/scenario/easy").json()["ids"][0]
        start = requests.get(f"{running.url}/sandbox/activities/{run}").json()["start_date"]
    assert state["now"].startswith("2026-07-01T12:")
    assert start.startswith("2026-07-01T11:")


def test_every_endpoint_for_tests_is_listed_and_every_listed_one_is_there():
    listed = set()
    for methods, path in re.findall(r"^    ([A-Z|]+) +(/sandbox/\S+)", control.__doc__, re.M):
        listed |= {(method, re.sub(r"\b(ID|NAME)\b", "…", path)) for method in methods.split("|")}
    rules = create_sandbox(World()).url_map.iter_rules()
    there = {
        (method, re.sub(r"<[^>]+>", "…", rule.rule))
        for rule in rules
        if rule.rule.startswith("/sandbox/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert listed == there
