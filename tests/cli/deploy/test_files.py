"""What platforms are given fits what the program needs: what is copied, what is run, how long it has to end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import requests
import yaml

from plugin.cli.commands import footnote
from plugin.cli.run import PATIENCE_S
from plugin.monitoring.parent_death_signal import die_with_parent
from plugin.settings.environment import OperatorSettings
from tests.e2e.harness import until
from tests.free_ports import free_port
from tests.paths import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
RENDER = (ROOT / "render.yaml").read_text(encoding="utf-8")
UNIT = (ROOT / "docs" / "deploy" / "footnote.service").read_text(encoding="utf-8")
OURS = {name.upper() for name in OperatorSettings.model_fields} | {"DYNO"}
AT_THE_TOP = {
    # ours
    "app.py", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "Procfile", "pyproject.toml",
    "setup.py", "docs", "plugin", "config", "tests", ".ci",
    # where tools and readers look for them, and nowhere else
    "requirements.txt", "requirements-test.txt", ".python-version", "app.json", ".gitignore", "SECURITY.md",
    "Dockerfile", ".dockerignore", "compose.yaml", "render.yaml",
}  # fmt: skip


def copied() -> list[str]:
    """What the image holds of ours, but for the requirements."""
    sources = re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE)
    return [source for source in sources if source != "requirements.txt"]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The folder /app of the image, as far as it can be had without an engine."""
    app = tmp_path_factory.mktemp("app")
    for source in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, app / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, app / source)
    return app


def environ_of(image, **more):
    """The image's own environment, on another port and with another folder."""
    env = dict(
        one.split("=", 1) for line in re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE) for one in line.split()
    )
    passed = {name: value for name, value in os.environ.items() if name not in OURS | {"PYTHONPATH"}}
    return passed | env | {"DATA_DIR": str(image / "data"), "HOST": "127.0.0.1"} | more


def test_what_the_image_copies_runs_alone_and_its_health_check_finds_it_alive(image):
    port = str(free_port())
    key = "a-key-for-the-image-that-is-long-enough-0123456789"
    environ = environ_of(
        image, PORT=port, SECRET_KEY=key, STRAVA_CLIENT_ID="1", STRAVA_CLIENT_SECRET="s",
        PUBLIC_URL=f"http://127.0.0.1:{port}", STRAVA_API_URL="http://127.0.0.1:9/api/v3",
        STRAVA_OAUTH_URL="http://127.0.0.1:9/oauth",
    )  # fmt: skip
    command = [sys.executable, *json.loads(re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[0])[1:]]
    check = [sys.executable, *json.loads(re.findall(r"^HEALTHCHECK CMD (.+)$", DOCKERFILE, re.MULTILINE)[0])[1:]]

    def is_healthy() -> bool:
        return subprocess.run(check, env=environ, capture_output=True, check=False).returncode == 0

    assert not is_healthy()
    with (image / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=image, env=environ, stdout=log, stderr=log, preexec_fn=die_with_parent
        )  # fmt: skip
    try:
        until(is_healthy, "the site in the image", seconds=40)
        page = requests.get(f"http://127.0.0.1:{port}/", timeout=10)
        assert "Connect with Strava" in page.text
    finally:
        server.terminate()
        assert server.wait(PATIENCE_S + 10) == 0, (image / "log").read_text()


def test_the_images_other_commands_start_too(image):
    done = subprocess.run(
        [sys.executable, "-m", "plugin", "release"],
        cwd=image, env=environ_of(image), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "need no preparation" in done.stdout


def test_nothing_that_is_copied_is_left_out_of_the_images_context():
    ignored = {line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines()}
    assert not {*copied(), "requirements.txt"} & ignored
    assert {".env", "var", ".git"} <= ignored


def test_every_platform_lets_work_end_before_it_kills():
    told = {
        "compose.yaml": int(re.findall(r"stop_grace_period: (\d+)s", COMPOSE)[0]),
        "footnote.service": int(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0]),
    }
    assert {name: seconds > PATIENCE_S for name, seconds in told.items()} == dict.fromkeys(told, True)
    assert "KillMode=mixed" in UNIT


