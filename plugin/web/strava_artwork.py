"""Strava's own button and logo, where the operator has put them.

The brand guidelines (29 September 2025) ask for Strava's artwork, the button 48 px high, and no imitation. The files
come from https://developers.strava.com/guidelines/ and may not be shipped with this program: `STRAVA_ARTWORK` names the
folder with them. Without it the templates draw a button of that height, colour and wording, and the mark in words.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort

NAMES = {
    "connect": ("btn_strava_connect_with_orange.svg", "btn_strava_connect_with_orange.png"),
    "powered": ("api_logo_pwrdBy_strava_horiz_orange.svg", "api_logo_pwrdBy_strava_horiz_orange.png"),
}
"""As they are named in Strava's archives; the first that is there is shown."""
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
MOST_BYTES = 500_000


def register(app: Flask, folder: Path | None) -> None:
    """Reads the files once; `artwork` in templates maps each part that is there to its address."""
    found = {part: path for part, path in _found(folder).items() if path.stat().st_size <= MOST_BYTES}
    contents = {path.name: path.read_bytes() for path in found.values()}
    app.jinja_env.globals["artwork"] = {part: f"/artwork/{path.name}" for part, path in found.items()}

    def artwork(name: str) -> Response:
        if name not in contents:
            abort(404)
        answer = Response(contents[name], mimetype=KINDS[Path(name).suffix])
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

    app.add_url_rule("/artwork/<name>", "artwork", artwork)


def _found(folder: Path | None) -> dict[str, Path]:
    if folder is None:
        return {}
    there = {part: [folder / name for name in names if (folder / name).is_file()] for part, names in NAMES.items()}
    return {part: paths[0] for part, paths in there.items() if paths}
