"""`app:app`, for a WSGI server of the operator's own: the site, alone on its folder, or the set-up page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT

ASK = "from app import app\nprint([app.test_client().get(path).status_code for path in ('/', '/healthz', '/readyz')])\n"


def asked(program: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environ = {**kept, "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder / "var"), **settings}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environ, capture_output=True, text=True, timeout=60
    )


WHOLE = {
    "STRAVA_CLIENT_ID": "12345",
    "STRAVA_CLIENT_SECRET": "a-secret-of-the-app",
    "SECRET_KEY": "k3y-Of-M4ny-d1fferent-signs-and-long-enough-for-all",
    "PUBLIC_URL": "http://localhost:8000",
}


def test_with_settings_it_is_the_site(tmp_path: Path) -> None:
    ended = asked(ASK, tmp_path, **WHOLE)
    assert ended.stdout.strip() == "[200, 200, 200]", ended.stderr


def test_without_settings_it_is_the_page_that_says_what_is_missing(tmp_path: Path) -> None:
    ended = asked("from app import app\nprint(app.test_client().get('/').text)\n", tmp_path)
    assert "STRAVA_CLIENT_ID" in ended.stdout, ended.stderr


def test_a_folder_that_is_served_already_is_refused(tmp_path: Path) -> None:
    program = (
        "import os\nfrom pathlib import Path\nfrom plugin.stores.tiny import serve_alone\n"
        "with serve_alone(Path(os.environ['DATA_DIR'])):\n    import app\n"
    )
    ended = asked(program, tmp_path, **WHOLE)
    assert ended.returncode != 0
    assert "AlreadyServed" in ended.stderr