@pytest.mark.parametrize("text", [DOCKERFILE, COMPOSE, RENDER, UNIT], ids=["image", "compose", "render", "systemd"])
def test_only_commands_that_exist_are_run(text):
    ran = re.findall(r"-m plugin (\w+)", text) + re.findall(r'"-m", "plugin", "(\w+)"', text)
    assert ran
    assert set(ran) <= set(footnote.commands)


@pytest.mark.parametrize("text", [COMPOSE, RENDER], ids=["compose", "render"])
def test_web_and_worker_know_the_same_house(text):
    """Both need the key, the app, the database and the address; a worker without one would register nothing."""
    shared = text.split("services:")[0] if text is COMPOSE else ""
    web, worker = (shared, shared) if text is COMPOSE else re.split(r"\n  - type: worker\n", text.split("services:")[1])
    for part in (web, worker):
        for name in ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "DATABASE_URL"):
            assert name in part
        assert "SECRET_KEY" in part or "fromGroup: footnote" in part
    assert ("PUBLIC_URL" if text is COMPOSE else "RENDER_EXTERNAL_URL") in worker


def test_the_worker_on_render_takes_from_the_site_what_the_site_has():
    blueprint = yaml.safe_load(RENDER)
    web, worker = blueprint["services"]
    (group,) = blueprint["envVarGroups"]
    named = {one["key"]: one for service in (web, worker) for one in service["envVars"] if "key" in one}
    for name in ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "RENDER_EXTERNAL_URL"):
        assert named[name]["fromService"] == {"type": "web", "name": web["name"], "envVarKey": name}
    for service in (web, worker):
        assert {"fromGroup": group["name"]} in service["envVars"]
        assert service["buildCommand"] == "pip install --require-hashes -r requirements.txt"
    assert (web["preDeployCommand"], web["healthCheckPath"]) == ("python -m plugin release", "/healthz")
    # The group's variables would be hidden by a service's own.
    assert "PUBLIC_URL" not in named


def test_there_are_buttons_and_what_they_start_can_be_made_before_the_strava_app():
    """Strava wants the host of a site that is not there yet."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for host, page in (("heroku.com", "heroku"), ("render.com", "render")):
        assert f"](https://{host}/deploy)" in readme
        assert f"](https://{host}/deploy)" in (ROOT / "docs" / "deploy" / f"{page}.md").read_text(encoding="utf-8")
    app = json.loads((ROOT / "app.json").read_text(encoding="utf-8"))
    by_hand = {name for name, one in app["env"].items() if one.get("required", True) and not one.get("value")}
    assert by_hand == {"SECRET_KEY"}
    assert app["env"]["SECRET_KEY"]["generator"] == "secret"
    assert [addon["plan"].partition(":")[0] for addon in app["addons"]] == ["heroku-postgresql"]


def test_the_button_starts_the_processes_of_the_procfile():
    formation = json.loads((ROOT / "app.json").read_text(encoding="utf-8"))["formation"]
    named = {line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()}
    assert set(formation) == named - {"release"}
    assert all(one["size"] != "eco" for one in formation.values())


def test_the_unit_is_one(tmp_path):
    lines = [line for line in UNIT.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if line.startswith("[")] == ["[Unit]", "[Service]", "[Install]"]
    assert all(re.fullmatch(r"\[\w+\]|[A-Z]\w+=.*", line) for line in lines)
    evaluate = shutil.which("systemd-analyze")
    if evaluate is not None:
        (tmp_path / "footnote.service").write_text(UNIT.replace("/opt/footnote/.venv/bin/python", sys.executable))
        command = [evaluate, "verify", str(tmp_path / "footnote.service")]
        evaluation = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "footnote.service" not in evaluation.stderr, evaluation.stderr


def test_at_the_top_stands_only_what_is_looked_for_there():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert top <= AT_THE_TOP
