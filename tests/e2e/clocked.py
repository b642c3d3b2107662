"""The site's app as `app.py` builds it, with a clock that a test may set forward and back: for what takes hours.

gunicorn is told to serve this module in place of `app`. The file named by CLOCK_FILE holds seconds to add.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plugin.settings.environment import read_settings
from plugin.wiring import build

OFFSET = Path(os.environ["CLOCK_FILE"])


def clock() -> datetime:
    """The time, and what the test adds to it."""
    return datetime.now(UTC) + timedelta(seconds=float(OFFSET.read_text() or 0))


application = build(read_settings(), clock=clock)
app = application.site
application.scheduler.start()
app.extensions["footnote-stop"] = application.scheduler.stop
