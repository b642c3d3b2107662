"""A house a file on a database of its own."""

import pytest

from tests.e2e_postgres.application import postgres_house
from tests.postgres import TEMPLATE, postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(scope="module")
def application(tmp_path_factory, postgres_server, request):
    """The house of this file, with the settings and workers the file names in SETTINGS and WORKERS."""
    name = postgres_server.new_database(TEMPLATE)
    settings, workers = getattr(request.module, "SETTINGS", {}), getattr(request.module, "WORKERS", 1)
    folder = tmp_path_factory.mktemp("house")
    with postgres_house(folder, postgres_server.url(name), workers=workers, **settings) as built:
        yield built
    postgres_server.drop_database(name)
