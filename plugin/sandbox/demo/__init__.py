"""`footnote demo`: the real site, the sandbox and a mail server on this machine.

`processes` starts and stops them, `mailbox` receives mail and shows it, `walk` plays the demo without a
browser.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from pathlib import Path

import click

from plugin.errors import FootnoteError
from plugin.sandbox.demo.processes import Stage, raised
from plugin.sandbox.demo.walk import NotAsExpected, walk

GUIDE = """
Footnote runs on this machine, beside a look-alike of Strava with a runner called Robin.

  1  Connect        {site}/
                    Tick "I agree", press "Connect with Strava", let it in. Your page shows the weeks and the shoes.
  2  Record a run   {sandbox}/
                    Press "20 km, much longer than lately" and open the run: within seconds the note stands on it.
                    "See it as a follower" shows that nobody else reads it.
  3  By mail        {site}/me/settings
                    Choose "By email", enter any address, save. The link to confirm it is in the mail:
                    {mail}/
                    Record another run and read the mail. The same page has buttons for the evening look and the
                    weekly mail.
  4  Operate        {site}/status

Ctrl-C ends it; nothing is kept.
"""


def play(port: int, *, check: bool, with_faults: bool = False) -> None:
    """Serve the demo on `port` and the three after it until stopped; with `check` play it through and exit."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with tempfile.TemporaryDirectory(prefix="footnote-demo-") as folder:
        stage = Stage(port=port, folder=Path(folder), with_faults=with_faults)
        with raised(stage, over) as ended:
            if check:
                _check(stage, over)
            elif not over.is_set():
                click.echo(GUIDE.format(site=stage.site, sandbox=stage.sandbox, mail=stage.mail))
                while not over.wait(0.5):
                    if fallen := ended():
                        raise FootnoteError(
                            f"The demo's {fallen} ended by itself. Its last words:\n{stage.last_words()}"
                        )


def _check(stage: Stage, over: threading.Event) -> None:
    """One line a step on stdout; FootnoteError at the step that failed."""
    try:
        for done in walk(stage, over):
            click.echo(f"✓ {done}")
            sys.stdout.flush()
    except NotAsExpected as failed:
        raise FootnoteError(f"✗ {failed}\n{stage.last_words()}") from failed
