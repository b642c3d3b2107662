"""The demo's processes: the sandbox and the real `footnote serve`, child processes that end with this one."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

import plugin
from plugin.errors import FootnoteError
from plugin.monitoring.parent_death_signal import die_with_parent
from plugin.sandbox.demo.mailbox import Guide, mailbox
from plugin.sandbox.demo_world import ROBIN
from plugin.settings.environment import OperatorSettings
from plugin.settings.platforms import PLATFORMS

HOST = "127.0.0.1"
HIGHEST = 65_000
START_S = 60
END_S = 25
LAST_LINES = 15


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One demo's four consecutive ports and its folder, which is removed at the end."""

    port: int
    folder: Path
    with_faults: bool = False
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def site(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://{HOST}:{self.port + 1}"

    @property
    def mail(self) -> str:
        return f"http://{HOST}:{self.port + 2}"

    @property
    def smtp_port(self) -> int:
        return self.port + 3

    @property
    def data(self) -> Path:
        return self.folder / "var"

    def environ(self) -> dict[str, str]:
        """The site's settings, without any of the operator's."""
        ours = {name.upper() for name in OperatorSettings.model_fields} | {one.sign for one in PLATFORMS}
        return {name: value for name, value in os.environ.items() if name not in ours} | {
            **_import_path(),
            "STRAVA_CLIENT_ID": "12345",
            "STRAVA_CLIENT_SECRET": "sandbox-secret",
            "STRAVA_API_URL": f"{self.sandbox}/api/v3",
            "STRAVA_OAUTH_URL": f"{self.sandbox}/oauth",
            "SECRET_KEY": self.secret_key,
            "PUBLIC_URL": self.site,
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "SMTP_URL": f"smtp://{HOST}:{self.smtp_port}",
            "MAIL_FROM": "Footnote <footnote@example.org>",
            "SETTLE_SECONDS": "0",
            "OPERATOR_ATHLETES": str(ROBIN),
        }

    def sandbox_command(self) -> list[str]:
        faults = ["--faults"] if self.with_faults else []
        return ["sandbox", "--port", str(self.port + 1), "--guide", f"{self.mail}/", *faults]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """A footnote command beside the running site."""
        return subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-m", "plugin", *arguments],
            cwd=self.folder,
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_S,
            check=False,
        )

    def last_words(self) -> str:
        """The last lines of the child processes' logs."""
        lines = []
        for log in sorted(self.folder.glob("*.log")):
            lines += [f"{log.stem}: {line}" for line in log.read_text(errors="replace").splitlines()[-LAST_LINES:]]
        return "\n".join(lines)


@contextmanager
def raised(stage: Stage, over: threading.Event) -> Iterator[Callable[[], str | None]]:
    """Start sandbox, mailbox and site; yields a function that names a child process that has exited."""
    for port in range(stage.port, stage.port + 4):
        _refuse_busy(port)
    children: dict[str, subprocess.Popen[bytes]] = {}
    with ExitStack() as stack:
        stack.callback(_end_all, children)
        guide = Guide(
            site=stage.site, sandbox=stage.sandbox, now=lambda work: stage.command("now", work).returncode == 0
        )
        stack.enter_context(mailbox(HOST, page_port=stage.port + 2, smtp_port=stage.smtp_port, guide=guide))
        environ = stage.environ()

        def ended() -> str | None:
            return next((name for name, child in children.items() if child.poll() is not None), None)

        for name, arguments, url in (
            ("sandbox", stage.sandbox_command(), f"{stage.sandbox}/sandbox/state"),
            ("site", ["serve"], f"{stage.site}/healthz"),
        ):
            children[name] = _started(name, arguments, environ, stage)
            _await_answer(name, url, ended, over, stage)
        yield ended


def _import_path() -> dict[str, str]:
    """Children of a checkout are told where it is, because they run elsewhere; an installed package is found."""
    folder = Path(plugin.__file__).parent.parent
    installed = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    return {} if folder in installed else {"PYTHONPATH": str(folder)}


def _started(name: str, arguments: Sequence[str], environ: dict[str, str], stage: Stage) -> subprocess.Popen[bytes]:
    with (stage.folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-m", "plugin", *arguments],
            cwd=stage.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )


def _await_answer(name: str, url: str, ended: Callable[[], str | None], over: threading.Event, stage: Stage) -> None:
    give_up = time.monotonic() + START_S
    while not over.wait(0.1):
        try:
            if requests.get(url, timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass  # not yet
        if ended() or time.monotonic() > give_up:
            raise FootnoteError(f"The demo's {name} did not start. Its last words:\n{stage.last_words()}")


def _end_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Stop the site first, while the sandbox still answers it."""
    for child in reversed(children.values()):
        child.terminate()
        try:
            child.wait(END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise FootnoteError(
                f"Port {port} is taken ({taken.strerror}): the demo wants four in a row; these are free: "
                f"`footnote demo --port {_four_free(port + 1)}`."
            ) from taken


def _four_free(start: int) -> int:
    """The first of four free ports in a row, from `start` on by hundreds, as such numbers are easily typed."""
    hundreds = range(start // 100 * 100 + 100, HIGHEST, 100)
    return next((first for first in hundreds if all(map(_is_free, range(first, first + 4)))), start)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
