"""One attack of each kind that worked on 63e9427 (`python -m tests.hard.kinds --checkout …` shows it there)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.hard.kinds import HELD, MEASURED, PROBES, OfCheckout
from tests.paths import ROOT


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfCheckout]:
    with closing(OfCheckout(tmp_path_factory.mktemp("house"), ROOT)) as application:
        application.open().start()
        yield application


@pytest.mark.parametrize("kind", sorted(set(PROBES) - {MEASURED}))
def test_no_attack_of_a_kind_that_once_worked_works(application: OfCheckout, kind: str) -> None:
    assert PROBES[kind](application) == HELD
