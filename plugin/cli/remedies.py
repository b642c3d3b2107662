"""What to do, by the commands of the platform that this process runs on, so that it can be copied."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plugin.settings.places import Place, place_of

UNIT = Path("/etc/systemd/system/footnote.service")


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """How things are done here, each a command or where to click."""

    start_alone: str
    """The one process with files."""
    start_worker: str
    release: str
    more_connections: str


PLAIN = Remedies(
    start_alone="`footnote serve`",
    start_worker="`footnote worker`",
    release="`footnote release`",
    more_connections="raise max_connections in postgresql.conf",
)
SYSTEMD = Remedies(
    start_alone="`systemctl start footnote`",
    start_worker="`systemctl start footnote`",
    release="`footnote release`",
    more_connections=PLAIN.more_connections,
)
DOCKER = Remedies(
    start_alone="`docker start` for its container",
    start_worker="`docker compose up --detach worker`",
    release="`docker compose run --rm release`",
    more_connections="give the service database `command: postgres -c max_connections=100` in compose.yaml",
)
HEROKU = Remedies(
    start_alone="`heroku ps:scale web=1`",
    start_worker="`heroku ps:scale worker=1`",
    release="`heroku run python -m plugin release`",
    more_connections="`heroku addons:upgrade DATABASE_URL heroku-postgresql:essential-1`",
)
RENDER = Remedies(
    start_alone="Resume Service on the site's page in Render's dashboard",
    start_worker="Resume Service on the worker's page in Render's dashboard",
    release="Manual Deploy on the site's page in Render's dashboard",
    more_connections="a larger plan on the database's page in Render's dashboard",
)


def remedies_here(environ: Mapping[str, str] = os.environ) -> Remedies:
    """Those of the place; of a platform without commands of its own here, the plain ones."""
    place = place_of(environ)
    if place is Place.PLAIN and UNIT.exists():
        return SYSTEMD
    return {Place.HEROKU: HEROKU, Place.RENDER: RENDER, Place.DOCKER: DOCKER}.get(place, PLAIN)
