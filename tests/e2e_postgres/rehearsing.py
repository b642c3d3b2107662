"""A PaaS on this machine: a clone of the last commit, the Procfile under honcho, and nothing but requirements.txt."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from plugin.monitoring.parent_death_signal import die_with_parent
from tests.e2e.harness import ROOT, Application, until

BIN = Path(sys.executable).parent
# Whatever is installed for tests alone cannot be imported, as on a machine that has only requirements.txt.
GUARD = """
import sys

class NotInRequirements:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"{{name}} is not in requirements.txt")

sys.meta_path.insert(0, NotInRequirements())
"""


def pinned(file: str) -> set[str]:
    return {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / file).read_text(), re.MULTILINE)}


def only_for_tests() -> set[str]:
    """The modules of distributions that requirements.txt does not name."""
    extra = pinned("requirements-test.txt") - pinned("requirements.txt")
    asked = {re.sub(r"[-_.]+", "-", name) for name in extra}
    return {
        module
        for module, owners in metadata.packages_distributions().items()
        if {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} <= asked
    }


class Dyno:
    """One clone and what runs from it. Its settings stand in its `.env`, which honcho reads."""

    def __init__(self, folder: Path, application: Application) -> None:
        self.folder, self.application = folder, application
        self._honcho: subprocess.Popen[bytes] | None = None
        subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
        guard = folder.parent / f"{folder.name}-guard"
        guard.mkdir(exist_ok=True)
        (guard / "sitecustomize.py").write_text(GUARD.format(names=only_for_tests()))
        given = {name: value for name, value in application.environ.items() if name not in ("PYTHONPATH", "PORT")}
        ours = ("STRAVA_", "SECRET_", "PUBLIC_", "DATABASE_", "SMTP_", "MAIL_", "SETTLE_", "ATHLETE_", "TRUSTED_")
        lines = [f"{name}={value}" for name, value in given.items() if name.startswith(ours)]
        (folder / ".env").write_text("\n".join([*lines, f"PYTHONPATH={guard}"]) + "\n")
        self._environ = {name: value for name, value in given.items() if not name.startswith(ours)}
        self._environ["PATH"] = f"{BIN}:{self._environ['PATH']}"

    def release(self) -> str:
        """The Procfile's release command, to its end."""
        run = subprocess.run(
            [BIN / "honcho", "start", "release"], cwd=self.folder, env=self._environ, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def start(self, concurrency: str = "web=1,worker=1") -> None:
        """Web and worker, answering."""
        with (self.application.folder / f"{self.folder.name}.log").open("ab") as log:
            self._honcho = subprocess.Popen(
                [BIN / "honcho", "start", "-p", str(self.application.port), "-c", concurrency, "web", "worker"],
                cwd=self.folder, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=die_with_parent,
            )  # fmt: skip
        self.application._await(f"{self.application.url}/readyz", self._honcho)

    def stop(self) -> None:
        """As a PaaS does at least daily: SIGTERM, and the disk is wiped."""
        if self._honcho is not None and self._honcho.poll() is None:
            self._honcho.send_signal(signal.SIGTERM)
            self._honcho.wait(40)
        until(lambda: not self.still_running(), "all processes to end")
        shutil.rmtree(self.folder)

    def still_running(self) -> list[str]:
        """Processes whose working folder is the clone's."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink() == self.folder:
                    found.append(process.name)
            except OSError:
                continue
        return found

    def said(self) -> str:
        return (self.application.folder / f"{self.folder.name}.log").read_text(errors="replace")
