"""The demo as somebody starts it: the real site, the sandbox and the mail server, played through and ended."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from plugin.sandbox.demo.forms import _Forms
from plugin.settings.environment import OperatorSettings
from tests.free_ports import four_free_ports
from tests.paths import ROOT

OURS = {name.upper() for name in OperatorSettings.model_fields} | {"DYNO"}


@pytest.fixture
def demo(tmp_path):
    """Starts the demo, keeping whatever it leaves behind in a folder of the test's own."""
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        environ = {name: value for name, value in os.environ.items() if name not in OURS}
        process = subprocess.Popen(
            [sys.executable, "-m", "plugin", "demo", "--port", str(four_free_ports()), *arguments],
            cwd=tmp_path,
            env={**environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize(("options", "count"), [((), 8), (("--faults",), 9)])
def test_the_whole_product_plays_through_and_leaves_nothing_behind(demo, tmp_path, options, count):
    out, err = demo("--check", *options).communicate(timeout=240)
    assert err == ""
    steps = out.splitlines()
    assert [step[0] for step in steps] == ["✓"] * count
    for told in (
        "connected",
        "/me shows",
        "20.0 km",
        "follower",
        "confirmed the address",
        "mail says",
        "weekly",
        "disconnected",
    ):
        assert told in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_to_look_and_ends_with_everything_it_started(demo, tmp_path, ending):
    process = demo()
    assert process.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = process.stdout.readline()
        assert line, f"it ended too early: {told}"
        told += line
    addresses = [word for word in told.split() if word.startswith("http://")]
    ports = {int(address.split(":")[2].split("/")[0]) for address in addresses}
    assert len(ports) == 3
    process.send_signal(ending)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == []
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_forms_are_sent_as_a_browser_would_send_them():
    page = """
    <form method="post" action="/me/settings"><input type="hidden" name="csrf_token" value="t">
    <input type="radio" name="channel" value="page"><input type="radio" name="channel" value="email" checked>
    <input type="checkbox" name="rule" value="ramp" checked><input type="checkbox" name="rule" value="streak" checked>
    <input type="checkbox" name="paused" value="yes"><input name="off" value="x" disabled>
    <select name="units"><option>km<option selected>mi</select>
    <select name="day"><option value="">as usual</option><option value="monday">Monday</option></select>
    <textarea name="words">two
lines</textarea><button name="do" value="save">Save</button></form>
    """
    parser = _Forms("http://localhost:1/me/settings")
    parser.feed(page)
    (form,) = parser.forms
    assert (form.action, form.method) == ("http://localhost:1/me/settings", "post")
    assert form.fields == [
        ("csrf_token", "t"),
        ("channel", "email"),
        ("rule", "ramp"),
        ("rule", "streak"),
        ("units", "mi"),
        ("day", ""),
        ("words", "two\nlines"),
    ]
    assert form.filled(channel="page")[-1] == ("channel", "page")


def test_where_a_port_is_taken_four_that_are_free_are_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "plugin", "demo", "--port", str(port)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 1
        assert f"Port {port} is taken" in ended.stderr
        advised = int(re.search(r"--port (\d+)", ended.stderr)[1])
        assert port not in range(advised, advised + 4)
        for free in range(advised, advised + 4):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", free))
