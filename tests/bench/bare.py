"""What the webhook is held against: Flask and one view that does nothing, under the same gunicorn settings."""

from flask import Flask

app = Flask(__name__)


@app.post("/strava/webhook/<secret>")
def hook(secret: str) -> str:
    return ""


@app.get("/healthz")
def healthz() -> str:
    return "ok"
