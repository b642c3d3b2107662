"""Where this runs, and how a setting is set and a command is run there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from plugin.settings.platforms import platform_of


class Place(StrEnum):
    """Places with commands of their own."""

    HEROKU = "Heroku"
    RENDER = "Render"
    FLY = "Fly"
    HOSTED = "your platform"
    DOCKER = "Docker"
    PLAIN = "this machine"


BY_SIGN = {"DYNO": Place.HEROKU, "RENDER": Place.RENDER, "FLY_APP_NAME": Place.FLY}
IN_CONTAINER = Path("/.dockerenv")


def place_of(environ: Mapping[str, str] | None = None, *, is_container: bool | None = None) -> Place:
    """The place by what it puts into the environment (os.environ); in a container of no known platform, Docker."""
    platform = platform_of(os.environ if environ is None else environ)
    if platform is not None:
        return BY_SIGN.get(platform.sign, Place.HOSTED)
    return Place.DOCKER if (IN_CONTAINER.exists() if is_container is None else is_container) else Place.PLAIN


def set_command(place: Place, values: Mapping[str, str]) -> str:
    """What sets these there: a command, or where to write them. Without an end mark."""
    pairs = " ".join(f"{name}={shlex.quote(value) if value else '…'}" for name, value in values.items())
    names = ", ".join(values)
    return {
        Place.HEROKU: f"heroku config:set {pairs}",
        Place.RENDER: f"Dashboard → your service → Environment → {names}",
        Place.FLY: f"fly secrets set {pairs}",
        Place.HOSTED: f"{names} among the variables of the service, then deploy again",
        Place.DOCKER: f"write {names} into .env beside compose.yaml, then: docker compose up --detach",
        Place.PLAIN: f"write {names} into .env in the folder in which Footnote is started, and start it again",
    }[place]


def run_command(place: Place, command: str) -> str:
    """How a `footnote` command is run there."""
    return {
        Place.HEROKU: f"heroku run python -m plugin {command}",
        Place.RENDER: f"Dashboard → your service → Shell: python -m plugin {command}",
        Place.FLY: f'fly ssh console -C "python -m plugin {command}"',
        Place.HOSTED: f"in a shell of the service: python -m plugin {command}",
        Place.DOCKER: f"docker compose exec web python -m plugin {command}",
        Place.PLAIN: f"footnote {command}",
    }[place]
