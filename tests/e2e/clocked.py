"""`footnote serve` with a clock that a test may set forward and back: for what takes hours.

The file named by CLOCK_FILE holds seconds to add.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plugin.cli.server import serve
from plugin.monitoring.logs import set_up_logs
from plugin.settings.environment import read_settings


def clock() -> datetime:
    """The time, and what the test adds to it."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["CLOCK_FILE"]).read_text() or 0))


if __name__ == "__main__":
    settings = read_settings()
    set_up_logs(settings, stream=sys.stdout)
    serve(settings, clock=clock)
