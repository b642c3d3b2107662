"""What the webhook is held against: Flask and one view that does nothing, under the same server."""

from __future__ import annotations

import os
import sys
import threading

from flask import Flask

from plugin.cli.server import listening_socket, run_server
from plugin.monitoring.logs import set_up_logs
from plugin.settings.environment import read_settings

app = Flask(__name__)


@app.post("/strava/webhook/<secret>")
def hook(secret: str) -> str:
    return ""


@app.get("/healthz")
def healthz() -> str:
    return "ok"


if __name__ == "__main__":
    set_up_logs(read_settings(), stream=sys.stdout)
    run_server(app, listening_socket("127.0.0.1", int(os.environ["PORT"])), threading.Event())
