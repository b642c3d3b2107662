"""One house a file, because starting it costs seconds; a runner of its own for each test."""

import pytest

from tests.e2e.harness import house_in


@pytest.fixture(scope="module")
def application(tmp_path_factory, request):
    """The house of this file, with the settings the file names in SETTINGS."""
    settings = getattr(request.module, "SETTINGS", {})
    with house_in(tmp_path_factory.mktemp("house"), **settings) as built:
        yield built
