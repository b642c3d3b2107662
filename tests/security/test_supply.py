"""What the program is made of, and what of it can be reached where it runs."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from plugin.sandbox.server import LOCALHOST, served
from tests.paths import ROOT

NAMES = {"flask-wtf": "flask_wtf", "flask-talisman": "flask_talisman", "flask-limiter": "flask_limiter",
         "flask-babel": "flask_babel", "python-dotenv": "dotenv", "yoyo-migrations": "yoyo",
         "prometheus-client": "prometheus_client", "resvg-py": "resvg_py"}  # fmt: skip
DATA_ONLY = {"tzdata"}
"""Read by the standard library where the system has none."""


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_package_is_pinned_and_hashed_and_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    hashes = r"[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+"
    pinned = re.findall(r"^[a-z0-9][a-z0-9._-]*(?:\[[^\]]*\])?==\S+" + hashes, text, re.MULTILINE)
    named = re.findall(r"^[A-Za-z0-9]\S*", text, re.MULTILINE)
    assert len(pinned) == len(named) > 40
    assert "://" not in text
    assert "--index-url" not in text
    assert "--extra-index-url" not in text


def test_every_image_is_named_by_digest() -> None:
    images = re.findall(r"(?m)^(?:FROM|    image:) +(\S+)$", (ROOT / "Dockerfile").read_text())
    images += re.findall(r"(?m)^    image: +(\S+)$", (ROOT / "compose.yaml").read_text())
    assert len(images) == 3
    assert all(re.fullmatch(r"[a-z/]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}", image) for image in images)


def test_images_are_pinned_to_what_their_tags_mean_now(tmp_path: Path) -> None:
    for name in ("Makefile", "Dockerfile", "compose.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    docker = tmp_path / "docker"
    for digest in ("sha256:" + "a" * 64, "sha256:" + "b" * 64):  # and again, when the tags have moved
        docker.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo {digest}\n')
        docker.chmod(0o755)
        environ = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        subprocess.run(["make", "pin"], cwd=tmp_path, env=environ, check=True, capture_output=True, timeout=60)
        images = re.findall(r"(?m)^(?:FROM|    image:) +(\S+)$", (tmp_path / "Dockerfile").read_text())
        images += re.findall(r"(?m)^    image: +(\S+)$", (tmp_path / "compose.yaml").read_text())
        assert [one.split("@")[0] for one in images] == ["python:3.11-slim", "postgres:17", "axllent/mailpit:v1.31.2"]
        assert [one.split("@")[1] for one in images] == [digest] * 3


def test_every_dependency_is_imported_somewhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=\[ ;~!]", one)[0].lower() for one in project["dependencies"]} - DATA_ONLY
    imported = set()
    for path in [*(ROOT / "plugin").rglob("*.py"), *(ROOT / "config").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    assert {one for one in wanted if NAMES.get(one, one).replace("-", "_") not in imported} == set()


def test_the_server_never_loads_the_sandbox() -> None:
    script = (
        "import sys\n"
        "from plugin.settings.environment import OperatorSettings\nfrom plugin.wiring import build\n"
        "application = build(OperatorSettings(strava_client_id='1', strava_client_secret='s',"
        " secret_key='0123456789' * 4, public_url='https://footnote.example'))\n"
        "paths = [str(rule) for rule in application.site.url_map.iter_rules()]\n"
        "assert not [path for path in paths if 'sandbox' in path or 'oauth' in path or 'api' in path], paths\n"
        "import plugin.cli.server\n"
        "print([name for name in sys.modules if name.startswith(('plugin.sandbox', 'plugin.sandbox.demo'))])\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.stdout.strip() == "[]", ended.stderr


def test_the_sandbox_listens_on_this_machine_only() -> None:
    assert LOCALHOST == "127.0.0.1"
    with served() as running:
        port = int(running.url.rsplit(":", 1)[1])
        assert running.url.startswith("http://127.0.0.1:")
        listening = [
            line.split()[1]
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
            if line.split()[3] == "0A" and int(line.split()[1].rsplit(":", 1)[1], 16) == port
        ]
        assert listening == [f"{socket.htonl(0x7F000001):08X}:{port:04X}"]
